"""Plan which checks a request needs, before any is run: after the planner of RewardAgent (arXiv 2502.19328)."""

import inspect
from collections.abc import Sequence

from judge import replies
from judge.checks import Check, Desk, Kit
from judge.errors import ModelError, ParseError, ToolError
from judge.text import fence
from judge.types import Sample, digest


async def needed(sample: Sample, checks: Sequence[Check], prompt: str, kit: Kit) -> list[Check]:
    """Return the checks that a model names for a request, once for all responses to it.

    Checks by rules that the sample itself brings (tests, a reference, constraints) are never left out: they outrank
    what a model thinks. Where the plan cannot be had, all are run.

    Raises:
        ModelError: the key is missing or refused.
    """
    optional = [check for check in checks if getattr(check.tool, "SOFT", False) or hasattr(check.tool, "PROMPTS")]
    if not optional:
        return list(checks)
    about = [{"name": check.use.tool, "about": _about(check)} for check in optional]

    async def plan() -> list[str]:
        values = {"question": fence("request", sample.question), "checks": about}
        named = replies.read_object(await desk.ask(prompt, values), "checks", [sample.question])["checks"]
        return [str(name) for name in named] if isinstance(named, list) else [str(named)]

    desk = Desk(kit, sample.id)
    try:
        names = await kit.kept.get(f"plan {digest([sample.question, about, kit.seed])}", plan)
    except (ParseError, ToolError):
        return list(checks)
    except ModelError as error:
        if error.kind == "auth":
            raise
        return list(checks)
    return [check for check in checks if check not in optional or check.use.tool in names]


def _about(check: Check) -> str:
    return (inspect.getdoc(check.tool) or check.use.tool).split("\n", 1)[0]
