"""Orthogonal directions of preference, weighed for each user by how often they are right (DRM)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from judge.calibration.base import LinearCalibrator, Parts, check_named, named
from judge.calibration.examples import Pair, scored_pairs
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic

if TYPE_CHECKING:
    from judge.calibration.newton import Array


class PcaHeads(LinearCalibrator):
    """w_user = scale * sum over k of u_k v_k, with orthonormal heads v_k.

    Each component is two heads, v and -v, as in DRM; a negative u_k is weight on -v_k.
    """

    kind: Literal["pca_heads"] = "pca_heads"
    heads: tuple[dict[str, float], ...] = Field(min_length=1)
    """v_k by criterion, the most varying first."""
    shared: tuple[float, ...]
    """u for users that are not known."""
    users: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    scale: float = Field(default=1.0, ge=0)
    """Turns projections into log-odds."""

    @model_validator(mode="after")
    def _complete(self) -> "PcaHeads":
        check_named(self.criteria, *self.heads)
        if any(len(each) != len(self.heads) for each in (self.shared, *self.users.values())):
            raise ValueError(f"every user needs {len(self.heads)} weights, one per head")
        return self

    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return the heads, combined."""
        own = self.users.get(user, self.shared)
        return {
            name: self.scale * sum(weight * head[name] for weight, head in zip(own, self.heads, strict=True))
            for name in self.criteria
        }


@fitting
def fit(pairs: Sequence[Pair], *, heads: int | None = None) -> PcaHeads:
    """Find the heads by PCA of chosen - rejected, and weigh them by their accuracy.

    The differences are not centred: with both directions of every pair, as the two signs of a head ask for, their mean
    is 0 already. A head's weight is its accuracy on the user's pairs less one half, with one right and one wrong pair
    added, since a user has few. One number, `scale`, is fitted on all pairs.

    Args:
        pairs: those without a value for some criterion are left out.
        heads: how many components to keep; None: all that vary.

    Raises:
        DataError: too few pairs.
        SettingsError: scikit-learn is not installed.
    """
    import numpy as np

    known = scored_pairs(pairs)
    rows = np.array(known.differences)
    _, sizes, found = np.linalg.svd(rows, full_matrices=False)
    varying = found[sizes > 1e-9 * max(float(sizes[0]), 1e-300)][:heads] if sizes[0] else found[:1]
    largest = np.abs(varying).argmax(axis=1)
    varying *= np.sign(varying[np.arange(len(varying)), largest])[:, None]  # a sign that does not depend on the machine
    projected = rows @ varying.T
    shared = _weights(projected)
    users = {user: _weights(projected[at]) for user, at in known.by_user().items()}
    own = np.array([users.get(pair.user, shared) for pair in known.pairs])
    scale = logistic((projected * own).sum(axis=1, keepdims=True), ridge=1e-3)
    return PcaHeads(
        criteria=known.criteria,
        heads=tuple(named(known.criteria, head) for head in varying),
        shared=tuple(shared.tolist()),
        users={user: tuple(each.tolist()) for user, each in users.items()},
        scale=max(0.0, float(scale[0])),
        rows=len(known.pairs),
    )


@fitting
def with_user(fitted: PcaHeads, user: str, pairs: Sequence[Pair]) -> PcaHeads:
    """Return the same with one more user, weighed by a few pairs; the heads stay.

    Raises:
        DataError: no pair has every criterion.
        SettingsError: scikit-learn is not installed.
    """
    import numpy as np

    known = scored_pairs(pairs, 1, fitted.criteria)
    heads = np.array([[head[name] for name in known.criteria] for head in fitted.heads])
    own = tuple(_weights(np.array(known.differences) @ heads.T).tolist())
    return PcaHeads(**{**dict(fitted), "users": {**fitted.users, user: own}})


def _weights(projected: "Array") -> "Array":
    right: Array = (projected > 0).sum(axis=0) + 0.5 * (projected == 0).sum(axis=0)
    return (right + 1) / (len(projected) + 2) - 0.5
