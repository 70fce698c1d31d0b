"""What tools are lent while they work on one response: the judge's model, and the recipe's other tools."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import JsonValue

from judge.checks.offers import offer_of
from judge.checks.once import Once
from judge.errors import ModelError, ToolError
from judge.models.base import Completion, Model, Reply, Request, failure_of, spent_on
from judge.recipe import ToolUse
from judge.text import Prompt
from judge.types import NOTHING, Asked, Evidence, Failure, digest, seed_from

T = TypeVar("T")

_LARGER = 4
"""A reply that was cut off is asked for once more with this many times its budget."""
_DEEPEST = 4
"""So many tools may use one another in a row."""


@dataclass(frozen=True)
class Kit:
    """What all tools of a judge share."""

    model: Model | None = None
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    tools: Mapping[str, tuple[ToolUse, Any]] = field(default_factory=dict)
    """The recipe's tools by name, loaded."""
    libraries: tuple[str, ...] = ()
    seed: int = 0
    kept: Once = field(default_factory=Once, repr=False, compare=False)
    """What tools made once for all samples."""


class Desk:
    """One tool's work on one response: a `judge.tool.Context` that keeps what was asked and what it cost."""

    def __init__(self, kit: Kit, sample: str = "", depth: int = 0) -> None:
        """Begin with nothing asked; `sample` is the id of the sample, for logs and recordings."""
        self.kit = kit
        self.asked: list[Asked] = []
        self.usage = NOTHING
        self._sample = sample
        self._depth = depth

    @property
    def libraries(self) -> tuple[str, ...]:
        """The user's libraries."""
        return self.kit.libraries

    async def ask(
        self,
        prompt: str,
        values: Mapping[str, Any],
        *,
        max_tokens: int = 1024,
        schema: dict[str, Any] | None = None,
        temperature: float = 0.0,
        images: tuple[str, ...] = (),
    ) -> str:
        """Return the model's reply to a prompt of the shelf, with images attached; see `judge.tool.Context`."""
        if prompt not in self.kit.prompts:
            raise ToolError(f"the prompt {prompt!r} is not declared; name it in the tool's PROMPTS")
        messages = self.kit.prompts[prompt].messages(values, images)
        request = Request(messages, temperature=temperature, max_tokens=max_tokens, schema=schema)
        completion = await self.complete(prompt, request)
        if completion.finish == "length":
            completion = await self.complete(prompt, replace(request, max_tokens=max_tokens * _LARGER))
        if completion.finish == "length":
            raise ToolError(f"the reply to {prompt!r} was cut off after {max_tokens * _LARGER} tokens")
        if completion.finish == "content_filter":
            raise ModelError(f"the model declined to answer {prompt!r}", "refused")
        return completion.text

    async def complete(self, prompt: str, request: Request) -> Completion:
        """Ask the model and keep the reply under the prompt's name. The seed follows the request.

        Raises:
            ToolError: the judge has no model.
            ModelError: the call failed; what it cost is kept.
        """
        if self.kit.model is None:
            raise ToolError("this judge has no model to ask; give it one")
        seed = seed_from(f"{self.kit.seed} {digest(request.body)}")
        request = replace(request, seed=seed, labels={"sample_id": self._sample, "prompt": prompt})
        try:
            reply: Reply = await self.kit.model.complete(request)
        except ModelError as error:
            self.usage += spent_on(error)
            self.asked.append(Asked(prompt=prompt, request=request.hash, failure=failure_of(error)))
            raise
        self.usage += reply.usage
        said = reply.completions[0]
        calls: list[dict[str, JsonValue]] = [call.model_dump() for call in said.tool_calls]
        record = Asked(
            prompt=prompt, request=request.hash, reply=said.text, reasoning=said.reasoning, calls=tuple(calls),
            failure=_cut_short(said),
        )  # fmt: skip
        self.asked.append(record)
        return said

    async def use(self, tool: str, /, **arguments: JsonValue) -> Evidence:
        """Return what another tool's action found; see `judge.tool.Context`."""
        found = self.kit.tools.get(tool)
        if found is None:
            raise ToolError(f"the recipe does not list {tool!r}; add {{tool: {tool}, when: asked}} to its tools")
        use, module = found
        if not hasattr(module, "act"):
            raise ToolError(f"the tool {tool!r} offers no action; choose one that has act()")
        if self._depth >= _DEEPEST:
            raise ToolError(f"more than {_DEEPEST} tools use one another in a row; {tool!r} was not called")
        desk = Desk(self.kit, self._sample, self._depth + 1)
        try:
            return await offer_of(tool, module, use.options, desk).run(arguments)
        finally:
            self.asked += desk.asked
            self.usage += desk.usage

    async def once(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return what was made first for a key; see `judge.tool.Context`."""
        return await self.kit.kept.get(key, make)

    def sign(self, evidence: Evidence) -> Evidence:
        """Return the evidence with what was asked for it and what that cost."""
        if not self.asked and self.usage == NOTHING:
            return evidence
        return evidence.model_copy(update={"asked": tuple(self.asked), "usage": evidence.usage + self.usage})


def _cut_short(said: Completion) -> Failure | None:
    if said.finish == "length":
        return Failure(kind="truncated", message="the reply was cut off")
    if said.finish == "content_filter":
        return Failure(kind="refused", message="the endpoint's content filter withheld the reply")
    return None
