"""Ask a model for criteria, contexts or a solution of its own, once per prompt and before any response is shown.

One form for CARMO (criteria), CARM (contexts), RM-R1 (task type, then a solution or a rubric), OpenRubrics (rules and
principles), DG-PRM (a choice among known criteria) and committing first: the prompts differ, and what they answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from judge import replies
from judge.agent import AGENT, catalogue, investigate
from judge.checks import Check, Desk, Kit
from judge.criteria.read import brief_of
from judge.critics import examples_of, unmet
from judge.errors import ParseError
from judge.recipe import Agent, CriteriaSource
from judge.text import fence, images
from judge.types import Brief, Evidence, Response, Rubric, Sample, digest

REQUEST_AGENT = "investigate_request"
"""The prompt by which an agent looks things up about a request alone."""


async def briefed(
    sample: Sample,
    source: CriteriaSource,
    rubric: Rubric | None,
    desk: Desk,
    *,
    checks: Sequence[Check] = (),
    agent: Agent | None = None,
) -> Brief:
    """Return what a model says counts for a prompt; whoever asks first pays, and all others share it.

    Where the sample has nothing of what the prompt needs, nobody is asked and the brief says so.

    Args:
        sample: its responses are never shown, and its references only where the source says so.
        source: the prompt and what is taken of the answer.
        rubric: the criteria of the shelf: what may be chosen from, and what counts where the answer names none.
        desk: the model and the prompts; what was asked and what it cost stays there, also where it came to nothing.
        checks: the recipe's tools, for a source that may look things up.
        agent: how it may.

    Raises:
        ModelError: the call failed.
        ParseError: the answer cannot be read, also after asking again.
        ToolError: the answer was cut off twice.
    """
    alone = _alone(sample, source)
    kit, values = desk.kit, _values(alone, source, rubric)
    if failure := unmet([kit.prompts[source.prompt]], values):
        return Brief(failure=failure)

    async def make() -> Brief:
        found = await _looked_up(alone, kit, checks, agent) if source.tools and agent else []
        desk.usage = sum((item.usage for item in found), desk.usage)
        desk.asked += [question for item in found for question in item.asked]
        brief = await _ask(alone, source, rubric, desk, values | {"evidence": _shown(found)})
        return brief.model_copy(update={"asked": tuple(desk.asked)})

    brief = await kit.kept.get(_key(alone, source, rubric, kit, values), make)
    return brief.model_copy(update={"usage": desk.usage})


def _alone(sample: Sample, source: CriteriaSource) -> Sample:
    """Return the sample without its responses, and without the right answers where those are not to be seen."""
    hidden: dict[str, Any] = {"responses": (Response(text=""),), "tests": None, "constraints": ()}
    if not source.reference:
        hidden |= {"references": (), "expected_calls": (), "accepted_calls": None}
    return sample.model_copy(update=hidden)


def _key(alone: Sample, source: CriteriaSource, rubric: Rubric | None, kit: Kit, values: Mapping[str, Any]) -> str:
    """Everything that the answer depends on: what the prompt comes to, and what an agent may look at besides."""
    asked = list(kit.prompts[source.prompt].messages(values, images(alone)))
    seen = [source.to_json(), asked, rubric.hash if rubric else "", alone.hash if source.tools else "", kit.seed]
    return f"criteria {digest(seen)}"


async def _looked_up(alone: Sample, kit: Kit, checks: Sequence[Check], agent: Agent) -> list[Evidence]:
    """Let the agent look things up about the request alone."""
    rules = agent.model_copy(update={"prompt": REQUEST_AGENT})
    offers = await catalogue(alone, checks, kit)
    return await investigate(alone, (), offers, rules, kit)


def _shown(found: Sequence[Evidence]) -> list[dict[str, str]]:
    """Return what a prompt is shown of what was looked up; an error is no finding."""
    facts = [item for item in found if item.tool != AGENT and item.stance != "error"]
    return [{"tool": item.tool, "stance": item.stance, "summary": fence("finding", item.summary)} for item in facts]


def _values(alone: Sample, source: CriteriaSource, rubric: Rubric | None) -> dict[str, Any]:
    """Return what a prompt that writes criteria may name, as long as nothing was looked up."""
    return {
        "question": fence("request", alone.question),
        "profile": fence("user", alone.profile) if alone.profile else "",
        "reference": "\n\n".join(fence("reference", text) for text in alone.references),
        "examples": examples_of(alone),
        "count": source.count,
        "criteria": rubric.criteria if rubric else (),
        "evidence": [],
        "problem": "",
    }


async def _ask(
    alone: Sample, source: CriteriaSource, rubric: Rubric | None, desk: Desk, values: Mapping[str, Any]
) -> Brief:
    shown, problem = [alone.question, alone.profile, *alone.references], ""
    for last in (False, True):
        asked = {**values, "problem": problem}
        reply = await desk.ask(source.prompt, asked, max_tokens=source.max_tokens, images=images(alone))
        try:
            return brief_of(replies.read_object(reply, "reasons", shown), source, rubric)
        except ParseError as error:
            if last:
                raise
            problem = str(error)
    raise AssertionError("unreachable")
