"""The shape of a file on the `tools` shelf: one check per file. It knows no tool."""

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from judge.types import Evidence, Sample

Checks = Literal["reference", "tests", "constraints", "tool_calls", "claims"]
"""The part of a sample that a tool checks the response against."""


class Tool(Protocol):
    """What a tool's module offers. A module is a Tool when it has these three names.

    `verify` may also be a plain function: then it runs in a worker process that is killed at the deadline, which is the
    right place for anything that can hang. A coroutine runs on the judge's event loop, must not block it, and gives
    what it waits for a time limit that starts with the work.
    """

    CHECKS: Checks
    """Of the tools that check the same part, the first in the recipe that applies is used."""

    def needs(self, sample: Sample) -> str:
        """Return what is missing before this tool can check the sample, such as "a reference"; "" when nothing is."""
        ...

    @property
    def verify(self) -> Callable[..., Awaitable[Evidence] | Evidence]:
        """`verify(sample, **options)` checks the sample's only response. Options come from the recipe.

        What goes wrong in there is raised (ToolError or any exception) and becomes evidence of stance `error`.
        """
        ...
