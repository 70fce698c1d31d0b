"""Which edge of the state machine is taken next, and how often each that goes back was taken."""

from dataclasses import replace

from judge.line import Line, Plan


def wants_to_look(plan: Plan, line: Line) -> bool:
    """Whether a critic asked for a check that is there to be had and has not been made."""
    if line.taken.get("look again", 0) >= plan.recipe.bounds.look_again:
        return False
    made = {item.tool for item in line.checked.evidence}
    there = {check.use.tool for check in plan.checks} - made
    return any(name in there for judgment in line.judgments for name in judgment.asks)


def each_round(plan: Plan) -> int:
    """Votes that a further round brings for one response, or for one pair."""
    orders = 2 if plan.panel[0].critic.orders == "both" and plan.panel[0].critic.shape == "pairwise" else 1
    return sum((plan.recipe.vote.again or member.critic.samples) * orders for member in plan.panel)


def after_vote(plan: Plan, line: Line) -> str:
    """Where to go after the vote: on, to more votes, or to someone stronger."""
    if not line.live or not line.open:
        return "go on"
    if line.taken.get("vote again", 0) < plan.recipe.bounds.vote_again and not line.taken.get("escalate"):
        return "vote again"
    if plan.stronger and line.taken.get("escalate", 0) < plan.recipe.bounds.escalate:
        return "escalate"
    return "go on"


def take(line: Line, edge: str) -> Line:
    """Note which edge is taken next, and count those that go back."""
    if edge == "go on":
        return replace(line, edge=edge) if line.edge != edge else line
    return replace(line, edge=edge, taken=line.taken | {edge: line.taken.get(edge, 0) + 1})
