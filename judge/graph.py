"""The state machine: guard, criteria, evidence, critique, vote, settle, and three bounded edges that go back.

Only this file knows the order of the steps, and only this file imports langgraph. A graph is compiled once per judge
and run once per sample. Steps that never wait and have no edge between them share a node, since a node costs more than
they do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from judge.errors import JudgeError
from judge.recipe import Recipe
from judge.steps.criteria import criteria
from judge.steps.critique import Panel, critique
from judge.steps.evidence import Check, Checked, gather
from judge.steps.guard import Guarded, guard
from judge.steps.settle import Findings, settle
from judge.steps.vote import PREFERENCE, tally, undecided
from judge.types import Criterion, Failure, Judgment, Reward, Rubric, Sample, Tally


@dataclass(frozen=True)
class Plan:
    """A recipe with everything it names loaded: what a graph is compiled from."""

    recipe: Recipe
    rubric: Rubric | None = None
    checks: tuple[Check, ...] = ()
    panel: Panel | None = None
    stronger: Panel | None = None

    @property
    def criteria(self) -> dict[str, Criterion | None]:
        """The criteria that votes are counted under, by id."""
        if self.recipe.critic is None:
            return {}
        if self.recipe.critic.shape == "pairwise" or self.rubric is None:
            return {PREFERENCE: None}
        return {criterion.id: criterion for criterion in self.rubric.criteria}


@dataclass(frozen=True)
class Line:
    """What is known of one sample so far: the state that the nodes hand on."""

    sample: Sample
    seed: int = 0
    guarded: Guarded = field(default_factory=Guarded)
    rubric: Rubric | None = None
    checked: Checked = field(default_factory=Checked)
    judgments: tuple[Judgment, ...] = ()
    """The judgments that count."""
    superseded: tuple[Judgment, ...] = ()
    """Judgments that were asked again, with more evidence or by a stronger model; kept for the record."""
    tallies: tuple[Tally, ...] = ()
    rewards: tuple[Reward, ...] = ()
    edge: str = "go on"
    """The edge to take next."""
    taken: dict[str, int] = field(default_factory=dict)
    """How often each edge that goes back was taken."""

    @property
    def live(self) -> list[int]:
        """Responses that the guard let through."""
        return [index for index in range(len(self.sample.responses)) if index not in self.guarded.stopped]

    @property
    def whole(self) -> list[int]:
        """Responses that a comparison may show: also the empty ones, since the others are better than those."""
        failed = dict(self.guarded.failures)
        return [index for index in range(len(self.sample.responses)) if index not in failed]


class _State(TypedDict):
    line: Line


Node = Callable[[Line], Awaitable[Line]]


class Machine:
    """A compiled graph. It belongs to the event loop on which it runs."""

    def __init__(self, plan: Plan) -> None:
        """Compile the graph of a plan."""
        self.plan = plan
        self._app = _compile(plan)

    async def run(self, sample: Sample, *, seed: int, timeout_s: float) -> tuple[Reward, ...]:
        """Return one reward per response, in order. A sample that runs past `timeout_s` is cancelled and unscored.

        Raises:
            JudgeError: the set-up is wrong, so that no sample could be judged.
        """
        try:
            async with asyncio.timeout(timeout_s):
                state = await self._app.ainvoke({"line": Line(sample, seed)}, {"recursion_limit": 64})
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
        tools = [check.use.tool for check in self.plan.checks]
        return settle(Findings(response, failure=failure), self.plan.criteria, tools, self.plan.recipe.settle)

    def mermaid(self) -> str:
        """Return the graph as Mermaid text."""
        drawn: str = self._app.get_graph().draw_mermaid()
        return drawn


def _compile(plan: Plan) -> Any:
    from langgraph.graph import END, START, StateGraph

    nodes = _nodes(plan)
    graph: Any = StateGraph(_State)
    for name, steps in nodes.items():
        graph.add_node(name, _node(steps))
    names = list(nodes)
    graph.add_edge(START, names[0])
    bounds = plan.recipe.bounds
    for here, there in zip(names, [*names[1:], END], strict=True):
        if here == "critique" and bounds.look_again and "evidence" in nodes:
            graph.add_conditional_edges(here, _edge, {"look again": "evidence", "go on": there})
        elif here == "vote":
            back = {
                name: "critique" for name in ("vote again", "escalate") if bounds.model_dump()[name.replace(" ", "_")]
            }
            graph.add_conditional_edges(here, _edge, back | {"go on": there})
        else:
            graph.add_edge(here, there)
    return graph.compile()


def _nodes(plan: Plan) -> dict[str, list[Node]]:
    """The nodes in order: waiting steps alone, the others with their neighbours where no edge parts them."""
    steps: dict[str, Node] = {
        "guard": _guard(plan),
        "criteria": _criteria(plan),
        "evidence": _evidence(plan),
        "critique": _critique(plan),
        "vote": _vote(plan),
        "settle": _settle(plan),
    }
    loops = plan.recipe.bounds.vote_again or plan.recipe.bounds.escalate
    ends = [["vote"], ["settle"]] if loops else [["vote", "settle"]]
    groups = [["guard", "criteria"], ["evidence"], ["critique"], *ends]
    used = [[name for name in group if name in plan.recipe.steps] for group in groups]
    return {"_".join(group): [steps[name] for name in group] for group in used if group}


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
        assert plan.recipe.criteria is not None and plan.rubric is not None
        return replace(line, rubric=await criteria(line.sample, plan.recipe.criteria, plan.rubric))

    return run


def _evidence(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        asked = {name for judgment in line.judgments for name in judgment.asks}
        found = await gather(line.sample, line.live, plan.checks, only=asked)
        both = Checked(line.checked.evidence + found.evidence, found.missing)
        return replace(line, checked=both, superseded=line.superseded + line.judgments, judgments=())

    return run


def _critique(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        panel = plan.stronger if line.taken.get("escalate") else plan.panel
        assert panel is not None
        found = await critique(
            line.sample,
            line.whole if panel.critic.shape == "pairwise" else line.live,
            line.rubric,
            line.checked.evidence,
            panel,
            seed=line.seed,
            round=sum(line.taken.values()),
        )
        line = replace(line, judgments=line.judgments + found)
        return _take(line, "look again" if _wants_to_look(plan, line) else "go on")

    return run


def _wants_to_look(plan: Plan, line: Line) -> bool:
    """Whether a critic asked for a check that is there to be had and has not been made."""
    if line.taken.get("look again", 0) >= plan.recipe.bounds.look_again:
        return False
    made = {item.tool for item in line.checked.evidence}
    there = {check.use.tool for check in plan.checks} - made
    return any(name in there for judgment in line.judgments for name in judgment.asks)


def _vote(plan: Plan) -> Node:
    async def run(line: Line) -> Line:
        names = list(plan.criteria)
        counted = tuple(tally(_on(index, line.judgments), index, names, plan.recipe.vote) for index in line.live)
        line = _take(replace(line, tallies=tuple(item for one in counted for item in one)), "go on")
        edge = _after_vote(plan, line)
        if edge == "escalate":  # the stronger model's word replaces the weaker one's
            line = replace(line, superseded=line.superseded + line.judgments, judgments=())
        return _take(line, edge)

    return run


def _after_vote(plan: Plan, line: Line) -> str:
    """Where to go after the vote: on, to more votes, or to someone stronger."""
    if not line.live or not undecided(line.tallies, plan.recipe.vote):
        return "go on"
    if line.taken.get("vote again", 0) < plan.recipe.bounds.vote_again and not line.taken.get("escalate"):
        return "vote again"
    if plan.stronger and line.taken.get("escalate", 0) < plan.recipe.bounds.escalate:
        return "escalate"
    return "go on"


def _take(line: Line, edge: str) -> Line:
    """Note which edge is taken next, and count those that go back."""
    if edge == "go on":
        return replace(line, edge=edge) if line.edge != edge else line
    return replace(line, edge=edge, taken=line.taken | {edge: line.taken.get(edge, 0) + 1})


def _settle(plan: Plan) -> Node:
    tools = [check.use.tool for check in plan.checks]

    async def run(line: Line) -> Line:
        failures, missing = dict(line.guarded.failures), dict(line.checked.missing)
        evidence = line.guarded.evidence + line.checked.evidence
        rewards = tuple(
            settle(
                Findings(
                    response=index,
                    evidence=tuple(item for item in evidence if item.response == index),
                    judgments=_on(index, line.judgments) + _on(index, line.superseded),
                    tallies=tuple(item for item in line.tallies if item.response == index),
                    failure=failures.get(index),
                    missing=missing.get(index, ""),
                ),
                plan.criteria,
                tools,
                plan.recipe.settle,
            )
            for index in range(len(line.sample.responses))
        )
        return replace(line, rewards=rewards)

    return run


def _on(index: int, judgments: tuple[Judgment, ...]) -> tuple[Judgment, ...]:
    """The judgments that response `index` was shown in."""
    return tuple(judgment for judgment in judgments if index in judgment.shown)
