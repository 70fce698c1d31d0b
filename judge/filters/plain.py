"""Filters that only compare: with the majority, with the judgment's own ranking, with what hard checks found."""

import itertools
from collections.abc import Sequence

from judge.filters.view import noted
from judge.recipe import Contradicting, Ranked
from judge.types import Evidence, Judgment

_EVEN = 0.5


def by_majority(judgments: Sequence[Judgment]) -> list[Judgment]:
    """Drop judgments that side against the majority, for each response: as Critic-RM keeps critiques at inference.

    A side is a value above or below the middle of the scale, and the middle itself sides with nobody. Without a
    majority nothing is dropped.
    """
    sides: dict[int, list[int]] = {}
    for judgment in judgments:
        for response, side in _sides(judgment).items():
            if not judgment.dropped:
                sides.setdefault(response, []).append(side)
    kept = []
    for judgment in judgments:
        against = [
            response
            for response, side in _sides(judgment).items()
            if side * sum(sides.get(response, ())) < 0  # the sum's sign is the majority's
        ]
        why = "sides against the majority" if against and not judgment.dropped else judgment.dropped
        kept.append(noted(judgment, dropped=why) if why != judgment.dropped else judgment)
    return kept


def by_ranking(rule: Ranked, judgments: Sequence[Judgment]) -> list[Judgment]:
    """Weigh a judgment less whose ranking puts a response before another that it scores higher (RewardAnything)."""
    return [
        noted(judgment, weight=judgment.weight * rule.weight, detail={"ranking_contradicts": True})
        if _contradicts_itself(judgment)
        else judgment
        for judgment in judgments
    ]


def against_evidence(
    rule: Contradicting, evidence: Sequence[Evidence], judgments: Sequence[Judgment]
) -> list[Judgment]:
    """Weigh judgments less that call good what a hard check refuted, or bad what it bore out."""
    facts = {item.response: item.score for item in evidence if item.hard and item.score is not None}
    kept = []
    for judgment in judgments:
        means = _means(judgment)
        if any((means[index] - _EVEN) * (fact - _EVEN) < 0 for index, fact in facts.items() if index in means):
            judgment = noted(judgment, weight=judgment.weight * rule.weight, detail={"contradicts_evidence": True})
        kept.append(judgment)
    return kept


def _sides(judgment: Judgment) -> dict[int, int]:
    means = _means(judgment)
    return {response: (mean > _EVEN) - (mean < _EVEN) for response, mean in means.items()}


def _means(judgment: Judgment) -> dict[int, float]:
    """The mean value that a judgment gives each response."""
    values: dict[int, list[float]] = {}
    for score in judgment.scores:
        values.setdefault(score.response, []).append(score.value)
    return {response: sum(each) / len(each) for response, each in values.items()}


def _contradicts_itself(judgment: Judgment) -> bool:
    ranking = judgment.detail.get("ranking")
    if not isinstance(ranking, list):
        return False
    values = _means(judgment)
    ranked = [values[index] for index in ranking if isinstance(index, int) and index in values]
    return any(later > earlier for earlier, later in itertools.pairwise(ranked))
