"""Ask a model for criteria, contexts or a solution of its own, once per prompt and before any response is shown.

One form for CARMO (criteria), CARM (contexts), RM-R1 (task type, then a solution or a rubric), OpenRubrics (rules and
principles), DG-PRM (a choice among known criteria) and committing first: the prompts differ, and what they answer.
"""

from collections.abc import Sequence
from typing import Any

from judge import replies
from judge.agent import AGENT, catalogue, investigate
from judge.checks import Check, Desk, Kit
from judge.criteria.read import brief_of
from judge.critics import examples_of
from judge.errors import ParseError
from judge.recipe import Agent, CriteriaSource
from judge.text import fence
from judge.types import NOTHING, Brief, Evidence, Response, Rubric, Sample, Usage, digest

REQUEST_AGENT = "investigate_request"
"""The prompt by which an agent looks things up about a request alone."""


async def briefed(
    sample: Sample,
    source: CriteriaSource,
    rubric: Rubric | None,
    kit: Kit,
    *,
    checks: Sequence[Check] = (),
    agent: Agent | None = None,
) -> Brief:
    """Return what a model says counts for a prompt; whoever asks first pays, and all others share it.

    Args:
        sample: its responses are never shown.
        source: the prompt and what is taken of the answer.
        rubric: the criteria of the shelf: what may be chosen from, and what counts where the answer names none.
        kit: the model and the prompts.
        checks: the recipe's tools, for a source that may look things up.
        agent: how it may.

    Raises:
        ModelError: the call failed.
        ParseError: the answer cannot be read, also after asking again.
        ToolError: the answer was cut off twice.
    """
    alone = sample.model_copy(update={"responses": (Response(text=""),), "tests": None, "constraints": ()})
    made: list[Usage] = []

    async def make() -> Brief:
        desk = Desk(kit, sample.id)
        found = await _looked_up(alone, kit, checks, agent) if source.tools and agent else []
        brief = await _ask(alone, source, rubric, desk, found)
        made.append(sum((item.usage for item in found), desk.usage))
        asked = tuple(question for item in found for question in item.asked) + tuple(desk.asked)
        return brief.model_copy(update={"asked": asked})

    brief = await kit.kept.get(_key(sample, source, rubric, kit), make)
    return brief.model_copy(update={"usage": made[0] if made else NOTHING})


def _key(sample: Sample, source: CriteriaSource, rubric: Rubric | None, kit: Kit) -> str:
    """Everything that the answer depends on."""
    seen: list[Any] = [
        source.to_json(), kit.prompts[source.prompt].hash, rubric.hash if rubric else "", sample.question,
        sample.profile, [example.to_json() for example in sample.examples],
        list(sample.references) if source.reference else [], kit.seed,
    ]  # fmt: skip
    return f"criteria {digest(seen)}"


async def _looked_up(sample: Sample, kit: Kit, checks: Sequence[Check], agent: Agent) -> list[Evidence]:
    """Let the agent look things up about the request alone."""
    rules = agent.model_copy(update={"prompt": REQUEST_AGENT})
    offers = await catalogue(sample, checks, kit)
    return await investigate(sample, (), offers, rules, kit)


async def _ask(
    sample: Sample, source: CriteriaSource, rubric: Rubric | None, desk: Desk, found: Sequence[Evidence]
) -> Brief:
    values: dict[str, Any] = {
        "question": fence("request", sample.question),
        "profile": fence("user", sample.profile) if sample.profile else "",
        "reference": "\n\n".join(fence("reference", text) for text in sample.references) if source.reference else "",
        "examples": examples_of(sample),
        "count": source.count,
        "criteria": rubric.criteria if rubric else (),
        "evidence": [
            {"tool": item.tool, "summary": fence("finding", item.summary)} for item in found if item.tool != AGENT
        ],
        "problem": "",
    }
    shown = [sample.question, sample.profile, *sample.references]
    for last in (False, True):
        reply = await desk.ask(source.prompt, values, max_tokens=source.max_tokens)
        try:
            return brief_of(replies.read_object(reply, "reasons", shown), source, rubric)
        except ParseError as error:
            if last:
                raise
            values["problem"] = str(error)
    raise AssertionError("unreachable")
