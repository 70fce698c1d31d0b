"""Plan which checks a request needs, before any is run: after the planner of RewardAgent (arXiv 2502.19328)."""

import inspect
from collections.abc import Sequence

from judge import replies
from judge.agent.loop import AGENT
from judge.checks import Check, Desk, Kit
from judge.errors import ModelError, ParseError, ToolError
from judge.text import fence
from judge.types import NOTHING, Evidence, Sample, digest


async def needed(sample: Sample, checks: Sequence[Check], prompt: str, kit: Kit) -> tuple[list[Check], Evidence | None]:
    """Return the checks that a model names for a request, and its record for the one who asked first.

    The plan is made once for all responses to a request. Checks by rules that the sample itself brings (tests, a
    reference, constraints) are never left out: they outrank what a model thinks. Where the plan cannot be had, all run.

    Raises:
        ModelError: the key is missing or refused.
    """
    optional = [check for check in checks if getattr(check.tool, "SOFT", False) or hasattr(check.tool, "PROMPTS")]
    if not optional:
        return list(checks), None
    about = [{"name": check.use.tool, "about": _about(check)} for check in optional]
    desk = Desk(kit, sample.id)

    async def plan() -> list[str]:
        values = {"question": fence("request", sample.question), "checks": about}
        named = replies.read_object(await desk.ask(prompt, values), "checks", [sample.question])["checks"]
        return [str(name) for name in named] if isinstance(named, list) else [str(named)]

    names: list[str] | None = None
    try:
        names = await kit.kept.get(f"plan {digest([sample.question, about, kit.seed])}", plan)
    except (ParseError, ToolError):
        pass
    except ModelError as error:
        if error.kind == "auth":
            raise
    kept = [check for check in checks if names is None or check not in optional or check.use.tool in names]
    return kept, _record(desk, [check.use.tool for check in kept], readable=names is not None)


def _record(desk: Desk, planned: list[str], *, readable: bool) -> Evidence | None:
    """What was asked and what it cost; nothing for those who share another one's plan."""
    if desk.usage == NOTHING:
        return None
    told = "planned" if readable else "the plan could not be had, so all that applies is run"
    summary = f"{told}: {', '.join(planned) or 'nothing'}"
    return desk.sign(Evidence(tool=AGENT, stance="neutral", summary=summary, detail={"planned": list(planned)}))


def _about(check: Check) -> str:
    return (inspect.getdoc(check.tool) or check.use.tool).split("\n", 1)[0]
