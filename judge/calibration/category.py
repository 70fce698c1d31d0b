"""Category heads: what each criterion counts for in each category of prompts (DMoERM)."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from judge.calibration.base import LinearCalibrator, Parts, check_ridge, named
from judge.calibration.examples import Pair, scored_pairs
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic


class Category(LinearCalibrator):
    """P(a over b | category) = sigmoid(w_category . (a - b)), over the dimensions of that category alone.

    DMoERM combines the dimensions by a small network; with judge scores as dimensions a logistic layer is what labels
    can support. An unknown category weighs all parts that a response has alike.
    """

    kind: Literal["category"] = "category"
    heads: dict[str, dict[str, float]] = Field(min_length=1)
    """w by category and criterion."""

    @model_validator(mode="after")
    def _complete(self) -> "Category":
        if unknown := {name for head in self.heads.values() for name in head} - set(self.criteria):
            raise ValueError(f"there are weights for {', '.join(sorted(unknown))}, which are no criteria here")
        return self

    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return the category's weights; 1 for each part when it is not known."""
        return self.heads.get(category) or dict.fromkeys(parts, 1.0)


@fitting
def fit(pairs: Sequence[Pair], *, ridge: float = 1.0) -> Category:
    """Fit each category's weights on its pairs, held to equal weights of 1.

    Args:
        pairs: with their categories; in each, those without a value for some of its criteria are left out.
        ridge: how firmly, against a log-likelihood summed over the pairs; above 0.

    Raises:
        DataError: a category has fewer than two pairs with every criterion.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    heads: dict[str, dict[str, float]] = {}
    rows = 0
    by_category: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_category.setdefault(pair.category, []).append(pair)
    for category, own in sorted(by_category.items()) or [("", [])]:
        known = scored_pairs(own)
        found = logistic(np.array(known.differences), ridge=ridge, prior=1.0)
        heads[category] = named(known.criteria, found)
        rows += len(known.pairs)
    criteria = tuple(sorted({name for head in heads.values() for name in head}))
    return Category(criteria=criteria, heads=heads, rows=rows)
