"""FieldMap: which columns of a data set fill which fields of a Sample. It knows no file and no judge."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from judge.errors import DataError
from judge.run import content, testcases
from judge.run.conventions import lookup
from judge.run.infer import infer
from judge.run.stated import constraints, stated
from judge.types import Constraint, Message, Response, Sample, Tests, Value, digest

T = TypeVar("T")
Prompt = str | tuple[Message, ...]

FAILURES_FILE = {"index", "id", "status", "failure", "row"}
"""Columns of a file of failed rows, which can be judged again as it is."""
_CONVERSATIONS = ("messages", "conversations", "conversation")
_PYTHON = ("def ", "from ", "import ", "class ", "@", "#", '"""', "'''")


class FieldMap(Value):
    """The path of each field in a row; "" where the data has none. Paths are columns, or names joined by dots."""

    prompt: str = ""
    response: tuple[str, ...] = ()
    """Several paths are several responses; none means that the prompt's last turns are the response."""
    context: str = ""
    """Text that is put under the prompt, such as the input of an instruction."""
    system: str = ""
    reference: str = ""
    listed: bool = False
    """Whether a reference may be a JSON list of texts in a text."""
    tests: str = ""
    entry_point: str = ""
    prefix: str = ""
    """Python that runs before the response's program."""
    constraints: str = ""
    arguments: str = ""
    """Arguments of the constraints, where they stand apart."""
    tool_calls: str = ""
    expected_calls: str = ""
    accepted_calls: str = ""
    tools: str = ""
    response_schema: str = ""
    profile: str = ""
    id: str = ""
    group: str = ""
    metadata: str = ""
    root: str = ""
    """The column that holds the whole row, in a file of failed rows."""

    @classmethod
    def infer(cls, example: Mapping[str, Any], overrides: Mapping[str, str] | None = None) -> Self:
        """Find the fields of a data set by the conventions of `judge.run.conventions`.

        Args:
            example: a row that shows every column, such as `readers.example` gives.
            overrides: paths by field that come before every convention; "" means that the data has no such field;
                several responses are joined by commas.

        Raises:
            DataError: a field is missing, a path does not exist, or two columns may be the response.
        """
        root = "row" if example.keys() >= FAILURES_FILE and isinstance(example["row"], Mapping) else ""
        return cls.model_validate({**infer(example[root] if root else example, overrides or {}), "root": root})

    @cached_property
    def hash(self) -> str:
        """A hash of the map: the rewards of one run come from one map."""
        return digest(self.to_json())

    def __str__(self) -> str:
        """Return what a person checks before a run: `prompt = question; response = model_output`."""
        paths = self.model_dump(exclude_defaults=True, exclude={"listed"})
        return "; ".join(f"{field} = {', '.join(v) if isinstance(v, tuple) else v}" for field, v in paths.items())

    def sample(self, row: Mapping[str, Any], number: int) -> Sample:
        """Return the row as a sample. `number` is its place in the file, which names it when it has no id.

        Raises:
            DataError: a field is missing or holds the wrong kind of value.
        """
        try:
            return self._sample(row, number)
        except DataError as error:
            raise DataError(f"row {number}: {error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise DataError(f"row {number} is no sample: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise DataError(f"row {number} is no sample: {type(error).__name__}: {error}") from None

    def name(self, row: Mapping[str, Any], number: int) -> str:
        """Return the row's id: its own, or its number."""
        inner = row.get(self.root) if self.root else row
        own = lookup(inner, self.id)[1] if self.id and isinstance(inner, Mapping) else row.get("id")
        return content.text(own) if isinstance(own, str | int | float) else str(number)

    def _sample(self, outer: Mapping[str, Any], number: int) -> Sample:
        row = outer[self.root] if self.root else outer
        if not isinstance(row, Mapping):
            raise DataError("there is no original row to judge again")
        prompt, responses = self._conversation(row)
        tested = "" if self.tests else self._tested(row)
        arguments = lookup(row, self.arguments)[1] if self.arguments else None
        gold = None if tested else _may(row, "reference", self.reference, self._gold)
        references, beside = gold or ((), ())
        return Sample(
            id=self.name(outer, number),
            prompt=self._framed(row, prompt),
            responses=responses,
            references=references,
            tests=_may(row, "tests", self.tests or tested, lambda value: self._tests(value, row, prompt)),
            constraints=_may(row, "constraints", self.constraints, lambda v: constraints(v, arguments)) or beside,
            expected_calls=_may(row, "expected_calls", self.expected_calls, content.calls) or (),
            accepted_calls=_may(row, "accepted_calls", self.accepted_calls, content.accepted_calls),
            tools=_may(row, "tools", self.tools, content.tools) or (),
            response_schema=_may(row, "response_schema", self.response_schema, content.schema),
            profile=_may(row, "profile", self.profile, content.text) or "",
            group=_may(row, "group", self.group, content.text) or "",
            metadata=self._metadata(row),
        )

    def _gold(self, value: Any) -> tuple[tuple[str, ...], tuple[Constraint, ...]]:
        """Return the right answers, and the constraints that may stand in their place."""
        found, answers = stated(value)
        return content.references(answers, listed=self.listed), found

    def _conversation(self, row: Mapping[str, Any]) -> tuple[Prompt, tuple[Response, ...]]:
        prompt: Prompt = _must(row, "prompt", self.prompt, content.prompt) if self.prompt else ""
        values = [_must(row, "response", path, _as_it_is) for path in self.response]
        if len(values) > 1 and all(isinstance(value, list) for value in values):
            shared, values = _shared(values)
            prompt = content.messages(shared) or prompt
        several = [_said("response", at, content.responses, v) for at, v in zip(self.response, values, strict=True)]
        responses = tuple(response for one in several for response in one)
        if not isinstance(prompt, str) and (not responses or self.prompt in _CONVERSATIONS):
            prompt, turns = _split(prompt)
            responses = responses or ((content.from_turns(turns),) if turns else ())
        calls = _may(row, "tool_calls", self.tool_calls, content.calls)
        if calls and len(responses) < 2:
            responses = (Response(text=responses[0].text if responses else "", tool_calls=calls),)
        if not responses:
            raise DataError("the conversation does not end in the assistant's turn, so there is no response")
        return prompt, responses

    def _framed(self, row: Mapping[str, Any], prompt: Prompt) -> Prompt:
        """Put the context under the prompt and the system prompt before it."""
        context = _may(row, "context", self.context, content.text)
        system = _may(row, "system", self.system, content.text)
        if context and isinstance(prompt, str):
            prompt = f"{prompt}\n\n{context}"
        if not system:
            return prompt
        turns = (Message(role="user", content=prompt),) if isinstance(prompt, str) else prompt
        return (Message(role="system", content=system), *turns)

    def _tested(self, row: Mapping[str, Any]) -> str:
        """Return the path of the reference where it holds tests: data sets of several kinds keep both in one column."""
        return self.reference if self.reference and testcases.are_tests(lookup(row, self.reference)[1]) else ""

    def _tests(self, value: Any, row: Mapping[str, Any], prompt: Prompt) -> Tests:
        entry = _may(row, "entry_point", self.entry_point, content.text) or ""
        prefix = _may(row, "prefix", self.prefix, content.lines) or ""
        if entry and isinstance(prompt, str) and prompt.lstrip().startswith(_PYTHON) and f"def {entry}(" in prompt:
            prefix = f"{prefix}\n{prompt}" if prefix else prompt  # a function head that the response completes
        entry = entry or testcases.named_function(row.get("metadata"))
        made = testcases.tests(value, entry, prefix)
        hidden = row.get("private_test_cases") if self.tests.lower() == "public_test_cases" else None
        return made if hidden is None else testcases.joined(made, testcases.tests(testcases.unpacked(hidden), entry))

    def _metadata(self, row: Mapping[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in row.items() if name not in self._taken}
        own = row.get(self.metadata) if self.metadata else None
        return {**own, **rest} if isinstance(own, Mapping) else rest

    @cached_property
    def _taken(self) -> frozenset[str]:
        paths = self.model_dump(exclude={"response", "listed", "root"}).values()
        return frozenset([*paths, *self.response])


def _must(row: Mapping[str, Any], field: str, path: str, read: Callable[[Any], T]) -> T:
    found, value = lookup(row, path)
    if not found:
        has = ", ".join(row) or "no columns"
        raise DataError(f"there is no {field} {path!r}; the row has {has}; say which it is with --map {field}=COLUMN")
    return _said(field, path, read, value)


def _may(row: Mapping[str, Any], field: str, path: str, read: Callable[[Any], T]) -> T | None:
    value = lookup(row, path)[1] if path else None
    return None if value is None else _said(field, path, read, value)


def _said(field: str, path: str, read: Callable[[Any], T], value: Any) -> T:
    try:
        return read(value)
    except DataError as error:
        raise DataError(f"the {field} (column {path!r}) {error}") from None


def _as_it_is(value: Any) -> Any:
    return value


def _shared(values: list[Any]) -> tuple[list[Any], list[Any]]:
    """Take the messages off that all responses begin with, and leave each at least one."""
    most = max(min(len(value) for value in values) - 1, 0)
    at = next((i for i in range(most) if any(value[i] != values[0][i] for value in values)), most)
    return values[0][:at], [value[at:] for value in values]


def _split(turns: tuple[Message, ...]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Split a conversation behind the last turn that is not the policy's own."""
    at = max((i for i, turn in enumerate(turns) if turn.role in ("user", "system")), default=-1) + 1
    return turns[:at], turns[at:]
