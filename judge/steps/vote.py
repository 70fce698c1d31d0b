"""Vote: reduce judgments to one number per response and criterion."""

import math
import statistics
from collections.abc import Sequence

from judge.recipe import VoteRule
from judge.types import Judgment, Tally, Vote

PREFERENCE = "preference"
"""The criterion under which a comparison without a rubric is counted."""


def tally(judgments: Sequence[Judgment], response: int, criteria: Sequence[str], rule: VoteRule) -> tuple[Tally, ...]:
    """Count the votes on one response for every criterion, also where there are none.

    Args:
        judgments: the judgments on the response, failed ones too; votes refer to them by position.
        response: index of the response.
        criteria: ids of the criteria; the parts of a reward.
        rule: how to reduce. `median` of an even number of votes is the lower middle one, so that it is a number that
            somebody gave; a tie of `majority` gives no number.
    """
    votes: dict[str, list[Vote]] = {criterion: [] for criterion in criteria}
    for number, judgment in enumerate(judgments):
        for score in judgment.scores:
            if score.response == response:
                vote = Vote(
                    response=response,
                    criterion=score.criterion,
                    value=score.value,
                    weight=rule.unfounded if judgment.unfounded else 1.0,
                    judgment=number,
                )
                votes[score.criterion].append(vote)
    unscored = sum(judgment.failure is not None for judgment in judgments)
    return tuple(_count(response, criterion, cast, unscored, rule) for criterion, cast in votes.items())


def _count(response: int, criterion: str, votes: list[Vote], unscored: int, rule: VoteRule) -> Tally:
    counted = [vote for vote in votes if vote.weight > 0]
    values, weights = [vote.value for vote in counted], [vote.weight for vote in counted]
    return Tally(
        response=response,
        criterion=criterion,
        value=reduce(values, rule.rule, weights) if len(values) >= rule.min_votes else None,
        rule=rule.rule,
        votes=tuple(votes),
        unscored=unscored,
        spread=statistics.pstdev(values) if len(values) > 1 else 0.0,
    )


def reduce(values: Sequence[float], rule: str, weights: Sequence[float] | None = None) -> float | None:
    """Reduce votes in [0, 1] by rule; None for no votes and for a majority that is tied.

    Args:
        values: the votes.
        rule: `mean`, `median`, `majority` or `min`.
        weights: one positive weight for each vote; None: all alike.
    """
    if not values:
        return None
    pairs = list(zip(values, weights or [1.0] * len(values), strict=True))
    total = math.fsum(weight for _, weight in pairs)
    if rule == "mean":
        return min(1.0, math.fsum(value * weight for value, weight in pairs) / total)
    if rule == "min":
        return min(values)
    if rule == "median":
        return _lower_median(pairs, total)
    by_value = {value: math.fsum(weight for other, weight in pairs if other == value) for value in values}
    most = max(by_value.values())
    first = [value for value, weight in by_value.items() if weight == most]
    return first[0] if len(first) == 1 else None


def _lower_median(pairs: Sequence[tuple[float, float]], total: float) -> float:
    """The lowest vote at which half of the weight is reached."""
    reached = 0.0
    for value, weight in sorted(pairs):
        reached += weight
        if 2 * reached >= total:
            return value
    return max(value for value, _ in pairs)


def undecided(tallies: Sequence[Tally], rule: VoteRule) -> bool:
    """Whether more votes could settle what these do not: no number, a wide spread, or a tied comparison."""
    return any(
        tally.value is None
        or tally.spread > rule.undecided
        or (tally.criterion == PREFERENCE and tally.value == 0.5 and tally.spread > 0)
        for tally in tallies
    )
