"""A model that plays back what was recorded: exact, free, without a network."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.errors import DataError, SettingsError
from judge.models.base import CallError, Capabilities, Completion, Reply, Request, TokenLogprob
from judge.models.labels import replayed
from judge.models.spec import ModelSpec
from judge.types import NOTHING, ToolCall, Usage

_FINISH = {"truncated": "length", "refused": "content_filter", "unparseable": "stop"}
"""How a reply had ended, by the failure that a judgment made of it. Other failures had no reply."""


@dataclass(frozen=True, slots=True)
class _Take:
    """One recorded sample, or the failure in place of one."""

    sample: Completion
    usage: Usage = NOTHING
    failure: Mapping[str, Any] | None = None


class RecordedModel:
    """Answers from a JSON Lines file, whose path is the model's name.

    A line is one of these:

        {"request": HASH, "text": "..."}                          answers the request with that hash
        {"labels": {"sample_id": "row1"}, "texts": ["...", ...]}  answers requests with those labels
        {"rewards": [...], ...}                                   output of a run: each judgment answers its request,
                                                                  and so does each question that a tool asked

    A recording may have both `request` and `labels`, and `finish`, `reasoning`, `usage` and `model`. The hash is looked
    for first, then labels: all of a recording's labels must be the request's, and the recording with more of them wins.
    Several recordings for one request are its samples, in order; a `sample` in the labels numbers one. A request for
    n samples gets the first n; a request whose label `sample` is a number gets samples from that number on, or the
    only one there is. A judgment that was read from the probabilities of labels is played with them.
    """

    def __init__(self, spec: ModelSpec) -> None:
        """Read the file.

        Raises:
            SettingsError: the file cannot be read.
            DataError: a line of it is no recording.
        """
        self.name = f"{spec.kind}:{spec.name}"
        self.path = spec.name
        self._by_hash: dict[str, dict[int, dict[int, _Take]]] = {}
        """By member of the panel, since two may put one request to different models, and by sample."""
        self._by_labels: dict[tuple[str, ...], dict[str, dict[int, _Take]]] = {}
        self._names: dict[tuple[str, int], str] = {}
        """Of the models that gave the judgments of a run, by request and member."""
        for place, line in _lines(spec.name):
            try:
                self._keep(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise DataError(f"{place} is no recording ({error}); it needs text, texts or rewards") from error

    def who_answered(self, request: Request) -> str:
        """Return the name of the model that is played, its own where that is not known."""
        return self._names.get((request.hash, request.labels.get("member", 0)), self.name)

    @property
    def capabilities(self) -> Capabilities:
        """Whatever was recorded can be played, probabilities too."""
        return Capabilities(n=True, json_schema=True, seed=True, images=True)

    async def complete(self, request: Request) -> Reply:
        """Play the recording of a request.

        Raises:
            CallError: nothing was recorded for it, or a failure was.
        """
        takes = self._find(request)
        number = request.labels.get("sample")
        start = number if isinstance(number, int) and len(takes) != 1 else min(takes, default=0)
        chosen = [takes[index] for index in range(start, start + request.n) if index in takes]
        if not chosen:
            raise CallError(
                f"{self.path} has no recording of sample {start} for request {request.hash!r} "
                f"with labels {request.labels!r}; record it or correct its request or labels",
                "bad_request",
            )
        if (failure := chosen[0].failure) and all(take.failure for take in chosen):
            raise CallError(
                f"recorded: {failure['message']}", failure["kind"], retryable=bool(failure.get("retryable"))
            )
        chosen = [take for take in chosen if not take.failure or take.sample.finish == "content_filter"]
        # what was left out are samples that the endpoint did not give
        usage = sum((take.usage for take in chosen), NOTHING)
        return Reply(tuple(take.sample for take in chosen), Usage(cached=1) if usage == NOTHING else usage, self.name)

    async def close(self) -> None:
        """Nothing is open."""

    def _find(self, request: Request) -> dict[int, _Take]:
        if members := self._by_hash.get(request.hash):
            return members.get(request.labels.get("member", 0)) or next(iter(members.values()))
        for names in sorted(self._by_labels, key=len, reverse=True):
            found = self._by_labels[names].get(_values(request.labels, names))
            if found and all(name in request.labels for name in names):
                return found
        return {}

    def _keep_reward(self, reward: dict[str, Any]) -> None:
        for judgment in reward.get("judgments", ()):
            member = judgment.get("member", 0)
            for place, asked in enumerate(judgment.get("asked", ())):
                number = place if judgment.get("critic") == "given_text" else judgment.get("sample", 0)
                self._of(asked["request"], member).setdefault(number, _asked(asked))
            if judgment.get("request"):
                self._names.setdefault((judgment["request"], member), judgment.get("model") or self.name)
                self._of(judgment["request"], member).setdefault(judgment.get("sample", 0), _from_judgment(judgment))
        for asker in (*reward.get("evidence", ()), reward.get("brief") or {}):
            for asked in asker.get("asked", ()):
                self._of(asked["request"]).setdefault(0, _asked(asked))

    def _of(self, request: str, member: int = 0) -> dict[int, _Take]:
        """Return the takes of a request, by sample; of given text by their place among all that was asked."""
        return self._by_hash.setdefault(request, {}).setdefault(member, {})

    def _keep(self, line: dict[str, Any]) -> None:
        if "rewards" in line:
            for reward in line["rewards"]:
                self._keep_reward(reward)
            return
        labels = dict(line.get("labels") or {})
        number = labels.pop("sample", None)
        shelves = [self._of(line["request"])] if line.get("request") else []
        if line.get("labels") is not None:
            names = tuple(sorted(labels))
            shelves.append(self._by_labels.setdefault(names, {}).setdefault(_values(labels, names), {}))
        if not shelves:
            raise ValueError("neither request nor labels")
        for take in _takes(line):
            for shelf in shelves:
                shelf.setdefault(len(shelf) if number is None else number, take)


def _asked(asked: dict[str, Any]) -> _Take:
    """Return the reply to a question that a tool, a critic or a filter asked besides."""
    calls = tuple(ToolCall.model_validate(call) for call in asked.get("calls", ()))
    reply, mean = asked["reply"], asked.get("logprob")
    logprobs = replayed(reply, asked) if asked.get("labels") else ()
    if mean is not None:  # of a given text: one token with its mean gives that mean again
        logprobs = (TokenLogprob(reply, ((reply, float(mean)),)),)
    return _taken(reply, asked.get("reasoning", ""), asked.get("failure"), logprobs, calls)


def _lines(path: str) -> Iterator[tuple[str, bytes]]:
    """Yield each line's place and content."""
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"line {number} of {path}", line
    except OSError as error:
        raise SettingsError(f"the recording {path!r} cannot be read: {error}; give the path of a JSONL file") from error


