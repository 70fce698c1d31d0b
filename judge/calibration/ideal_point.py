"""Where in the space of criteria a user's ideal answer lies (PAL)."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from judge.calibration.base import Parts, PartsCalibrator, check_named, check_ridge, check_shares, named, scored
from judge.calibration.descent import Objective, descend, softmax, summed, through_softmax
from judge.calibration.examples import Pair, Scored, numbered, scored_pairs
from judge.calibration.extra import fitting
from judge.errors import DataError
from judge.reducers import sigmoid

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from judge.calibration.newton import Array

Share = Annotated[float, Field(ge=0, le=1)]


class IdealPoint(PartsCalibrator):
    """r_user(y) = -|y - m_user|^2 with m_user = sum pi_user,k p_k; P(a over b) = sigmoid(scale * (r(a) - r(b))).

    Unlike a weighted sum it can say that more of a criterion is better up to a point. The value is 1 + r / n with n
    criteria, which lies in [0, 1]. An unknown user gets the mean of the users' mixtures.
    """

    kind: Literal["ideal_point"] = "ideal_point"
    prototypes: tuple[dict[str, Share], ...] = Field(min_length=1)
    users: dict[str, tuple[float, ...]] = Field(min_length=1)
    """pi by user, one weight per prototype."""
    scale: float = Field(default=1.0, ge=0)

    @model_validator(mode="after")
    def _complete(self) -> "IdealPoint":
        check_named(self.criteria, *self.prototypes)
        check_shares(*self.users.values(), size=len(self.prototypes))
        return self

    def ideal(self, user: str = "") -> dict[str, float]:
        """Return the user's ideal value of each criterion."""
        mixture = self.users.get(user)
        if mixture is None:
            each = self.users.values()
            mixture = tuple(sum(column) / len(each) for column in zip(*each, strict=True))
        return {
            name: sum(share * point[name] for share, point in zip(mixture, self.prototypes, strict=True))
            for name in self.criteria
        }

    def _reward(self, parts: Parts, user: str) -> float | None:
        known, ideal = scored(parts, self.criteria), self.ideal(user)
        return None if known is None else -math.fsum((known[name] - ideal[name]) ** 2 for name in self.criteria)

    def apply(self, parts: Parts, user: str = "", category: str = "") -> float | None:
        """Return 1 less the mean squared distance to the ideal."""
        reward = self._reward(parts, user)
        return None if reward is None else min(1.0, max(0.0, 1 + reward / len(self.criteria)))

    def preference(self, first: Parts, second: Parts, user: str = "", category: str = "") -> float | None:
        """Return sigmoid(scale * (r(a) - r(b)))."""
        ours, theirs = self._reward(first, user), self._reward(second, user)
        return None if ours is None or theirs is None else sigmoid(self.scale * (ours - theirs))


@fitting
def fit(
    pairs: Sequence[Pair], *, prototypes: int = 2, ridge: float = 0.01, starts: int = 4, seed: int = 0
) -> IdealPoint:
    """Fit prototypes, mixtures and scale together.

    Args:
        pairs: with values in [0, 1]; pairs without a user are of one user called "".
        prototypes: how many points the users' ideals are mixed from.
        ridge: how firmly prototypes are held to the top of every criterion, and mixtures to equal parts; above 0.
        starts: how many seeded starts are tried; the problem is not convex.
        seed: of the starts.

    Raises:
        DataError: too few pairs, or a value outside [0, 1].
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    known = scored_pairs(pairs)
    for pair in known.pairs:
        for value in (*pair.chosen.values(), *pair.rejected.values()):
            if value is not None and not 0 <= value <= 1:
                raise DataError(f"an ideal point needs criteria in [0, 1], got {value:g}; rescale them first")
    draw = np.random.default_rng(seed)
    users, place = numbered([pair.user for pair in known.pairs])
    size, mixture_size = prototypes * len(known.criteria), prototypes * len(users)
    guesses = [
        np.concatenate([draw.uniform(size=size), draw.normal(size=mixture_size), [1.0]]) for _ in range(max(1, starts))
    ]
    bounds = [(0.0, 1.0)] * size + [(None, None)] * mixture_size + [(0.0, 1e3)]
    found = descend(_objective(known, np.array(place), prototypes, ridge), guesses, bounds)
    points = found[:size].reshape(prototypes, -1).clip(0, 1)
    mixtures = softmax(found[size:-1].reshape(len(users), prototypes))
    return IdealPoint(
        criteria=known.criteria,
        prototypes=tuple(named(known.criteria, point) for point in points),
        users={user: tuple(mix.tolist()) for user, mix in zip(users, mixtures, strict=True)},
        scale=float(found[-1]),
        rows=len(known.pairs),
    )


def _objective(known: Scored, place: "NDArray[int64]", prototypes: int, ridge: float) -> Objective:
    import numpy as np

    rows = np.array(known.differences)
    sides = [np.array([[side[name] for name in known.criteria] for side in each], dtype=float)
             for each in ([pair.chosen for pair in known.pairs], [pair.rejected for pair in known.pairs])]  # fmt: skip
    fixed = (sides[1] ** 2).sum(axis=1) - (sides[0] ** 2).sum(axis=1)
    size = prototypes * rows.shape[1]

    def objective(given: "Array") -> tuple[float, "Array"]:
        points, logits, scale = given[:size].reshape(prototypes, -1), given[size:-1].reshape(-1, prototypes), given[-1]
        mix = softmax(logits)
        gain = fixed + 2 * (rows * (mix @ points)[place]).sum(axis=1)  # r(chosen) - r(rejected)
        missed = -0.5 * (1 - np.tanh(scale * gain / 2))
        away = points - 1
        loss = np.logaddexp(0, -scale * gain).sum() + ridge / 2 * ((away**2).sum() + (logits**2).sum() + scale**2)
        by_ideal = summed(2 * scale * missed[:, None] * rows, place, len(mix))
        slope = through_softmax(mix, by_ideal @ points.T) + ridge * logits
        by_points = mix.T @ by_ideal + ridge * away
        return float(loss), np.concatenate([by_points.ravel(), slope.ravel(), [missed @ gain + ridge * scale]])

    return objective
