"""What is judged: a prompt, one or more responses and whatever is known about the right answer."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from judge.types.value import Json, JsonObject, Text, Value, digest


class Part(Value):
    """One piece of a message: text, or an image that is passed on to the model and never fetched here."""

    type: Literal["text", "image"]
    text: Text = ""
    image: Text = ""
    """A URL or data URI, for `type="image"`."""


class ToolCall(Value):
    """One call of a tool, made by an assistant or expected of it."""

    name: Text
    arguments: JsonObject = Field(default_factory=dict)
    id: Text = ""


class ToolDefinition(Value):
    """A tool that the policy was offered."""

    name: Text
    description: Text = ""
    parameters: JsonObject = Field(default_factory=dict)
    """A JSON Schema of the arguments; Python's names of types (`dict`, `float`, `tuple`) are understood too."""


class AcceptedCall(Value):
    """A call that a right response makes, with several right values for each argument, as in BFCL.

    An argument that has "" among its values may be left out. Inside an accepted object every value is again a list of
    accepted ones, or the value itself.
    """

    name: Text
    arguments: dict[Text, tuple[Json, ...]] = Field(default_factory=dict)


class Message(Value):
    """One chat message."""

    role: Text
    content: Text | tuple[Part, ...] = ""
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def text(self) -> str:
        """The text of the message; images are shown as `[image]`."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text if part.type == "text" else "[image]" for part in self.content)


class Response(Value):
    """One answer to the prompt. Its text is hostile data: it is fenced, never obeyed."""

    text: Text
    tool_calls: tuple[ToolCall, ...] = ()
    """Tool calls that the policy made in this response."""
    source: Text = ""
    """Who wrote it, where known. Never shown to a critic."""


class Preference(Value):
    """A choice that somebody made before: what they asked, what they took, and what they left."""

    prompt: Text
    preferred: Text
    rejected: Text


class Constraint(Value):
    """A checkable instruction by its public name, such as `length_constraints:number_words`."""

    id: Text
    args: JsonObject = Field(default_factory=dict)


class Case(Value):
    """One run of a program: what goes to stdin and what must come out."""

    stdin: Text = ""
    stdout: Text


class Call(Value):
    """One call of a function, with plain data, and what it must return."""

    args: tuple[Json, ...] = ()
    kwargs: JsonObject = Field(default_factory=dict)
    expect: Json
    """As JSON has it: a tuple that is returned equals a list."""
    also: tuple[Json, ...] = ()
    """Other values that are right too."""
    entry_point: str = ""
    """The function, where it is another than that of the tests; `Solution.f` is a method of a new object."""


class Tests(Value):
    """Tests for code: Python that asserts, calls with what they return, input/output cases, or all of these."""

    __test__: ClassVar[bool] = False  # the name is no invitation to pytest

    code: Text = ""
    """Python run after the response's program; it fails by raising."""
    prefix: Text = ""
    """Python run before the response's program, such as imports or a function head to complete."""
    cases: tuple[Case, ...] = ()
    language: str = "python"
    """Language of a program tested by cases: python, cpp, javascript or bash. Test code and calls are Python's."""
    calls: tuple[Call, ...] = ()
    entry_point: str = ""
    """The function under test: what `calls` call."""
    timeout_s: float = Field(default=10.0, gt=0)
    """Seconds for one run, counted from the program's start. Each case is a run; test code and calls share one."""


class Sample(Value):
    """A prompt with one or more responses, and what is known about the right answer.

    A response may be given as plain text. Fields that a recipe does not use are ignored by it.
    """

    id: Text = ""
    """Your name for the row; readers fill it in from the row or its number."""
    prompt: Text | tuple[Message, ...] = ""
    responses: tuple[Response, ...] = Field(min_length=1)
    references: tuple[Text, ...] = ()
    """Right answers; matching any of them is right."""
    tests: Tests | None = None
    constraints: tuple[Constraint, ...] = ()
    expected_calls: tuple[ToolCall, ...] = ()
    """Tool calls that a right response makes."""
    accepted_calls: tuple[AcceptedCall, ...] | None = None
    """The same with several right values for each argument. () says that a right response makes no call."""
    tools: tuple[ToolDefinition, ...] = ()
    """Tools that the policy was offered."""
    response_schema: JsonObject | None = None
    """A JSON Schema that the JSON in a right response fits."""
    profile: Text = ""
    """Who is asking: the judge scores for this user."""
    examples: tuple[Preference, ...] = ()
    """Choices that this user made before, for recipes that judge as the user would."""
    user: Text = ""
    """The user's name, for fitted weights of their own. Never shown to a critic."""
    group: Text = ""
    """Responses to one prompt share a group; empty means that the prompt decides."""
    metadata: JsonObject = Field(default_factory=dict)
    """Anything else; carried along, never shown to a critic."""

    if TYPE_CHECKING:  # what may be given is wider than what is kept

        def __init__(
            self,
            *,
            responses: str | Response | Sequence[str | Response],
            prompt: str | Sequence[Message] = "",
            references: str | Sequence[str] | None = (),
            **fields: Any,
        ) -> None:
            """Take a sample's fields."""

    @field_validator("responses", mode="before")
    @classmethod
    def _responses_from_text(cls, value: Any) -> Any:
        if isinstance(value, str | Response):
            value = (value,)
        if isinstance(value, list | tuple):
            return tuple({"text": item} if isinstance(item, str) else item for item in value)
        return value

    @field_validator("references", mode="before")
    @classmethod
    def _references_from_text(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else () if value is None else value

    @model_validator(mode="after")
    def _no_empty_prompt_list(self) -> "Sample":
        if self.prompt == ():
            raise ValueError("prompt is an empty list of messages; give at least one message, or a text")
        return self

    @property
    def question(self) -> str:
        """The prompt as text: alone as it is, a conversation with `role:` before each turn."""
        if isinstance(self.prompt, str):
            return self.prompt
        if len(self.prompt) == 1:
            return self.prompt[0].text
        return "\n\n".join(f"{message.role}: {message.text}" for message in self.prompt)

    @cached_property
    def hash(self) -> str:
        """A hash of everything that a judge may look at: not of id, group and metadata."""
        apart = {"id", "group", "metadata", "user"} | (set() if self.examples else {"examples"})
        return digest(self.model_dump_json(exclude=apart))

    def only(self, index: int) -> "Sample":
        """Return the sample with nothing but response `index`."""
        if len(self.responses) == 1 and index == 0:
            return self
        return self.model_copy(update={"responses": (self.responses[index],)})