def _values(labels: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the labels' values as one key; 1, 1.0, "1" and true are different."""
    return json.dumps([labels.get(name) for name in names])


def _takes(line: dict[str, Any]) -> list[_Take]:
    texts = line["texts"] if "texts" in line else [line["text"]]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"text is {texts!r}")
    samples = [Completion(text, line.get("finish", "stop"), line.get("reasoning", "")) for text in texts]
    first = Usage.model_validate(line.get("usage", {}))  # a line's cost is that of all its texts
    return [_Take(sample, NOTHING if number else first) for number, sample in enumerate(samples)]


def _from_judgment(judgment: dict[str, Any]) -> _Take:
    """Return the reply that a judgment was made of, or the failed call's failure."""
    failure, reply = judgment.get("failure"), judgment["reply"]
    if failure in [asked.get("failure") for asked in judgment.get("asked", ())]:
        failure = None  # what failed came after this reply
    logprobs = replayed(reply, judgment.get("detail") or {})
    return _taken(reply, judgment.get("reasoning", ""), failure, logprobs)


def _taken(
    reply: str,
    reasoning: str,
    failure: Mapping[str, Any] | None,
    logprobs: tuple[TokenLogprob, ...],
    calls: tuple[ToolCall, ...] = (),
) -> _Take:
    """Return what came back: a failure where no word did, unless it ended in a way that a reply may."""
    kind = failure["kind"] if failure else ""
    lost = failure if not reply and not reasoning and kind not in ("truncated", "unparseable") else None
    return _Take(Completion(reply, _FINISH.get(kind, "stop"), reasoning, logprobs, calls), failure=lost)
