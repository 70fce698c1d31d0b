"""The state machine: guard, criteria, evidence, critique, vote, settle, and three bounded edges that go back.

Only this file knows the order of the steps, and only this file imports langgraph. A graph is compiled once per judge
and run once per sample. A node runs the steps up to the next wait, since a node costs more than they do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypedDict

from judge.edges import after_vote, spared, take, unsettled, votes_left, wants_to_look, with_spared, with_usage_spared
from judge.errors import JudgeError
from judge.line import Line, Plan
from judge.opinion import Findings
from judge.recipe import Recipe, Step
from judge.steps.criteria import criteria
from judge.steps.critique import Task, critique
from judge.steps.evidence import Checked, gather
from judge.steps.guard import guard
from judge.steps.settle import settle, transformed
from judge.steps.vote import circles, tally, weigh
from judge.types import Failure, Judgment, Reward, Sample, seed_from
from judge.undecided import Unasked, is_open, open_units


class _State(TypedDict):
    line: Line


Node = Callable[[Line], Awaitable[Line]]


class Machine:
    """A compiled graph. It belongs to the event loop on which it runs."""

    def __init__(self, plan: Plan) -> None:
        """Compile the graph of a plan."""
        self.plan = plan
        self._app = _compile(plan)
        bounds = plan.recipe.bounds
        back = bounds.look_again + bounds.vote_again + bounds.escalate
        self._most = (1 + back) * (len(plan.recipe.steps) + 1)  # nodes that may run: each edge back brings some again

    async def run(self, sample: Sample, *, seed: int, timeout_s: float) -> tuple[Reward, ...]:
        """Return one reward per response, in order. A sample that runs past `timeout_s` is cancelled and unscored.

        Raises:
            JudgeError: the set-up is wrong, so that no sample could be judged.
        """
        try:
            async with asyncio.timeout(timeout_s):
                state = await self._app.ainvoke({"line": Line(sample, seed)}, {"recursion_limit": self._most})
            line: Line = state["line"]
            return line.rewards
        except TimeoutError:
            message = f"judging took longer than {timeout_s:g} s; raise timeout_s or make the recipe cheaper"
            failure = Failure(kind="timeout", message=message, retryable=True)
        except JudgeError:
            raise
        except Exception as error:  # a defect must cost one sample, not the batch
            failure = Failure(kind="internal", message=f"the judge itself failed: {type(error).__name__}: {error}")
        return tuple(self.unscored(failure, index) for index in range(len(sample.responses)))

    def unscored(self, failure: Failure, response: int = 0) -> Reward:
        """Return the reward of a response that could not be judged, with the same keys as any other."""
        lo, hi = self.plan.range
        found = Findings(response, failure=failure)
        reward = settle(found, self.plan.criteria, self.plan.parts, self.plan.recipe.settle)
        return reward.model_copy(update={"lo": lo, "hi": hi})


def mermaid(recipe: Recipe) -> str:
    """Return the state machine of a recipe as Mermaid text: its steps, and the edges that go back with their bounds."""
    steps = recipe.steps
    lines = ["graph TD", f"  sample([sample]) --> {steps[0]}"]
    for here, there in zip(steps, [*steps[1:], "reward([reward])"], strict=True):
        lines.append(f"  {here} --> {there}")
        for edge, to in _back(recipe, here).items():
            lines.append(f'  {here} -. "{edge}, at most {_bound(recipe, edge)}" .-> {to}')
        if here == "evidence" and recipe.agent:
            lines.append(f'  {here} -. "thought, action, observation, at most {recipe.agent.rounds}" .-> {here}')
    return "\n".join(lines)


def _compile(plan: Plan) -> Any:
    from langgraph.graph import END, START, StateGraph

    steps: dict[str, Node] = {
        "guard": _guard(plan),
        "criteria": _criteria(plan),
        "evidence": _evidence(plan),
        "critique": _critique(plan),
        "vote": _vote(plan),
        "settle": _settle(plan),
    }
    nodes = _nodes(plan.recipe)
    starts = {node[0]: "_".join(node) for node in nodes}
    graph: Any = StateGraph(_State)
    for node in nodes:
        graph.add_node("_".join(node), _node([steps[name] for name in node]))
    graph.add_edge(START, "_".join(nodes[0]))
    ends = ["_".join(node) for node in nodes[1:]] + [END]
    for node, there in zip(nodes, ends, strict=True):
        here, back = "_".join(node), {edge: starts[to] for edge, to in _back(plan.recipe, node[-1]).items()}
        if back:
            graph.add_conditional_edges(here, _edge, back | {"go on": there})
        else:
            graph.add_edge(here, there)
    return graph.compile()


def _back(recipe: Recipe, step: Step) -> dict[str, Step]:
    """The edges that go back from a step, with where they lead."""
    if step == "critique" and recipe.bounds.look_again and recipe.tools:
        return {"look again": "evidence"}
    if step == "vote":
        both: dict[str, Step] = {"vote again": "critique", "escalate": "critique"}
        return {edge: to for edge, to in both.items() if _bound(recipe, edge)}
    return {}


def _bound(recipe: Recipe, edge: str) -> int:
    bound: int = getattr(recipe.bounds, edge.replace(" ", "_"))
    return bound


def _nodes(recipe: Recipe) -> list[list[Step]]:
    """Group the steps into nodes: one ends where something waits or an edge goes back, and begins where one arrives."""
    arrivals = {to for step in recipe.steps for to in _back(recipe, step).values()}
    nodes: list[list[Step]] = [[]]
    for step in recipe.steps:
        if nodes[-1] and (
            step in arrivals or nodes[-1][-1] in ("evidence", "critique") or _back(recipe, nodes[-1][-1])
        ):
            nodes.append([])
        nodes[-1].append(step)
    return nodes


def _edge(state: _State) -> str:
    return state["line"].edge


def _node(steps: list[Node]) -> Callable[[_State], Awaitable[_State]]:
    async def run(state: _State) -> _State:
        line = state["line"]
        for step in steps:
            line = await step(line)
        return {"line": line}

    return run


def _guard(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        return replace(line, guarded=guard(line.sample, plan.recipe.guard))

    return run


def _criteria(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        assert plan.recipe.criteria is not None
        if not plan.recipe.generates:
            return replace(line, brief=plan.static)
        if not line.live:  # nothing is left to be judged, so nothing is asked
            return line
        brief = await criteria(
            line.sample, plan.recipe.criteria, plan.rubric, plan.kit_of(plan.recipe.criteria.model),
            checks=plan.checks, agent=plan.recipe.agent, recorded=plan.briefs,
        )  # fmt: skip
        return replace(line, brief=brief)

    return run


def _evidence(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        asked = {name for judgment in line.judgments for name in judgment.asks}
        found = await gather(
            line.sample,
            line.live,
            plan.checks,
            plan.kit,
            agent=plan.recipe.agent,
            planner=plan.recipe.planner,
            only=asked,
            recorded=plan.recorded,
        )
        evidence = line.checked.evidence + found.evidence
        numbered = tuple(item.model_copy(update={"id": f"E{place}"}) for place, item in enumerate(evidence, 1))
        both = Checked(numbered, found.missing)
        return replace(line, checked=both, superseded=line.superseded + line.judgments, judgments=())

    return run


def _critique(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        escalated = bool(line.taken.get("escalate"))
        panel = plan.stronger if escalated else plan.panel
        again = 0 if escalated else line.taken.get("vote again", 0)
        first = panel[0].critic
        task = Task(
            line.sample,
            unsettled(plan, line) if first.shape in ("pointwise", "steps", "spans") else line.whole,
            line.brief,
            line.checked.evidence,
            plan.recipe.vote,
            seed=line.seed,
            round=sum(line.taken.values()),
            again=again,
            open=line.open if again or escalated else None,
        )
        found = await critique(task, panel, line.judgments) if task.responses else ()
        line = replace(line, judgments=line.judgments + found)
        return take(line, "look again" if wants_to_look(plan, line) else "go on")

    return run


def _vote(plan: Plan) -> Node:
    rule = plan.recipe.vote

    async def run(line: Line) -> Line:
        names, contexts = plan.counted(line.brief), line.brief.contexts
        judgments = await weigh(plan.view(line), line.judgments, rule)
        counted = tally(judgments, line.live, names, rule, contexts, entrants=line.whole, seed=line.seed)
        left = votes_left(plan, line)
        undecided = open_units(judgments, counted, rule, left, contexts) if left else {}
        unsure = open_units(judgments, counted, rule, 0, contexts) if plan.stronger else {}
        line = replace(line, tallies=counted, judgments=judgments)
        edge = after_vote(plan, line, undecided, unsure)
        if edge == "go on":
            return take(line, edge)
        again = undecided if edge == "vote again" else unsure
        # the stronger model's word replaces the weaker one's, where that is not sure
        replaced = again if edge == "escalate" else {}
        gone = tuple(judgment for judgment in judgments if is_open(replaced, judgment.shown, judgment.criterion))
        kept = tuple(judgment for judgment in judgments if not is_open(replaced, judgment.shown, judgment.criterion))
        # filters will look at all judgments afresh, the old and the new
        line = replace(line, judgments=plan.unweighed(kept), superseded=line.superseded + gone, open=again)
        return take(line, edge)

    return run


def _settle(plan: Plan) -> Node:
    parts, rule, rules = plan.parts, plan.recipe.vote, plan.recipe.settle

    async def run(line: Line) -> Line:
        shown, cycles = plan.criteria, circles(line.judgments, rule, len(line.sample.responses), line.brief.contexts)
        unasked = spared(plan, line)
        rewards = [
            settle(_findings(plan, line, index, cycles, unasked), shown, parts, rules, plan.calibrators)
            for index in range(len(line.sample.responses))
        ]
        if rules.transforms:
            lengths = [len(response.text) for response in line.sample.responses]
            seed = seed_from(f"{line.seed} {line.sample.hash}")
            rewards = transformed(rewards, rules, lengths, seed)
        return replace(line, rewards=with_usage_spared(tuple(rewards), unasked))

    return run


def _findings(plan: Plan, line: Line, index: int, cycles: tuple[tuple[int, ...], ...], unasked: Unasked) -> Findings:
    """What is known of one response."""
    evidence, critic = line.guarded.evidence + line.checked.evidence, plan.recipe.critic
    return Findings(
        response=index,
        evidence=tuple(item for item in evidence if item.response == index),
        judgments=_on(index, line.judgments),
        superseded=_on(index, line.superseded),
        tallies=tuple(with_spared(item, unasked) for item in line.tallies if item.response == index),
        failure=dict(line.guarded.failures).get(index) or line.brief.failure,
        missing=dict(line.checked.missing).get(index, ""),
        brief=line.brief if plan.recipe.generates else None,
        user=line.sample.user,
        source=line.sample.responses[index].source,
        anchor=next(iter(line.whole), 0) if critic and critic.schedule == "anchor" else 0,
        cycle=next((cycle for cycle in cycles if index in cycle), ()),
    )


def _on(index: int, judgments: tuple[Judgment, ...]) -> tuple[Judgment, ...]:
    """The judgments that response `index` was shown in."""
    return tuple(judgment for judgment in judgments if index in judgment.shown)
