"""What is still undecided after a round of votes, and how many votes were never asked for."""

import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from judge.critics import OVERALL, PREFERENCE, cast, compared
from judge.recipe import Critic, VoteRule
from judge.reducers import certain, settled, straddles
from judge.types import Context, Judgment, Tally

Unit = frozenset[int]
"""Responses that were judged together: one, a pair, or all."""
Open = Mapping[Unit, frozenset[str]]
"""What is undecided, and by which criteria."""
Unasked = Mapping[tuple[Unit, str], int]
"""Votes that were never asked for, by the responses shown and the criterion asked about alone, else ""."""


def open_units(
    judgments: Sequence[Judgment], tallies: Sequence[Tally], rule: VoteRule, left: int, contexts: Sequence[Context] = ()
) -> Open:
    """Return what is undecided: no number, a wide spread, a tied comparison, a verdict not yet certain.

    Args:
        judgments: those that count so far.
        tallies: their count.
        rule: when a verdict is certain enough.
        left: votes on each response or pair that could still come. While there are some, a verdict that they cannot
            change is decided; where there are none, what is not certain by the rule itself is not.
        contexts: as for `tally`.
    """
    units: dict[Unit, list[Judgment]] = {}
    for judgment in judgments:
        units.setdefault(frozenset(judgment.shown), []).append(judgment)
    if any(tallied.criterion == PREFERENCE for tallied in tallies) and all(len(unit) == 2 for unit in units):
        without = {tallied.response for tallied in tallies if tallied.value is None}
        return {
            unit: frozenset({PREFERENCE})
            for unit, shown in units.items()
            if unit & without or _pair_open(unit, shown, rule, left, contexts)
        }
    unclear: dict[int, set[str]] = {}
    for tallied in tallies:
        if tallied.value is None or _tally_open(tallied, rule, left):
            unclear.setdefault(tallied.response, set()).add(tallied.criterion)
    found = {unit: frozenset(name for index in unit for name in unclear.get(index, ())) for unit in units}
    return {unit: names for unit, names in found.items() if names}


def is_open(undecided: Open, shown: Collection[int], criterion: str) -> bool:
    """Whether a judgment on these responses is to be made again; `criterion` is the one asked about alone, else ""."""
    names = undecided.get(frozenset(shown), frozenset())
    together = not criterion or not names.isdisjoint((OVERALL, PREFERENCE))  # or what each says is counted as one
    return bool(names) if together else criterion in names


def unasked(judgments: Sequence[Judgment], panel: Sequence[Critic], rounds: int, again: int | None) -> Unasked:
    """Return how many votes were not asked for, of those that all rounds would have brought.

    Args:
        judgments: every one of the sample, those that were replaced too.
        panel: the critics.
        rounds: further rounds that there could have been.
        again: samples in each of them; None: as many as in the first.
    """
    made = Counter(
        (
            frozenset(judgment.shown) if judgment.shuffled else judgment.shown,
            judgment.member,
            judgment.context,
            judgment.criterion,
        )
        for judgment in judgments
    )
    full = [critic.draws() + rounds * critic.draws(again) for critic in panel]
    found: Counter[tuple[Unit, str]] = Counter()
    for (shown, member, _, criterion), count in made.items():
        found[frozenset(shown), criterion] += max(0, full[member] - count)
    return found


def _pair_open(unit: Unit, shown: Sequence[Judgment], rule: VoteRule, left: int, contexts: Sequence[Context]) -> bool:
    low = min(unit)
    casts = [
        cast(judgment, score, rule, contexts)
        for judgment in shown
        for score in judgment.scores
        if score.response == low
    ]
    counted = [one for one in casts if one.weight > 0]
    values, weights = [one.value for one in counted], [one.weight for one in counted]
    if not values:
        return True
    if rule.threshold is not None:
        return any(straddles(values, threshold) for threshold in {rule.threshold, 1 - rule.threshold})
    if rule.stop.rule != "never":
        return not _sure(values, rule, left, weights)
    p = next((pair.p for pair in compared(shown, rule, contexts) if pair.weight > 0), None)
    spread = statistics.pstdev(values)
    return p is None or spread > rule.undecided or (p == 0.5 and spread > 0)


def _tally_open(tallied: Tally, rule: VoteRule, left: int) -> bool:
    counted = [vote for vote in tallied.votes if vote.weight > 0]
    values, weights = [vote.value for vote in counted], [vote.weight for vote in counted]
    if rule.threshold is not None:
        return straddles(values, rule.threshold)
    if rule.stop.rule != "never":
        return not _sure(values, rule, left, weights)
    return tallied.spread > rule.undecided


def _sure(values: Sequence[float], rule: VoteRule, left: int, weights: Sequence[float]) -> bool:
    return settled(values, left, rule.stop, weights) if left > 0 else certain(values, rule.stop, weights)
