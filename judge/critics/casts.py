"""Judgments as votes: what each says about one response and criterion, and where it stands on every axis."""

from collections.abc import Iterable, Sequence

from judge.critics.question import PREFERENCE
from judge.recipe import VoteRule
from judge.reducers import Cast, Pair, reduce_axes
from judge.types import Context, Judgment, Score


def cast(judgment: Judgment, score: Score, rule: VoteRule, contexts: Sequence[Context] = ()) -> Cast:
    """Return one score as a vote; its weight is 0 when a filter dropped the judgment."""
    at: dict[str, str | int] = {
        "samples": judgment.sample,
        "critics": f"{judgment.role} {judgment.model}",
        "variants": judgment.critic,
        "contexts": judgment.context,
    }
    if not judgment.shuffled:
        at["orders"] = "-".join(map(str, judgment.shown))
    if score.step is not None:
        at["steps"] = score.step
    return Cast(score.value, weight(judgment, rule, contexts), at)  # type: ignore[arg-type]


def weight(judgment: Judgment, rule: VoteRule, contexts: Sequence[Context] = ()) -> float:
    """Return how much a judgment counts."""
    if judgment.dropped:
        return 0.0
    shares = {context.id: context.probability for context in contexts}
    founded = rule.unfounded if judgment.unfounded else 1.0
    return judgment.weight * founded * shares.get(judgment.context, 1.0)


def compared(judgments: Iterable[Judgment], rule: VoteRule, contexts: Sequence[Context] = ()) -> list[Pair]:
    """Return every pair of responses that was compared, with the probability that the lower index is better.

    The votes on a pair are reduced as the rule says. A pair whose votes settle nothing has weight 0.
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
    found = [(pair, reduce_axes(casts, rule.reduce, rule.rule)) for pair, casts in votes.items()]
    return [Pair(*pair, 0.5, 0.0) if p is None else Pair(*pair, p) for pair, p in found]
