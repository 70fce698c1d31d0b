"""Criteria: say what counts for a sample, before any of its responses is looked at."""

from collections.abc import Mapping, Sequence

from judge.checks import Check, Kit
from judge.criteria import briefed
from judge.errors import ModelError, ParseError, SearchError, ToolError
from judge.recipe import Agent, CriteriaSource
from judge.types import Brief, Context, Failure, FailureKind, Rubric, Sample


async def criteria(
    sample: Sample,
    source: CriteriaSource,
    shelf: Rubric | None,
    kit: Kit,
    *,
    checks: Sequence[Check] = (),
    agent: Agent | None = None,
    recorded: Mapping[str, Brief] | None = None,
) -> Brief | Failure:
    """Return what counts for a sample, or why nobody could say.

    For `static` this is the rubric of the shelf. For `generated` a model writes it, once for all responses and samples
    with the same prompt; one in `recorded`, by the sample's hash, is played instead.

    Raises:
        ModelError: the key is missing or refused.
    """
    if source.source == "static":
        return Brief(contexts=(Context(rubric=shelf),))
    if recorded and sample.hash in recorded:
        return recorded[sample.hash]
    try:
        return await briefed(sample, source, shelf, kit, checks=checks, agent=agent)
    except ModelError as error:
        if error.kind == "auth":
            raise
        kind: FailureKind = error.kind  # type: ignore[assignment]
        return Failure(kind=kind, message=f"the criteria could not be written: {error}", retryable=error.retryable)
    except ParseError as error:
        return Failure(kind="unparseable", message=f"the criteria could not be read: {error}")
    except (ToolError, SearchError) as error:
        return Failure(kind="tool", message=f"the criteria could not be written: {error}")
