"""What every model offers: requests in, completions out. It knows no library and no network."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from judge.errors import ModelError, SearchError
from judge.types import NOTHING, Failure, FailureKind, ToolCall, Usage, digest

_GIVEN = {
    "max_tokens": 1,  # none is refused
    "prompt_logprobs": 1,
    "add_generation_prompt": False,
    "continue_final_message": True,
    "return_token_ids": True,
}
"""The body fields that make vLLM give log-probabilities of the prompt, the last message in it left open."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do; None means not known yet, so it is tried and the answer remembered."""

    n: bool | None = None
    """Several samples for one request."""
    logprobs: bool | None = None
    json_schema: bool | None = None
    seed: bool | None = None
    images: bool | None = None
    tools: bool | None = None
    """Calls tools natively."""
    reasoning: bool | None = None
    """Thinks before it answers, and shows it apart from the answer."""
    given_text: bool | None = None
    """Says how probable a given text is."""


@dataclass(frozen=True)
class Request:
    """One question to a model, in the wire format of chat completions."""

    messages: tuple[dict[str, Any], ...]
    n: int = 1
    """Samples wanted; a model that cannot do n in one request is asked n times."""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    schema: dict[str, Any] | None = None
    """JSON schema that the reply shall follow, where the endpoint can enforce one; else it is dropped."""
    tools: tuple[dict[str, Any], ...] = ()
    """Tools that the model may call, in the wire format of chat completions; dropped where the endpoint has none."""
    top_logprobs: int | None = None
    """Alternatives wanted per token, where the endpoint gives them."""
    stop: tuple[str, ...] = ()
    score_given: bool = False
    """Nothing is to be said: the last message is a text whose log-probability is asked for, given what comes before.

    The reply's only completion has that text, and its tokens with their log-probabilities. Apart from the messages no
    other field counts. Where the endpoint cannot, see `Capabilities.given_text`, the call fails.
    """
    labels: dict[str, Any] = field(default_factory=dict)
    """Who asks (sample, order, sample number), for recordings and logs. Neither sent nor hashed."""

    @cached_property
    def body(self) -> dict[str, Any]:
        """The request as sent, without the model's name: unset fields are left out."""
        if self.score_given:
            return {"messages": list(self.messages), **_GIVEN}
        fields = {
            "messages": list(self.messages),
            "n": self.n if self.n != 1 else None,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "response_format": schema_format(self.schema) if self.schema else None,
            "tools": list(self.tools) or None,
            "logprobs": True if self.top_logprobs else None,
            "top_logprobs": self.top_logprobs,
            "stop": list(self.stop) or None,
        }
        return {key: value for key, value in fields.items() if value is not None}

    @cached_property
    def hash(self) -> str:
        """A hash of the whole request but its labels and the model."""
        return digest(self.body)


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One token, generated or given, with its alternatives: (token, natural log of its probability)."""

    token: str
    top: tuple[tuple[str, float], ...]
    """The likeliest tokens in its place and the token itself; of a given text only the token itself."""

    @property
    def logprob(self) -> float | None:
        """The natural logarithm of the token's own probability, where it is known."""
        return next((logprob for token, logprob in self.top if token == self.token), None)


@dataclass(frozen=True, slots=True)
class Completion:
    """One sample of a reply."""

    text: str
    finish: str = "stop"
    """`stop`, `length` (cut off), `content_filter` or `tool_calls`."""
    reasoning: str = ""
    """Thinking, where the endpoint gives it apart or in a leading <think> block."""
    logprobs: tuple[TokenLogprob, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    """Tools that the model wants called, where it was offered some."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: exactly the samples asked for, or fewer when the endpoint refused some."""

    completions: tuple[Completion, ...]
    usage: Usage = NOTHING
    model: str = ""
    """The model's name as the endpoint reports it."""


class Model(Protocol):
    """Whoever answers requests. Raises ModelError; never returns an empty reply in place of a failure."""

    name: str
    """As in `KIND:NAME`; part of every fingerprint."""

    @property
    def capabilities(self) -> Capabilities:
        """What is known of the model by now."""
        ...

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...


class Layer:
    """A model that adds one thing to the model inside it and passes everything else on."""

    def __init__(self, inner: Model) -> None:
        """Wrap a model; the layer then owns it."""
        self.inner = inner
        self.name = inner.name

    @property
    def capabilities(self) -> Capabilities:
        """What is known of the model inside."""
        return self.inner.capabilities

    async def close(self) -> None:
        """Close the model inside."""
        await self.inner.close()


class CallError(ModelError):
    """A model call failed, with what the next try and the bill need to know."""

    def __init__(
        self,
        message: str,
        kind: FailureKind = "provider",
        *,
        retryable: bool = False,
        status: int | None = None,
        answer: str = "",
        retry_after: float | None = None,
        usage: Usage = NOTHING,
    ) -> None:
        """Keep all of it.

        Args:
            message: one sentence with the next step.
            kind: what failed.
            retryable: whether the same call may succeed later.
            status: the HTTP status, where the endpoint answered at all.
            answer: what the endpoint said, in its own words.
            retry_after: seconds to wait before the next try, where the endpoint asks for it.
            usage: what the failed tries cost, so far as it is known.
        """
        super().__init__(message, kind, retryable=retryable)
        self.status = status
        self.answer = answer
        self.retry_after = retry_after
        self.usage = usage

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with everything."""
        return *super().__reduce__(), dict(vars(self))


def spent_on(error: ModelError) -> Usage:
    """Return what a failed call cost, so far as it is known: at least the one call."""
    return error.usage if isinstance(error, CallError) else Usage(calls=1)


def failure_of(error: ModelError | SearchError, message: str = "") -> Failure:
    """Return what a failed call means for what asked for it; `message` takes the place of the error's own."""
    kind: FailureKind = error.kind  # type: ignore[assignment]
    return Failure(kind=kind, message=message or str(error), retryable=error.retryable)


def schema_format(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the `response_format` that asks for a JSON schema."""
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": True}}
