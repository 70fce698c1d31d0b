"""Reward models that give a conversation one number and say nothing.

A score travels as the text of a completion, as Python writes the number, which reads back bit for bit. So limits,
retries, the cache, shared calls and recordings serve a reward model as they serve a model that talks.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from judge.errors import SettingsError
from judge.models.base import CallError, Capabilities, Completion, Model, Reply, Request
from judge.models.endpoint import Endpoint
from judge.models.spec import Dialect, ModelSpec
from judge.models.wire import read_usage
from judge.types import NOTHING, Usage

Conversation = Sequence[Mapping[str, Any]]
"""Messages in the wire format of chat completions; the last one is the response."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a reward model made of one conversation."""

    score: float
    """Finite, on the model's own scale."""
    usage: Usage = NOTHING
    model: str = ""
    """The model's name as the endpoint reports it."""
    request: str = ""
    """Hash of the request. A judgment with it, and `repr(score)` as its reply, can be played by a recording."""


class Scorer(Protocol):
    """Whoever gives a conversation a number. Raises ModelError; never returns a number in place of a failure."""

    name: str
    """As in `KIND:NAME`; part of every fingerprint."""

    async def score(self, conversation: Conversation, *, labels: Mapping[str, Any] | None = None) -> Scored:
        """Score one conversation; `labels` say who asks, for recordings, as those of a Request do."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...


class ModelScorer:
    """A scorer by means of a model whose replies are numbers."""

    def __init__(self, model: Model) -> None:
        """Wrap a model; the scorer then owns it."""
        self.model = model
        self.name = model.name

    async def score(self, conversation: Conversation, *, labels: Mapping[str, Any] | None = None) -> Scored:
        """Score one conversation.

        Raises:
            CallError: the call failed, or the reply is no finite number.
        """
        request = Request(messages=tuple(map(dict, conversation)), labels=dict(labels or {}))
        reply = await self.model.complete(request)
        text = reply.completions[0].text
        try:
            score = float(text)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            message = f"{self.name} says {text[:100]!r}, which is no finite number; check the model or its recording"
            raise CallError(message, usage=reply.usage)
        return Scored(score, reply.usage, reply.model, request.hash)

    async def close(self) -> None:
        """Close the model."""
        await self.model.close()


class ScoringModel:
    """A reward model behind an HTTP endpoint. The configuration's `dialect` says how it is asked.

    `classify` and `pooling` are vLLM's, which renders the messages by the model's own chat template: a classifier with
    one class (such as Skywork-Reward), and a model that gives every token a reward, of which the last token's counts.
    `score` is vLLM's too, for cross-encoders: the prompt and the response as two texts. All three are asked for the raw
    number, before a sigmoid (`use_activation`; a vLLM too old to know it answers with the sigmoid).
    `openrlhf` is what OpenRLHF's reward server takes, the whole conversation as one text; the URL is taken with its
    path, by default `/get_reward`.

    Where texts are taken, a single message is its content, and several are paragraphs `ROLE: CONTENT`.
    """

    def __init__(self, spec: ModelSpec) -> None:
        """Keep the configuration; nothing is opened yet.

        Raises:
            SettingsError: the address is missing.
        """
        if not spec.base_url:
            raise SettingsError(
                f"model 'scoring:{spec.name}' has no address; write scoring:{spec.name}@http://HOST:PORT"
            )
        self.spec = spec
        self.name = f"{spec.kind}:{spec.name}"
        self.capabilities = Capabilities(
            n=False, logprobs=False, json_schema=False, tools=False, reasoning=False, given_text=False
        )
        self._endpoint = Endpoint(spec)
        self._url = _address(self._endpoint.url, spec.dialect)

    async def complete(self, request: Request) -> Reply:
        """Score the messages of one request; the only completion's text is the number.

        Raises:
            CallError: the call failed, the conversation does not fit the dialect, or there is not one finite number.
        """
        answer, seconds = await self._endpoint.send(self._url, self._body(request.messages))
        body = answer if isinstance(answer, dict) else {}
        usage = read_usage(body.get("usage"), seconds, self.spec.price)
        try:
            score = _number(_found(body, self.spec.dialect))
        except ValueError as error:
            message = f"{self._endpoint.source} gave no score: {error}; check the model, dialect and extra_body"
            raise CallError(message, usage=usage) from error
        return Reply((Completion(repr(score)),), usage, str(body.get("model") or ""))

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    def _body(self, messages: Conversation) -> dict[str, Any]:
        """Return what is sent."""
        dialect = self.spec.dialect
        if len(messages) < (2 if dialect in ("score", "openrlhf") else 1):
            raise CallError(f"{self.name} needs a prompt and a response; give both as messages", "bad_request")
        if dialect == "openrlhf":
            return {"query": [self._plain(messages)], "prompts": [self._plain(messages[:-1])]}
        body: dict[str, Any] = {"model": self.spec.name, "use_activation": False}
        if dialect == "score":
            return body | {"text_1": self._plain(messages[:-1]), "text_2": self._plain(messages[-1:])}
        return body | {"messages": list(messages)}

    def _plain(self, messages: Conversation) -> str:
        """Return messages as one text."""
        texts = [self._text(message.get("content")) for message in messages]
        if len(texts) == 1:
            return texts[0]
        return "\n\n".join(f"{message.get('role')}: {text}" for message, text in zip(messages, texts, strict=True))

    def _text(self, content: Any) -> str:
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or ()
        if any(part.get("type") != "text" for part in parts):
            message = f"{self.name} takes text only, dialect {self.spec.dialect}; leave images out, or use classify"
            raise CallError(message, "bad_request")
        return "".join(str(part.get("text")) for part in parts)


def _address(url: str, dialect: Dialect) -> str:
    """Return the whole URL; vLLM's scoring endpoints lie beside `/v1`, not below it."""
    if dialect == "openrlhf":
        return url if urlsplit(url).path else f"{url}/get_reward"
    return f"{url.removesuffix('/v1')}/{dialect}"


def _found(body: dict[str, Any], dialect: Dialect) -> object:
    """Return what stands in the place of the score.

    Raises:
        ValueError: there is not exactly one value.
    """
    if dialect == "openrlhf":
        return _only(body.get("rewards"), "rewards")
    item = _only(body.get("data"), "items of data")
    fields = item if isinstance(item, dict) else {}
    if dialect == "score":
        return fields.get("score")
    if dialect == "classify":
        return _only(fields.get("probs"), "classes")
    values = fields.get("data")
    if isinstance(values, list) and values and all(isinstance(token, list) for token in values):
        values = values[-1]
    return _only(values, "values for the last token")


def _only(values: object, what: str) -> object:
    if not isinstance(values, list) or len(values) != 1:
        raise ValueError(f"it has {len(values) if isinstance(values, list) else 'no'} {what} where one was expected")
    return values[0]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{repr(value)[:100]} is no finite number")
    return float(value)
