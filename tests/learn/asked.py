"""A learner whose model answers by the name of the prompt, for the tests of the methods."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from judge.learn.asking import Learner
from judge.learn.journal import Journal
from judge.learn.methods import load_prompts
from judge.learn.pairs import Pair
from judge.models.base import Request
from judge.models.scripted import ScriptedModel

Replies = Mapping[str, Callable[[str], Any]]
"""By prompt: what is replied to a request of this text, as an object; an exception is raised."""


def text_of(request: Request) -> str:
    return "\n".join(str(message["content"]) for message in request.messages)


class Asked:
    """A learner, and the requests that its model saw, by prompt."""

    def __init__(self, replies: Replies, *, seed: int = 0, journal: Path | None = None) -> None:
        def answer(request: Request) -> Any:
            said = replies[request.labels["prompt"]](text_of(request))
            return said if isinstance(said, str | Exception) else json.dumps(said)

        self.model = ScriptedModel(answer)
        kept = Journal(journal, {}) if journal else None
        self.learner = Learner(self.model, load_prompts(list(replies)), seed=seed, journal=kept)

    def texts(self, prompt: str) -> list[str]:
        return [text_of(request) for request in self.model.requests if request.labels["prompt"] == prompt]


def between(text: str, kind: str) -> list[str]:
    """What stands between the marks of a kind, in order."""
    parts = text.split(f"\n<{kind} ")[1:]
    return [part.split("\n", 1)[1].split(f"\n</{kind} ", 1)[0] for part in parts]


def pair(number: int, prompt: str = "", chosen: str = "", rejected: str = "", reason: str = "") -> Pair:
    return Pair(
        id=f"p{number}",
        prompt=prompt or f"request {number}",
        chosen=chosen or f"good {number}",
        rejected=rejected or f"bad {number}",
        reason=reason,
    )
