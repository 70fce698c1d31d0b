"""Criteria: let a model say what counts for a sample, before any of its responses is looked at."""

from collections.abc import Mapping, Sequence

from judge.checks import Check, Desk, Kit
from judge.criteria import briefed
from judge.errors import ModelError, ParseError, SearchError, ToolError
from judge.models.base import failure_of
from judge.recipe import Agent, CriteriaSource
from judge.types import Brief, Failure, Rubric, Sample


async def criteria(
    sample: Sample,
    source: CriteriaSource,
    shelf: Rubric | None,
    kit: Kit,
    *,
    checks: Sequence[Check] = (),
    agent: Agent | None = None,
    recorded: Mapping[str, Brief] | None = None,
) -> Brief:
    """Return what counts for a sample, or a brief with a failure that says why nobody could say.

    A model writes it, once for all responses and samples with the same prompt; one in `recorded`, by the sample's hash,
    is played instead.

    Raises:
        ModelError: the key is missing or refused.
    """
    if recorded and sample.hash in recorded:
        return recorded[sample.hash]
    desk = Desk(kit, sample.id)
    try:
        return await briefed(sample, source, shelf, desk, checks=checks, agent=agent)
    except ModelError as error:
        if error.kind == "auth":
            raise
        failure = failure_of(error, f"the criteria could not be written: {error}")
    except ParseError as error:
        failure = Failure(kind="unparseable", message=f"the criteria could not be read: {error}")
    except (ToolError, SearchError) as error:
        failure = Failure(kind="tool", message=f"the criteria could not be written: {error}")
    return Brief(failure=failure, asked=tuple(desk.asked), usage=desk.usage)
