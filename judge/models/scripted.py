"""A model that says what it is told to: for tests, examples and rehearsals."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from judge.errors import DataError, SettingsError
from judge.models.base import CallError, Capabilities, Completion, Reply, Request, TokenLogprob
from judge.models.given import given_text
from judge.models.scoring import Conversation, ModelScorer
from judge.models.spec import ModelSpec
from judge.types import Usage

Said = str | Completion | Exception | list[Any]
"""A text, a completion, an exception to raise, or a list of texts and completions: several samples at once."""
Answer = Said | Callable[[Request], Said]

_ONE_CALL = Usage(calls=1)


class ScriptedModel:
    """Plays replies in order, whatever is asked, and keeps the requests that it saw.

        model = ScriptedModel(["Sound. Score: 4", ModelError("down"), lambda request: "Score: 2"])

    Each sample of a request takes the next reply. A list gives several samples at once, an exception is raised, and a
    function is called with the request and returns one of these. Where a request gives the text and asks for its
    log-probability, the next reply is a completion with `logprobs`. The model pickles when its replies do.
    """

    def __init__(
        self,
        replies: Sequence[Answer] | Callable[[Request], Said],
        *,
        name: str = "scripted",
        cycle: bool = False,
        latency_s: float = 0.0,
        usage: Usage = _ONE_CALL,
    ) -> None:
        """Take the script.

        Args:
            replies: what to answer, in order; or one function that answers everything.
            name: the model's name in fingerprints.
            cycle: begin again after the last reply.
            latency_s: seconds that each answer takes.
            usage: what each call costs.
        """
        self.replies: list[Answer] = [replies] if callable(replies) else list(replies)
        self.name = name
        self.cycle = cycle or callable(replies)
        self.latency_s = latency_s
        self.usage = usage
        self.capabilities = Capabilities(
            n=True, logprobs=True, json_schema=True, seed=True, images=True, tools=True, given_text=True
        )
        self.requests: list[Request] = []
        """Every request seen, in order."""
        self._played = 0

    @classmethod
    def load(cls, spec: ModelSpec) -> Self:
        """Return a model that plays the list in a JSON or YAML file over and over; the file's path is `spec.name`.

        An item is a text, a list of texts, `{text, finish, reasoning, logprobs}`, or `{error: KIND, message,
        retryable}`. Of `logprobs` each token is a mapping of alternatives to log-probabilities, first the token itself.

        Raises:
            SettingsError: the file cannot be read.
            DataError: it holds no list of replies.
        """
        return cls(
            [_answer(item, spec.name) for item in _items(spec.name)], name=f"{spec.kind}:{spec.name}", cycle=True
        )

    async def complete(self, request: Request) -> Reply:
        """Answer with the next replies.

        Raises:
            CallError: the script is at its end, or has no log-probabilities for a given text.
        """
        self.requests.append(request)
        samples: list[Completion] = []
        while len(samples) < request.n:
            samples += self._next(request)
        if request.score_given:
            samples = [replace(samples[0], text=given_text(request))]
            if not samples[0].logprobs:
                raise CallError(f"the script of {self.name!r} gives no log-probabilities; add logprobs", "bad_request")
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return Reply(tuple(samples[: request.n]), self.usage, self.name)

    async def close(self) -> None:
        """Nothing is open."""

    def _next(self, request: Request) -> list[Completion]:
        """Return the samples of the next reply."""
        if not self.replies or (self._played >= len(self.replies) and not self.cycle):
            raise CallError(
                f"the script of {self.name!r} ends after {len(self.replies)} replies; add more", "bad_request"
            )
        answer = self.replies[self._played % len(self.replies)]
        self._played += 1
        said = answer(request) if callable(answer) else answer
        if isinstance(said, Exception):
            raise said
        several = said if isinstance(said, list) else [said]
        if not several:
            raise DataError(f"reply {self._played} of {self.name!r} is an empty list; give at least one sample")
        return [Completion(sample) if isinstance(sample, str) else sample for sample in several]


class ScriptedScorer(ModelScorer):
    """Gives scores in order, whatever the conversation, and keeps the conversations that it saw.

    scorer = ScriptedScorer([0.7, ModelError("down"), lambda conversation: len(conversation)])
    """

    def __init__(
        self,
        scores: Sequence[float | Exception | Callable[[Conversation], float]] | Callable[[Conversation], float],
        *,
        name: str = "scripted",
        cycle: bool = False,
        usage: Usage = _ONE_CALL,
    ) -> None:
        """Take the scores, or one function that scores everything; for the rest see ScriptedModel."""
        replies = partial(_spoken, scores) if callable(scores) else [_score_said(score) for score in scores]
        self._script = ScriptedModel(replies, name=name, cycle=cycle, usage=usage)
        super().__init__(self._script)

    @property
    def conversations(self) -> list[Conversation]:
        """Every conversation seen, in order."""
        return [request.messages for request in self._script.requests]


def _score_said(score: float | Exception | Callable[[Conversation], float]) -> Answer:
    if isinstance(score, Exception):
        return score
    return partial(_spoken, score) if callable(score) else repr(float(score))


def _spoken(score: Callable[[Conversation], float], request: Request) -> str:
    return repr(float(score(request.messages)))


def _items(path: str) -> list[Any]:
    import yaml

    try:
        text = Path(path).read_text(encoding="utf-8")
        items = json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    except OSError as error:
        raise SettingsError(
            f"the script {path!r} cannot be read: {error}; give the path of a JSON or YAML file"
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        raise DataError(f"the script {path!r} is neither JSON nor YAML: {error}") from error
    if not isinstance(items, list) or not items:
        raise DataError(f"the script {path!r} holds no replies; write a list of texts")
    return items


def _answer(item: Any, path: str) -> Said:
    if isinstance(item, str):
        return item
    if isinstance(item, list) and item and all(isinstance(text, str) for text in item):
        return list(item)
    if isinstance(item, dict) and "text" in item and set(item) <= {"text", "finish", "reasoning", "logprobs"}:
        return Completion(**item | {"logprobs": tuple(_token(token, path) for token in item.get("logprobs", ()))})
    if isinstance(item, dict) and "error" in item and set(item) <= {"error", "message", "retryable"}:
        message = item.get("message") or f"the script says {item['error']}"
        return CallError(message, item["error"], retryable=bool(item.get("retryable")), usage=_ONE_CALL)
    raise DataError(f"the script {path!r} holds {item!r}; a reply is a text, a list of texts, or has text or error")


def _token(listed: Any, path: str) -> TokenLogprob:
    if not isinstance(listed, dict) or not listed or not all(isinstance(part, int | float) for part in listed.values()):
        raise DataError(f"the script {path!r} holds the token {listed!r}; write it as {{Yes: -0.1, No: -2.3}}")
    top = tuple((str(token), float(logprob)) for token, logprob in listed.items())
    return TokenLogprob(top[0][0], top)
