"""Several tastes at once, mixed by category and learned online for each user (MiCRo)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from judge.calibration.base import LinearCalibrator, Parts, check_named, check_ridge, check_shares, named, scored
from judge.calibration.examples import Pair, Scored, numbered, scored_pairs
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic
from judge.errors import DataError
from judge.transforms.logistic import log_sigmoid

if TYPE_CHECKING:
    from judge.calibration.newton import Array

ROUNDS = 200


class Router(LinearCalibrator):
    """w = sum over heads k of g_k w_k, with g_k proportional to gate_category,k * exp(gain_user,k).

    The gate is fitted; gains grow by Hedge as a user's preferences are seen: gain_k += eta * log P_k(preference), so
    that g_k is multiplied by P_k^eta each time.
    """

    kind: Literal["router"] = "router"
    heads: tuple[dict[str, float], ...] = Field(min_length=1)
    """w_k by criterion."""
    shared: tuple[float, ...]
    """Gate for categories that are not known."""
    gate: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """Weights of the heads by category; they add up to 1."""
    gains: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """By user, one per head."""

    @model_validator(mode="after")
    def _complete(self) -> "Router":
        check_named(self.criteria, *self.heads)
        check_shares(self.shared, *self.gate.values(), size=len(self.heads))
        if any(len(each) != len(self.heads) for each in self.gains.values()):
            raise ValueError(f"every user needs {len(self.heads)} gains, one per head")
        return self

    def mixture(self, user: str = "", category: str = "") -> tuple[float, ...]:
        """Return g, one weight per head; they add up to 1."""
        gate, gains = self.gate.get(category, self.shared), self.gains.get(user, (0.0,) * len(self.heads))
        raised = [math.log(share) + gain if share else -math.inf for share, gain in zip(gate, gains, strict=True)]
        most = max(raised)
        grown = [math.exp(each - most) for each in raised]
        return tuple(each / math.fsum(grown) for each in grown)

    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return the heads, mixed."""
        mixture = self.mixture(user, category)
        return {
            name: sum(share * head[name] for share, head in zip(mixture, self.heads, strict=True))
            for name in self.criteria
        }

    def seen(self, pair: Pair, eta: float = 1.0) -> "Router":
        """Return the router after one more preference of the pair's user; one without every criterion changes nothing.

        Args:
            pair: what the user preferred to what.
            eta: how fast to learn; 1 is Bayes' rule over the heads.
        """
        after = _raised(self.gains, self.heads, pair, eta)
        return Router(**{**dict(self), "gains": {**self.gains, **after}}) if after else self


def _raised(
    gains: Mapping[str, tuple[float, ...]], heads: Sequence[Mapping[str, float]], pair: Pair, eta: float
) -> dict[str, tuple[float, ...]]:
    """The gains of the pair's user after the pair; none when a criterion is missing."""
    chosen, rejected = scored(pair.chosen, heads[0]), scored(pair.rejected, heads[0])
    if chosen is None or rejected is None:
        return {}
    apart = {name: chosen[name] - rejected[name] for name in chosen}
    found = [log_sigmoid(math.fsum(head[name] * apart[name] for name in apart)) for head in heads]
    before = gains.get(pair.user, (0.0,) * len(heads))
    return {pair.user: tuple(gain + eta * each for gain, each in zip(before, found, strict=True))}


@dataclass(frozen=True, slots=True)
class _Mixture:
    """One state of the fit."""

    heads: "Array"
    gate: "Array"
    likelihood: float


@fitting
def fit(
    pairs: Sequence[Pair], *, heads: int = 2, ridge: float = 1.0, eta: float = 1.0, starts: int = 4, seed: int = 0
) -> Router:
    """Fit heads and gate by expectation maximisation, then take the users' preferences in order.

    P(chosen over rejected | category) = sum over k of gate_k sigmoid(w_k . (chosen - rejected)). Where no pair has a
    category, users take their place in the fit, and every category gets the shared gate.

    Args:
        pairs: with categories or users; those without a value for some criterion are left out.
        heads: how many tastes.
        ridge: how firmly each head is held to what fits all pairs; above 0.
        eta: of the users' Hedge updates.
        starts: how many seeded starts are tried; the problem is not convex.
        seed: of the starts.

    Raises:
        DataError: too few pairs, or none with a category or a user.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    known = scored_pairs(pairs)
    by_category = any(pair.category for pair in known.pairs)
    contexts = [pair.category if by_category else pair.user for pair in known.pairs]
    if not any(contexts):
        raise DataError("a router needs to know the category or the user of each pair; give one of them")
    names, at = numbered(contexts)
    place = np.array(at)
    draw = np.random.default_rng(seed)
    tried = [
        _expect(known, place, heads, ridge, draw.dirichlet([1.0] * heads, len(names))) for _ in range(max(1, starts))
    ]
    best = max(tried, key=lambda one: one.likelihood)
    found = tuple(named(known.criteria, head) for head in best.heads)
    gains: dict[str, tuple[float, ...]] = {}
    for pair in known.pairs:
        if pair.user:
            gains |= _raised(gains, found, pair, eta)
    return Router(
        criteria=known.criteria,
        heads=found,
        shared=tuple((np.bincount(place) @ best.gate / len(place)).tolist()),
        gate={name: tuple(row.tolist()) for name, row in zip(names, best.gate, strict=True) if by_category and name},
        gains=gains,
        rows=len(known.pairs),
    )


def _expect(known: Scored, place: "Array", heads: int, ridge: float, start: "Array") -> _Mixture:
    """Return where expectation maximisation comes to rest from one gate."""
    import numpy as np

    rows, counts = np.array(known.differences), np.bincount(place)
    shared = logistic(rows, ridge=ridge)
    now = _Mixture(np.array([logistic(rows, ridge=ridge, prior=shared, counts=start[place, k]) for k in range(heads)]),
                   start, -math.inf)  # fmt: skip
    for _ in range(ROUNDS):
        right = 0.5 * (1 + np.tanh(now.heads @ rows.T / 2)).T  # P_k of each pair
        both = now.gate[place] * right
        likelihood = float(np.log(both.sum(axis=1)).sum())
        if likelihood - now.likelihood < 1e-7 * len(rows):
            break
        due = both / both.sum(axis=1, keepdims=True)
        gate = np.array([np.bincount(place, due[:, k]) for k in range(heads)]).T
        gate = (gate + 1 / heads) / (counts[:, None] + 1)
        found = [logistic(rows, ridge=ridge, prior=shared, counts=due[:, k]) for k in range(heads)]
        now = _Mixture(np.array(found), gate, likelihood)
    return now
