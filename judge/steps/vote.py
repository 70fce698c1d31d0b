"""Vote: reduce judgments to one number per response and criterion."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from judge.critics import PREFERENCE, cast, compared, voice, weight, win_share
from judge.filters import View, filtered
from judge.recipe import VoteRule
from judge.reducers import (
    Cast,
    bradley_terry,
    cycles,
    elo,
    general_preference,
    placing,
    reduce_axes,
)
from judge.types import Context, Judgment, Tally, Vote


async def weigh(view: View, judgments: Sequence[Judgment], rule: VoteRule) -> tuple[Judgment, ...]:
    """Return the judgments with the weights that the recipe's filters leave them.

    Raises:
        ModelError: the key of a filter's model is missing or refused.
    """
    return await filtered(view, judgments, rule) if rule.filters else tuple(judgments)


def tally(
    judgments: Sequence[Judgment],
    responses: Sequence[int],
    criteria: Sequence[str],
    rule: VoteRule,
    contexts: Sequence[Context] = (),
    *,
    entrants: Sequence[int] = (),
    seed: int = 0,
) -> tuple[Tally, ...]:
    """Count the votes on each response for every criterion, also where there are none.

    Args:
        judgments: all judgments of the sample, failed ones too. Votes on a response refer by position to those among
            them that it was shown in.
        responses: their indices.
        criteria: ids of the criteria.
        rule: how to reduce. `median` of an even number of votes is the lower middle one, so that it is a number that
            somebody gave; a tie of `majority` gives no number.
        contexts: the contexts under which it was judged, with their probabilities.
        entrants: responses that comparisons may show; (): those that were compared.
        seed: as the schedule of pairs had it.
    """
    rated: Mapping[int, float | None] = {}
    if PREFERENCE in criteria and any(len(judgment.shown) == 2 for judgment in judgments):
        rated = _rated(judgments, responses, rule, contexts, entrants, seed)
    return tuple(
        tallied for response in responses for tallied in _tally(judgments, response, criteria, rule, contexts, rated)
    )


def _tally(
    judgments: Sequence[Judgment],
    response: int,
    criteria: Sequence[str],
    rule: VoteRule,
    contexts: Sequence[Context],
    rated: Mapping[int, float | None],
) -> list[Tally]:
    """Count the votes on one response; `rated` holds what comparisons come to."""
    mine = [judgment for judgment in judgments if response in judgment.shown]
    votes: dict[str, list[tuple[Vote, Cast, float]]] = {criterion: [] for criterion in criteria}
    for number, judgment in enumerate(mine):
        for score in judgment.scores:
            if score.response == response and score.criterion in votes:
                one = cast(judgment, score, rule, contexts)
                vote = Vote(response=response, criterion=score.criterion, value=score.value, weight=one.weight,
                            judgment=number, step=score.step)  # fmt: skip
                votes[score.criterion].append((vote, one, score.raw))
    if PREFERENCE in votes and any(len(judgment.shown) == 2 for judgment in mine):  # a rubric may have that id as well
        return [_count(mine, response, PREFERENCE, votes[PREFERENCE], rule, rated.get(response))]
    return [
        _count(
            mine, response, criterion, cast_, rule, reduce_axes([one for _, one, _ in cast_], rule.reduce, rule.rule)
        )
        for criterion, cast_ in votes.items()
    ]


def circles(
    judgments: Sequence[Judgment], rule: VoteRule, count: int, contexts: Sequence[Context] = ()
) -> tuple[tuple[int, ...], ...]:
    """Return responses that beat one another in a circle, where pairs were compared (general preferences)."""
    if count < 3 or not any(len(judgment.shown) == 2 for judgment in judgments):
        return ()
    return cycles(count, [pair for pair in compared(judgments, rule, contexts) if pair.weight > 0])


def _count(
    mine: Sequence[Judgment],
    response: int,
    criterion: str,
    votes: Sequence[tuple[Vote, Cast, float]],
    rule: VoteRule,
    value: float | None,
) -> Tally:
    counted = [(one, raw) for _, one, raw in votes if one.weight > 0]
    casts = [one for one, _ in counted]
    values = [one.value for one in casts]
    asked = [judgment for judgment in mine if judgment.criterion in ("", criterion)]
    enough = len(values) >= rule.min_votes and (rule.agree is None or _agree(asked, casts, rule.agree))
    return Tally(
        response=response,
        criterion=criterion,
        value=value if enough and values else None,
        rule=", ".join([*(f"{each.axis} {each.rule}" for each in rule.reduce), rule.rule.rule]),
        votes=tuple(vote for vote, *_ in votes),
        unscored=sum(judgment.failure is not None for judgment in asked),
        spread=statistics.pstdev(values) if len(values) > 1 else 0.0,
        total=math.fsum(raw for _, raw in counted) if counted else None,
        steps=_steps(casts, rule),
    )


def _steps(casts: Sequence[Cast], rule: VoteRule) -> tuple[float | None, ...]:
    """The votes on each step, reduced along all other axes."""
    places = [place for one in casts if isinstance(place := one.at.get("steps"), int)]
    if not places:
        return ()
    plan = [each for each in rule.reduce if each.axis != "steps"]
    rest = rule.rule.model_copy(update={"rule": "mean"})
    return tuple(
        reduce_axes([one for one in casts if one.at.get("steps") == place], plan, rest)
        for place in range(max(places) + 1)
    )


def _agree(asked: Sequence[Judgment], casts: Sequence[Cast], least: float) -> bool:
    """Whether all critics side alike, and clearly enough on average (SCIR: unanimous and confident).

    A critic that was asked and said nothing that counts agrees with nobody.
    """
    by_critic: dict[tuple[object, ...], list[float]] = {tuple(voice(judgment).values()): [] for judgment in asked}
    for one in casts:
        by_critic[one.at["critics"], one.at["variants"]].append(one.value)
    if not all(by_critic.values()):
        return False
    margins = [statistics.fmean(values) - 0.5 for values in by_critic.values()]
    alike = all(margin > 0 for margin in margins) or all(margin < 0 for margin in margins)
    return alike and statistics.fmean(map(abs, margins)) >= least


def _rated(
    judgments: Sequence[Judgment],
    responses: Sequence[int],
    rule: VoteRule,
    contexts: Sequence[Context],
    entrants: Sequence[int],
    seed: int,
) -> Mapping[int, float | None]:
    """Return the values of responses by their comparisons; those whose comparisons settled nothing have none."""
    if rule.opponents == "win_rate":
        return {response: win_share(judgments, response, rule, contexts) for response in responses}
    found = compared(judgments, rule, contexts)
    who = list(entrants) or sorted({index for pair in found for index in (pair.first, pair.second)})
    places = {index: place for place, index in enumerate(who)}
    pairs = [replace(pair, first=places[pair.first], second=places[pair.second]) for pair in found]
    known = [pair for pair in pairs if pair.weight > 0]
    settled = {place for pair in known for place in (pair.first, pair.second)}
    if not known:
        return {}
    values: Sequence[float | None]
    if rule.opponents == "knockout":
        values = placing(len(who), pairs, seed)
    elif rule.opponents == "general":
        values = general_preference(len(who), _table(judgments, who, rule, contexts))
    else:
        values = (elo if rule.opponents == "elo" else bradley_terry)(len(who), known).values
    return {who[place]: value for place, value in enumerate(values) if place in settled}


def _table(
    judgments: Iterable[Judgment], who: Sequence[int], rule: VoteRule, contexts: Sequence[Context]
) -> Mapping[tuple[int, int], float]:
    """The mean raw verdict for the one shown first, by weight, by who was shown first against whom."""
    raws: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for judgment in judgments:
        counts = weight(judgment, rule, contexts)
        for score in judgment.scores:
            if len(judgment.shown) == 2 and score.response == judgment.shown[0] and counts:
                place = who.index(judgment.shown[0]), who.index(judgment.shown[1])
                raws.setdefault(place, []).append((score.raw, counts))
    return {
        pair: statistics.fmean([raw for raw, _ in each], [counts for _, counts in each]) for pair, each in raws.items()
    }
