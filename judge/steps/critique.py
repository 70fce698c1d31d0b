"""Critique: ask every critic of the panel for its reasons and its numbers, and read what they say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from judge.critics import Member, Question, Show, ask, compared, lacking, pairs_of, request_of, shows, shows_of_pair
from judge.recipe import VoteRule
from judge.reducers import next_pairs, pairs_in_all
from judge.types import Brief, Context, Criterion, Evidence, Judgment, Sample
from judge.undecided import Open, is_open


@dataclass(frozen=True, slots=True)
class Task:
    """What a round of critiques is about."""

    sample: Sample
    responses: Sequence[int]
    """Those to be judged, by index."""
    brief: Brief
    evidence: Sequence[Evidence]
    rule: VoteRule
    seed: int = 0
    round: int = 0
    again: int = 0
    """Which further round of votes this is; 0 for the first."""
    open: Open | None = None
    """What is to be judged again, by which criteria; None: everything."""


async def critique(task: Task, panel: Sequence[Member], earlier: Sequence[Judgment] = ()) -> tuple[Judgment, ...]:
    """Return the judgments of one round: k per response, pair and order, or list, for every critic and context.

    Pairs of more than two responses are compared as the critic's schedule says, where that needs it in several goes,
    each after the verdicts of the one before.

    Args:
        task: what is judged.
        panel: the critics; the first says which pairs are compared.
        earlier: judgments of earlier rounds, for schedules that look at verdicts.

    Raises:
        ModelError: the key is missing or refused; any other failed call becomes a judgment without a number.
    """
    if panel[0].critic.shape != "pairwise":
        return tuple(await _gather([question for member in panel for question in _alone(task, member)]))
    found = list(earlier)
    if task.open is not None:
        again = sorted((min(unit), max(unit)) for unit in task.open if len(unit) == 2)
        found += await _gather(_pairs(task, panel, again))
        if panel[0].critic.schedule != "knockout":
            return tuple(found[len(earlier) :])
        task = replace(task, again=0, open=None)  # another winner may have to meet those whom nobody has let it meet
    while pairs := _next(task, panel[0], found):
        fresh = await _gather(_pairs(task, panel, pairs))
        found += fresh
        if panel[0].critic.schedule in ("all", "anchor"):
            break
    return tuple(found[len(earlier) :])


def foresee(task: Task, panel: Sequence[Member]) -> tuple[int, int, int, int]:
    """Return (calls, prompt tokens, most completion tokens, judgments) of one round; tokens are characters / 4."""
    if panel[0].critic.shape == "pairwise":
        first = panel[0].critic
        count = pairs_in_all(first.schedule, len(task.responses), first.pair_budget)
        questions = _pairs(task, panel, pairs_of(task.responses)[:count])
    else:
        questions = [question for member in panel for question in _alone(task, member)]
    calls = prompt = completion = judgments = 0
    for question in questions:
        critic = question.critic
        if lacking(question):
            continue
        if critic.read in ("given_text", "scalar"):
            calls += sum(len(term.given) or 1 for term in critic.terms) or 1
            judgments += 1
            continue
        request = request_of(question)
        prompt += sum(len(str(message["content"])) for message in request.messages) // 4
        turns = request.n if critic.then else 0
        calls += 1 + turns
        completion += request.n * critic.max_tokens + turns * (critic.then.max_tokens if critic.then else 0)
        judgments += request.n
    return calls, prompt, completion, judgments


def _next(task: Task, first: Member, found: Sequence[Judgment]) -> list[tuple[int, int]]:
    """Return the pairs that the schedule wants compared next."""
    places = {index: place for place, index in enumerate(task.responses)}
    met = [
        replace(pair, first=places[pair.first], second=places[pair.second])
        for pair in compared(found, task.rule, task.brief.contexts)
        if pair.first in places and pair.second in places
    ]
    wanted = next_pairs(
        first.critic.schedule, len(places), met, seed=task.seed, budget=first.critic.pair_budget, anchor=0
    )
    pairs = [sorted((task.responses[one], task.responses[other])) for one, other in wanted]
    return [(low, high) for low, high in pairs]


def _pairs(task: Task, panel: Sequence[Member], pairs: Sequence[tuple[int, int]]) -> list[Question]:
    return [
        question
        for pair in pairs
        for member in panel
        for show in shows_of_pair(pair, member.critic, *_drawn(task, member))
        for question in _questions(task, member, show)
    ]


def _alone(task: Task, member: Member) -> list[Question]:
    shown = shows(task.responses, member.critic, *_drawn(task, member)) if task.responses else []
    questions = [question for show in shown for question in _questions(task, member, show)]
    if task.open is None or member.critic.shape == "listwise":
        return questions
    names = (question.only.id if question.only else "" for question in questions)
    return [one for one, name in zip(questions, names, strict=True) if is_open(task.open, one.shown, name)]


def _questions(task: Task, member: Member, show: Show) -> list[Question]:
    """Return what is asked of one show: for every context, and for every criterion where each is asked alone."""
    shown, samples, first = show
    return [
        Question(
            task.sample,
            shown,
            member,
            task.brief,
            context,
            only,
            task.evidence if member.critic.evidence else (),
            task.seed,
            task.round,
            samples,
            first,
        )
        for context in task.brief.contexts
        for only in _each(member, context)
    ]


def _each(member: Member, context: Context) -> Sequence[Criterion | None]:
    return context.rubric.criteria if member.critic.ask == "each" and context.rubric else (None,)


def _drawn(task: Task, member: Member) -> tuple[int, str, int]:
    """Return how many samples are drawn in this round, the seed of their orders, and how many were drawn before."""
    first, seed = member.critic.samples, f"{task.seed} {task.round} {member.place} {task.sample.hash}"
    if not task.again:
        return first, seed, 0
    further = task.rule.again or first
    return further, seed, first + (task.again - 1) * further


async def _gather(questions: Sequence[Question]) -> list[Judgment]:
    if len(questions) == 1:
        return await ask(questions[0])
    several = await asyncio.gather(*(ask(question) for question in questions))
    return [judgment for judgments in several for judgment in judgments]
