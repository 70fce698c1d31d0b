"""What the tests of learning share: learners on scripted models, and a small world in which pairs can be explained."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from judge.learn.asking import Learner
from judge.learn.methods import load_prompts
from judge.learn.methods.auto_rubric import PROMPTS
from judge.learn.pairs import Pair
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from tests.tools.conftest import json_service

__all__ = ["World", "json_service"]


class World:
    """A model for pairs whose better response is the one with the mark of its kind, such as `<polite>`.

    It proposes `wrong` until the pair has been revised as often as its prompt says (`after 2`), then names the kind;
    and it prefers, going by the criteria, the response that has a mark that a criterion names. No criterion: a tie.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        """Kind of question and the text of it."""

    def __call__(self, request: Request) -> str:
        text = str(request.messages[-1]["content"])
        kind = "structure" if "were learned from" in text else "evaluate" if "the winner is" in text else "propose"
        kind = "revise" if "These criteria were tried" in text else kind
        self.asked.append((kind, text))
        return json.dumps(getattr(self, f"_{kind}")(text))

    def count(self, kind: str) -> int:
        return sum(one == kind for one, _ in self.asked)

    def _propose(self, text: str) -> dict[str, Any]:
        return {"reasons": "so", "criteria": [self._criterion(text, 0)]}

    def _revise(self, text: str) -> dict[str, Any]:
        tries = int(found[1]) if (found := re.search(r"wrong (\d+)", text)) else 0
        return {"reasons": "so", "criteria": [self._criterion(text, tries + 1)]}

    def _criterion(self, text: str, tries: int) -> str:
        after = int(found[1]) if (found := re.search(r"after (\d+)", text)) else 0
        if tries < after:
            return f"wrong {tries}"
        kinds = re.findall(r"\[(\w+)\]", text)
        return f"It is {kinds[0]}." if kinds else f"wrong {tries}"

    def _evaluate(self, text: str) -> dict[str, Any]:
        wanted = re.findall(r"It is (\w+)\.", text)
        first, second = text.split("Response A:")[1].split("Response B:")
        a, b = (any(f"[{kind}]" in part for kind in wanted) for part in (first, second))
        return {"reasons": "so", "apply": [1], "winner": "A" if a and not b else "B" if b and not a else "tie"}

    def _structure(self, text: str) -> dict[str, Any]:
        kinds = re.findall(r"It is (\w+)\.", text)
        themes = [{"theme": f"It is {kind}.", "tips": ["tip"], "sources": [n]} for n, kind in enumerate(kinds, 1)]
        return {"themes": themes}


@pytest.fixture
def world() -> World:
    return World()


Make = Callable[..., Learner]


@pytest.fixture
def make() -> Make:
    """Return a learner: `make(replies or function, **fields)`."""

    def learner(replies: Any, *, prompts: Sequence[str] = PROMPTS, **fields: Any) -> Learner:
        return Learner(ScriptedModel(replies), load_prompts(prompts), **fields)

    return learner


def pair(number: int, kind: str = "polite", after: int = 0) -> Pair:
    """A pair that `kind` explains, once its criteria were revised `after` times."""
    return Pair(id=f"p{number}", prompt=f"Ask {number} after {after}", chosen=f"Yes [{kind}]", rejected="Yes")


@pytest.fixture
def pairs() -> Callable[..., list[Pair]]:
    """Return a maker of pairs: `pairs("polite", "right", after=2)`."""

    def made(*kinds: str, after: int = 0) -> list[Pair]:
        return [pair(number, kind, after) for number, kind in enumerate(kinds)]

    return made


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as JSON lines."""

    def write(*rows: object) -> Path:
        path = tmp_path / "pairs.jsonl"
        path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
        return path

    return write
