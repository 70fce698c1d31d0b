"""Evidence: run the checks that apply, side by side, then let the agent look for more.

Rules come first: a check runs because the sample has what it needs, whatever a model thinks of it.
"""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass

from judge.agent import AGENT, catalogue, investigate, needed
from judge.checks import Check, Kit, is_check, run_check
from judge.checks.run import broken
from judge.errors import ToolError
from judge.recipe import Agent
from judge.recordings import Findings
from judge.types import Evidence, Sample


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what was missing where nothing could be checked."""

    evidence: tuple[Evidence, ...] = ()
    missing: tuple[tuple[int, str], ...] = ()
    """(response, what each tool would need), for responses that no tool applies to."""


async def gather(
    sample: Sample,
    responses: Collection[int],
    checks: Sequence[Check],
    kit: Kit,
    *,
    agent: Agent | None = None,
    planner: str = "",
    only: Collection[str] = (),
    recorded: Findings | None = None,
) -> Checked:
    """Run the checks that apply to each response, then the agent on each.

    Of the tools that check the same part of a sample, the first that applies is used. One that compares runs once for
    all the responses together.

    Args:
        sample: the sample with all its responses.
        responses: indices to check.
        checks: the recipe's tools in order.
        kit: what tools are lent.
        agent: how a model may look for more; None: not at all.
        planner: a prompt by which a model names the checks that are needed; "": all that apply are run.
        only: names of tools that a critic asked for; empty for those that are always run.
        recorded: findings of an earlier run, which are played instead of running anything.

    Raises:
        ModelError: the key is missing or refused.
    """
    chosen = [check for check in checks if is_check(check.tool) and _wanted(check, only)]
    plan = _planned(sample, responses, recorded) if planner and agent is None else None
    if planner and not only and recorded is None:
        chosen, plan = await needed(sample, chosen, planner, kit)
    runs: list[Awaitable[list[Evidence]]] = []
    together: dict[str, Check] = {}
    missing = []
    for index in responses:
        alone = sample.only(index)
        key = (sample.hash, index)
        planned = chosen
        if planner and recorded is not None:
            planned = [check for check in chosen if _was_run(check, key, recorded)]
        applying, needs = _choose(alone, planned)
        for check in applying:
            if recorded is not None:
                runs.append(_play(check, key, recorded))
            elif len(responses) > 1 and hasattr(check.tool, "compare"):
                together[check.use.tool] = check
            else:
                runs.append(_run(check, alone, [index], kit))
        if not applying and needs:
            missing.append((index, needs))
    if together:
        shown = sorted(responses)
        some = sample.model_copy(update={"responses": tuple(sample.responses[index] for index in shown)})
        runs += [_run(check, some, shown, kit) for check in together.values()]
    places = {check.use.tool: place for place, check in enumerate(checks)}
    found = sorted(await _all(runs), key=lambda item: (item.response, places[item.tool]))  # as a replay finds them
    if plan is not None and not only:
        found.append(plan.model_copy(update={"response": min(responses, default=0)}))
    if agent is not None and not only:
        looks = [_look(sample, index, found, checks, kit, agent, recorded) for index in responses]
        found = found + await _all(looks)
    return Checked(tuple(found), tuple(missing))


def _planned(sample: Sample, responses: Collection[int], recorded: Findings | None) -> Evidence | None:
    """Return the record of the plan in an earlier run."""
    of_sample = (item for index in responses for item in (recorded or {}).get((sample.hash, index), ()))
    return next((item for item in of_sample if item.tool == AGENT and "planned" in item.detail), None)


async def _all(runs: Sequence[Awaitable[list[Evidence]]]) -> list[Evidence]:
    several = [await runs[0]] if len(runs) == 1 else await asyncio.gather(*runs)
    return [item for found in several for item in found]


def _wanted(check: Check, only: Collection[str]) -> bool:
    return check.use.tool in only if only else check.use.when == "always"


def _choose(sample: Sample, checks: Sequence[Check]) -> tuple[list[Check], str]:
    chosen: dict[str, Check] = {}
    needs: dict[str, str] = {}
    for check in checks:
        if need := check.tool.needs(sample):
            needs.setdefault(need, check.use.tool)
        else:
            chosen.setdefault(check.tool.CHECKS, check)
    return list(chosen.values()), "; ".join(f"{need} (for {tool})" for need, tool in needs.items())


async def _run(check: Check, sample: Sample, responses: Sequence[int], kit: Kit) -> list[Evidence]:
    """Run a check on a sample that holds only these responses, and give its findings their indices back."""
    found = await run_check(check, sample, kit)
    return [item.model_copy(update={"response": responses[item.response]}) for item in found]


def _was_run(check: Check, key: tuple[str, int], recorded: Findings) -> bool:
    return any(item.tool == check.use.tool and item.arguments is None for item in recorded.get(key, ()))


async def _play(check: Check, key: tuple[str, int], recorded: Findings) -> list[Evidence]:
    by_rule = [item for item in recorded.get(key, ()) if item.tool == check.use.tool and item.arguments is None]
    if by_rule:
        return by_rule
    error = ToolError(f"no result was recorded for sample {key[0]}, response {key[1]}; replay the run that it is of")
    return [broken(check, error, key[1])]


async def _look(
    sample: Sample,
    index: int,
    known: Sequence[Evidence],
    checks: Sequence[Check],
    kit: Kit,
    agent: Agent,
    recorded: Findings | None,
) -> list[Evidence]:
    """Let the agent look for more about one response, or play what it found before."""
    if recorded is not None:
        return [item for item in recorded.get((sample.hash, index), ()) if _chosen_by_agent(item)]
    alone = sample.only(index)
    offers = await catalogue(alone, checks, kit)
    found = await investigate(alone, [item for item in known if item.response == index], offers, agent, kit)
    return [item.model_copy(update={"response": index}) for item in found]


def _chosen_by_agent(item: Evidence) -> bool:
    return item.tool == AGENT or item.arguments is not None
