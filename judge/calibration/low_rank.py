"""A few shared tastes, and each user as a mixture of them (LoRe)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from judge.calibration.base import LinearCalibrator, Parts, check_named, check_ridge, check_shares, named
from judge.calibration.descent import Objective, descend, softmax, summed, through_softmax
from judge.calibration.examples import Pair, Scored, numbered, scored_pairs
from judge.calibration.extra import fitting
from judge.errors import DataError

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from judge.calibration.newton import Array

USED = 0.01
"""A basis column that no user gives more weight than this is dropped."""


class LowRank(LinearCalibrator):
    """w_user = V pi_user, with a shared basis V over the criteria and pi_user on the simplex.

    Everyone's taste is the mean of the users' mixtures, which is also what an unknown user gets.
    """

    kind: Literal["low_rank"] = "low_rank"
    basis: tuple[dict[str, float], ...] = Field(min_length=1)
    """The columns of V."""
    users: dict[str, tuple[float, ...]] = Field(min_length=1)
    """pi by user, one weight per column."""

    @model_validator(mode="after")
    def _complete(self) -> "LowRank":
        check_named(self.criteria, *self.basis)
        check_shares(*self.users.values(), size=len(self.basis))
        return self

    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return V pi."""
        mixture = self.users.get(user)
        if mixture is None:
            each = self.users.values()
            mixture = tuple(sum(column) / len(each) for column in zip(*each, strict=True))
        return {
            name: sum(share * column[name] for share, column in zip(mixture, self.basis, strict=True))
            for name in self.criteria
        }


@fitting
def fit(
    pairs: Sequence[Pair],
    *,
    rank: int = 2,
    prior: Mapping[str, float] | None = None,
    ridge: float = 0.1,
    divisor: float = 1.0,
    starts: int = 4,
    seed: int = 0,
) -> LowRank:
    """Fit V and all pi together on P(chosen over rejected | user) = sigmoid((chosen - rejected) . V pi / divisor).

    Only the users' tastes V pi are determined; other bases may give the same ones.

    Args:
        pairs: with their users; those without a value for some criterion are left out.
        rank: columns of V at first; what nobody uses is dropped.
        prior: the direction that each column is held to; 1 for a criterion that it lacks.
        ridge: how firmly, and how firmly mixtures are held to equal parts; above 0.
        divisor: of the logits; the paper's code takes 100 for raw embeddings, criteria in [0, 1] need none.
        starts: how many seeded starts are tried; the problem is not convex.
        seed: of the starts.

    Raises:
        DataError: too few pairs, or none with a user.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    if not any(pair.user for pair in pairs):
        raise DataError("low_rank tells users apart, and no pair has a user; give each pair its user")
    known = scored_pairs([pair for pair in pairs if pair.user])
    draw = np.random.default_rng(seed)
    start = np.array([(prior or {}).get(name, 1.0) for name in known.criteria])
    users, place = numbered([pair.user for pair in known.pairs])
    basis_size, mixture_size = rank * len(start), rank * len(users)
    first = np.repeat(start[:, None], rank, axis=1).ravel()
    guesses = [
        np.concatenate([first + draw.normal(size=basis_size), draw.normal(size=mixture_size)])
        for _ in range(max(1, starts))
    ]
    found = descend(_objective(known, np.array(place), start, rank, ridge, divisor), guesses)
    basis = found[:basis_size].reshape(len(start), rank) / divisor
    mixtures = softmax(found[basis_size:].reshape(len(users), rank))
    basis, mixtures = without_unused(basis, mixtures)
    return LowRank(
        criteria=known.criteria,
        basis=tuple(named(known.criteria, column) for column in basis.T),
        users={user: tuple(mix.tolist()) for user, mix in zip(users, mixtures, strict=True)},
        rows=len(known.pairs),
    )


@fitting
def with_user(fitted: LowRank, user: str, pairs: Sequence[Pair], *, ridge: float = 0.1) -> LowRank:
    """Return the same with one more user, whose mixture is fitted with V frozen; few pairs will do.

    Raises:
        DataError: no pair has every criterion.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    known = scored_pairs(pairs, 1, fitted.criteria)
    heads = (
        np.array(known.differences) @ np.array([[column[name] for name in known.criteria] for column in fitted.basis]).T
    )

    def objective(logits: "Array") -> tuple[float, "Array"]:
        mix = softmax(logits)
        x = heads @ mix
        missed = -0.5 * (1 - np.tanh(x / 2))
        loss = float(np.logaddexp(0, -x).sum() + ridge / 2 * logits @ logits)
        return loss, through_softmax(mix, heads.T @ missed) + ridge * logits

    mix = softmax(descend(objective, [np.zeros(len(fitted.basis))]))
    users = {**fitted.users, user: tuple(mix.tolist())}
    return LowRank(criteria=fitted.criteria, basis=fitted.basis, users=users, rows=fitted.rows)


def without_unused(basis: "Array", mixtures: "Array") -> tuple["Array", "Array"]:
    """Return basis (criteria x columns) and mixtures (users x columns) without the columns that no user uses."""
    used = mixtures.max(axis=0) >= USED
    kept = mixtures[:, used]
    return basis[:, used], kept / kept.sum(axis=1, keepdims=True)


def _objective(
    known: Scored, place: "NDArray[int64]", start: "Array", rank: int, ridge: float, divisor: float
) -> Objective:
    import numpy as np

    rows = np.array(known.differences) / divisor
    size = rank * len(start)

    def objective(given: "Array") -> tuple[float, "Array"]:
        basis, logits = given[:size].reshape(len(start), rank), given[size:].reshape(-1, rank)
        mix = softmax(logits)
        heads = rows @ basis
        x = (heads * mix[place]).sum(axis=1)
        missed = -0.5 * (1 - np.tanh(x / 2))  # sigmoid(x) - 1
        away = basis - start[:, None]
        loss = np.logaddexp(0, -x).sum() + ridge / 2 * ((away**2).sum() + (logits**2).sum())
        by_basis = rows.T @ (missed[:, None] * mix[place]) + ridge * away
        slope = through_softmax(mix, summed(missed[:, None] * heads, place, len(mix))) + ridge * logits
        return float(loss), np.concatenate([by_basis.ravel(), slope.ravel()])

    return objective
