"""The shape of a file on the `tools` shelf: one check, one action, or both per file. It knows no tool."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import JsonValue

from judge.types import Evidence, Sample

T = TypeVar("T")

Checks = str
"""The part of a sample that a tool checks a response against.

The shipped tools use `reference`, `tests`, `constraints`, `tool_calls`, `claims`, `arithmetic`, `structure`,
`citations`, and for soft measures their own names. A tool of your own may name a part of its own.
"""


class Context(Protocol):
    """What a tool is lent while it works. A `verify`, `compare` or `act` with a parameter `context` is given one."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """The user's libraries, which come before the shipped one."""
        ...

    async def ask(
        self, prompt: str, values: Mapping[str, Any], *, max_tokens: int = 1024, schema: dict[str, Any] | None = None
    ) -> str:
        """Return the judge's model's reply to a prompt of the shelf, filled with values.

        The tool names the prompts it asks in a module-level tuple `PROMPTS`. Texts from outside are fenced with
        `judge.text.fence` before they go into `values`. `schema` is a JSON schema for the reply, for endpoints that can
        enforce one. Replies and their cost are recorded with the evidence.

        Raises:
            ModelError: the call failed.
            ToolError: the judge has no model, or the reply was cut off.
        """
        ...

    async def use(self, tool: str, /, **arguments: JsonValue) -> Evidence:
        """Return what another tool's action found; the recipe lists that tool too, with its options.

        Raises:
            ToolError: the recipe does not list it, it offers no action, or the action broke.
        """
        ...

    async def once(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make()` gave the first time for this key, for all samples of this judge in this process.

        For work that several samples share, such as the criteria of one prompt. The key names everything that the
        value depends on and begins with the tool's name, since all tools share the keys; long texts go in as a digest.
        The value is shared too, so nobody changes it. The last thousand or so are kept.

        What `make` asks and costs is recorded with the evidence of the one who made it. An exception goes to all who
        wait for it and is not kept.
        """
        ...


class Tool(Protocol):
    """What a tool's module offers for checking. A module is a Tool when it has these three names.

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
        """`verify(sample, *, option=..., ...)` checks the sample's only response. Options come from the recipe.

        What goes wrong in there is raised (ToolError or any exception) and becomes evidence of stance `error`.
        """
        ...


class Comparing(Protocol):
    """What a tool's module offers beside `verify` when it looks at several responses together."""

    @property
    def compare(self) -> Callable[..., Awaitable[Sequence[Evidence]]]:
        """`compare(sample, *, option=..., ...)` is used in place of `verify` for two or more responses.

        Every finding names its response by index.
        """
        ...


class Action(Protocol):
    """What a tool's module offers to a model that looks things up while it judges.

    The parameters of `act` before the `*` are the model's arguments: plain JSON types with defaults where they may be
    left out. Those after it are the recipe's options. The first line of its docstring says what it does, and the
    section `Args:` what each argument is; a model reads both.
    """

    @property
    def act(self) -> Callable[..., Awaitable[Evidence | str]]:
        """Do it and return what was seen: text, or evidence of stance `neutral` where a source is to be kept.

        What goes wrong is raised: the model sees it as an error, never as a fact.
        """
        ...
