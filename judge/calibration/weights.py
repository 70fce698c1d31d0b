"""User weights: what each criterion counts for, for everyone and for each user."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from judge.calibration.base import LinearCalibrator, Parts, check_named, check_ridge, named
from judge.calibration.examples import Pair, scored_pairs
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic


class Weights(LinearCalibrator):
    """P(a over b | user) = sigmoid(w_user . (a - b)) over the criteria, after RFM (reward features)."""

    kind: Literal["weights"] = "weights"
    shared: dict[str, float]
    """For users that are not known."""
    users: dict[str, dict[str, float]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> "Weights":
        check_named(self.criteria, self.shared, *self.users.values())
        return self

    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return the user's weights, or everyone's."""
        return self.users.get(user, self.shared)


@fitting
def fit(pairs: Sequence[Pair], *, prior: Mapping[str, float] | None = None, ridge: float = 1.0) -> Weights:
    """Fit everyone's weights on all pairs, and each user's on theirs, held to everyone's.

    Args:
        pairs: those without a value for some criterion are left out.
        prior: weights that everyone's are held to, such as the rubric's; 1 for a criterion that it lacks.
        ridge: how firmly, against a log-likelihood summed over the pairs; above 0.

    Raises:
        DataError: too few pairs.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    known = scored_pairs(pairs)
    rows = np.array(known.differences)
    start = np.array([(prior or {}).get(name, 1.0) for name in known.criteria])
    shared = logistic(rows, ridge=ridge, prior=start)
    users = {user: logistic(rows[at], ridge=ridge, prior=shared) for user, at in known.by_user().items()}
    return Weights(
        criteria=known.criteria,
        shared=named(known.criteria, shared),
        users={user: named(known.criteria, own) for user, own in users.items()},
        rows=len(known.pairs),
    )
