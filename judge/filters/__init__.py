"""Filters: which judgments count, and how much. They stand between the critiques and the votes."""

from collections.abc import Sequence

from judge.filters.meta import by_meta
from judge.filters.plain import against_evidence, by_majority, by_ranking
from judge.filters.verdicts import by_verdict
from judge.filters.view import View
from judge.recipe import Consistent, Contradicting, Filter, Majority, Meta, Ranked, VoteRule
from judge.types import Judgment

__all__ = ["View", "filtered"]


async def filtered(view: View, judgments: Sequence[Judgment], rule: VoteRule) -> tuple[Judgment, ...]:
    """Return the judgments with the weights that the filters leave them, and why some count no more.

    A filter that cannot say anything about a judgment, because its model failed or it has too few to compare, leaves
    it as it is; what failed stands in the judgment's `detail`.

    Raises:
        ModelError: the key of a filter's model is missing or refused.
    """
    kept = list(judgments)
    for each in rule.filters:
        kept = await _apply(each, view, kept)
    return tuple(kept)


async def _apply(each: Filter, view: View, judgments: Sequence[Judgment]) -> list[Judgment]:
    match each:
        case Meta():
            return await by_meta(each, view, judgments)
        case Consistent():
            return await by_verdict(each, view, judgments)
        case Majority():
            return by_majority(judgments)
        case Ranked():
            return by_ranking(each, judgments)
        case Contradicting():
            return against_evidence(each, view.evidence, judgments)
