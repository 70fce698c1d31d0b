"""Judgments as votes: what each says about one response and criterion, and where it stands on every axis."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace

from judge.critics.question import PREFERENCE
from judge.recipe import VoteRule
from judge.reducers import Axis, Cast, Pair, reduce_axes
from judge.types import Context, Judgment, Score

_ROUNDING = 1e-12


def cast(judgment: Judgment, score: Score, rule: VoteRule, contexts: Sequence[Context] = ()) -> Cast:
    """Return one score as a vote; its weight is 0 when a filter dropped the judgment."""
    at = {**voice(judgment), "samples": judgment.sample, "contexts": judgment.context}
    if not judgment.shuffled:
        at["orders"] = "-".join(map(str, judgment.shown))
    if score.step is not None:
        at["steps"] = score.step
    return Cast(score.value, weight(judgment, rule, contexts), at)


def voice(judgment: Judgment) -> dict[Axis, str | int]:
    """Return who judged: the model in its role, and the prompt that it was given."""
    return {"critics": f"{judgment.role} {judgment.model}", "variants": judgment.critic}


def weight(judgment: Judgment, rule: VoteRule, contexts: Sequence[Context] = ()) -> float:
    """Return how much a judgment counts."""
    if judgment.dropped:
        return 0.0
    shares = {context.id: context.probability for context in contexts}
    founded = rule.unfounded if judgment.unfounded else 1.0
    return judgment.weight * founded * shares.get(judgment.context, 1.0)


def compared(judgments: Iterable[Judgment], rule: VoteRule, contexts: Sequence[Context] = ()) -> list[Pair]:
    """Return every pair of responses that was compared, with the probability that the lower index is better.

    The votes on a pair are reduced as the rule says, from both sides: where the two do not add up to 1, as for the
    lowest of several votes, the middle counts, so that which index is lower means nothing. A pair whose votes settle
    nothing has weight 0.
    """
    votes: dict[tuple[int, int], list[Cast]] = {}
    for judgment in judgments:
        if len(judgment.shown) == 2:
            first, second = sorted(judgment.shown)
            casts = votes.setdefault((first, second), [])
            casts += [
                cast(judgment, score, rule, contexts)
                for score in judgment.scores
                if score.criterion == PREFERENCE and score.response == first
            ]
    found = [(pair, _even(casts, rule)) for pair, casts in votes.items()]
    return [Pair(*pair, 0.5, 0.0) if p is None else Pair(*pair, p) for pair, p in found]


def win_share(
    judgments: Iterable[Judgment], response: int, rule: VoteRule, contexts: Sequence[Context] = ()
) -> float | None:
    """Return the mean, over its opponents, of what the votes on one response come to; None when nothing is settled.

    The rule looks from the side of the response: the lowest of several votes is its own worst.
    """
    votes: dict[frozenset[int], list[Cast]] = {}
    for judgment in judgments:
        if len(judgment.shown) == 2:
            scores = [one for one in judgment.scores if (one.response, one.criterion) == (response, PREFERENCE)]
            votes.setdefault(frozenset(judgment.shown), []).extend(cast(judgment, s, rule, contexts) for s in scores)
    values = [reduce_axes(casts, rule.reduce, rule.rule) for casts in votes.values()]
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _even(casts: Sequence[Cast], rule: VoteRule) -> float | None:
    """Reduce the votes on a pair from both sides."""
    one = reduce_axes(casts, rule.reduce, rule.rule)
    other = reduce_axes([replace(vote, value=1 - vote.value) for vote in casts], rule.reduce, rule.rule)
    if one is None or other is None:
        return None
    return one if abs(one + other - 1) <= _ROUNDING else (one + 1 - other) / 2
