"""How a learner asks the model: bounded, read as JSON, asked once more where it cannot be read, and paid for once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import JsonValue

from judge.checks import Desk, Kit
from judge.errors import ModelError, ParseError, ToolError
from judge.learn.journal import Journal
from judge.models.base import Model
from judge.replies import read_object
from judge.text import Prompt
from judge.types import NOTHING, Usage

S = TypeVar("S")
T = TypeVar("T")

LearnError = ModelError | ParseError
"""With what one piece of work may fail, while the others go on."""

_STRIDE = 1_000_003
"""Between the seeds of one request's samples, so that they meet no other run's small seed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner is."""

    stage: str
    """Such as `pairs`."""
    done: int
    of: int
    usage: Usage


@dataclass
class Learner:
    """Who learns: the model, its prompts, and what was spent so far. It belongs to the event loop that uses it."""

    model: Model
    prompts: Mapping[str, Prompt]
    """By name; a learner asks no other."""
    seed: int = 0
    in_flight: int = 8
    """Questions to the model at once."""
    watch: Callable[[Progress], None] = lambda progress: None
    """Told whenever a piece of work is done."""
    journal: Journal | None = None
    """Where finished pieces are kept; None: nowhere."""
    usage: Usage = NOTHING
    """What was spent so far, by earlier sittings of the journal too."""
    libraries: Sequence[str | Path] = ()
    """The user's own shelves."""
    _slots: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.in_flight)
        if self.journal is not None:
            self.usage += self.journal.spent

    async def ask(
        self,
        prompt: str,
        values: Mapping[str, Any],
        key: str,
        *,
        temperature: float = 0.0,
        number: int = 0,
        max_tokens: int = 1024,
        schema: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the last JSON object with `key` of the model's reply; see `ask_for`."""
        return await self.ask_for(
            prompt, values, key, dict, temperature=temperature, number=number, max_tokens=max_tokens, schema=schema
        )

    async def ask_for(
        self,
        prompt: str,
        values: Mapping[str, Any],
        key: str,
        read: Callable[[dict[str, Any]], T],
        *,
        temperature: float = 0.0,
        number: int = 0,
        max_tokens: int = 1024,
        schema: dict[str, Any] | None = None,
    ) -> T:
        """Return what `read` makes of the reply to a prompt. What cannot be read is asked for once more, with why.

        Args:
            prompt: the prompt's name. Its template knows `problem`: why the last reply could not be read, or "".
            values: what it is filled with; texts from outside are fenced.
            key: what the JSON object of the reply must have. Objects that stand in `values` do not count.
            read: makes the value, and raises ParseError with what is wrong.
            temperature: 0 for the likeliest reply.
            number: which of several samples of this request; each has a seed of its own.
            max_tokens: for the first try; a reply that was cut off is asked for once more with four times as much.
            schema: JSON schema of the reply, for endpoints that can enforce one.

        Raises:
            ParseError: the second reply cannot be read either.
            ModelError: the call failed, or the reply was cut off.
        """
        shown = tuple(_texts(values))
        problem = ""
        for last in (False, True):
            desk = Desk(Kit(self.model, self.prompts, seed=self.seed + _STRIDE * number))
            try:
                async with self._slots:
                    reply = await desk.ask(
                        prompt,
                        {**values, "problem": problem},
                        max_tokens=max_tokens,
                        schema=schema,
                        temperature=temperature,
                    )
            except ToolError as error:  # all that is left for a desk with a model and this prompt
                raise ModelError(str(error), "truncated") from error
            finally:
                self.usage += desk.usage
            try:
                return read(read_object(reply, key, shown))
            except ParseError as error:
                if last:
                    raise ParseError(str(error), reply) from error
                problem = str(error)
        raise AssertionError("unreachable")

    async def once(self, key: str, make: Callable[[], Awaitable[JsonValue]]) -> JsonValue:
        """Return what the journal holds under a key, else what `make()` gives, which it then holds.

        The key names the piece of work within this run, such as `pair:` and the pair's hash. What raises is not kept.
        """
        if self.journal is not None and key in self.journal:
            return self.journal.get(key)
        value = await make()
        if self.journal is not None:
            self.journal.put(key, value, self.usage)
        return value

    async def each(
        self,
        stage: str,
        items: Sequence[S],
        work: Callable[[S], Awaitable[T]],
        *,
        before: int = 0,
        of: int | None = None,
        needed: bool = True,
    ) -> list[T | LearnError]:
        """Return what `work` makes of every item, in order, or the error with which it failed.

        As many items as questions may be in flight are worked on at once, so that what is begun is soon finished.

        Args:
            stage: what the items are, for whoever watches.
            items: what is worked on.
            work: what is done with each.
            before: items of the stage that were done before these.
            of: items of the whole stage; None: these.
            needed: whether there is nothing to go on with when every item fails. If not, that ends the work only where
                another sitting may fare better, as when the endpoint is gone.

        Raises:
            ModelError: the key is missing or refused, or every item failed.
            ParseError: every item failed.
        """
        made: list[T | LearnError | None] = [None] * len(items)
        waiting, done = iter(enumerate(items)), before

        async def worker() -> None:
            nonlocal done
            for place, item in waiting:
                try:
                    made[place] = await work(item)
                except (ModelError, ParseError) as error:
                    if isinstance(error, ModelError) and error.kind == "auth":  # every item would fail alike
                        raise
                    made[place] = error
                done += 1
                self.tell(stage, done, len(items) if of is None else of)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.in_flight, len(items))):
                    group.create_task(worker())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        whole = [one for one in made if one is not None]
        failed = [one for one in whole if isinstance(one, LearnError)]
        if failed and len(failed) == len(whole):
            passing = [one for one in failed if isinstance(one, ModelError) and one.retryable]
            if needed or passing:
                raise (passing or failed)[0]
        return whole

    def tell(self, stage: str, done: int, of: int) -> None:
        """Say how far a stage is."""
        self.watch(Progress(stage, done, of, self.usage))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a nest of mappings and sequences."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
