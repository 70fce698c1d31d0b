"""Which edge of the state machine is taken next, for which responses, and what taking none of them spared."""

from collections.abc import Collection
from dataclasses import replace

from judge.line import Line, Plan
from judge.steps.settle import decided
from judge.types import Reward, Tally, Usage
from judge.undecided import Unasked, Unit, unasked


def wants_to_look(plan: Plan, line: Line) -> bool:
    """Whether a critic asked for a check that is there to be had and has not been made.

    Once votes are counted it is too late: those that were cast knew nothing of what it would find.
    """
    if line.taken.get("look again", 0) >= plan.recipe.bounds.look_again or line.tallies:
        return False
    made = {item.tool for item in line.checked.evidence}
    there = {check.use.tool for check in plan.checks} - made
    return any(name in there for judgment in line.judgments for name in judgment.asks)


def votes_left(plan: Plan, line: Line) -> int:
    """Votes on one response and criterion, or on one pair, that the rounds to come would bring; 0: none may come."""
    rounds = 0 if line.taken.get("escalate") else plan.recipe.bounds.vote_again - line.taken.get("vote again", 0)
    critics = [member.critic for member in plan.panel]
    turned = [2 if one.orders == "both" and one.shape in ("pairwise", "listwise") else 1 for one in critics]
    each = sum(one.draws(plan.recipe.vote.again) * orders for one, orders in zip(critics, turned, strict=True))
    return rounds * each * len(line.brief.contexts)


def after_vote(plan: Plan, line: Line, undecided: Collection[Unit], unsure: Collection[Unit]) -> str:
    """Where to go after the vote: on, to more votes, or to someone stronger.

    Args:
        plan: with the bounds.
        line: with the edges that were taken.
        undecided: what votes to come could settle.
        unsure: what is not certain as it stands.
    """
    if line.live and undecided:
        return "vote again"
    if line.live and unsure and plan.stronger and line.taken.get("escalate", 0) < plan.recipe.bounds.escalate:
        return "escalate"
    return "go on"


def take(line: Line, edge: str) -> Line:
    """Note which edge is taken next, and count those that go back."""
    if edge == "go on":
        return replace(line, edge=edge) if line.edge != edge else line
    return replace(line, edge=edge, taken=line.taken | {edge: line.taken.get(edge, 0) + 1})


def unsettled(plan: Plan, line: Line) -> list[int]:
    """Return the responses that a critic is asked about one by one."""
    if plan.recipe.settle.evidence != "spares":
        return line.live
    of = {index: [item for item in line.checked.evidence if item.response == index] for index in line.live}
    return [index for index, evidence in of.items() if decided(evidence) is None]


def spared(plan: Plan, line: Line) -> Unasked:
    """Return the votes on a sample that further rounds would have brought and nobody asked for."""
    rounds = plan.recipe.bounds.vote_again
    everyone = line.judgments + line.superseded
    return unasked(everyone, plan.recipe.critics, rounds, plan.recipe.vote.again) if rounds else {}


def with_usage_spared(rewards: tuple[Reward, ...], unasked: Unasked) -> tuple[Reward, ...]:
    """Return the rewards, the first of them with the number of judgments on the sample that were not asked for."""
    saved = sum(unasked.values())
    if not rewards or not saved:
        return rewards
    return (rewards[0].model_copy(update={"usage": Usage(spared=saved)}), *rewards[1:])


def with_spared(tallied: Tally, unasked: Unasked) -> Tally:
    """Return a tally with the number of votes that were not asked for."""
    of = ("", tallied.criterion)
    saved = sum(number for (shown, alone), number in unasked.items() if tallied.response in shown and alone in of)
    return tallied.model_copy(update={"spared": saved}) if saved else tallied
