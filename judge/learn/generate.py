"""Criteria for one request, written from the request alone."""

import math
import re
from typing import Any

from judge.claims.reply import list_of
from judge.errors import ParseError, SettingsError
from judge.learn.asking import Learner
from judge.learn.learned import Figures, LearnedRubric
from judge.learn.replied import TEXT, shape, text, texts_of
from judge.text import fence
from judge.types import Criterion, Rubric

GENERATORS = {"carmo": "carmo_criteria"}
"""Ways to write criteria, each with its prompt. Its template knows `question`, `profile`, `count` and `problem`."""

_MOST = 20
"""Criteria that are read at all."""
_WRITTEN = shape(reasons=TEXT, criteria=texts_of(shape(name=TEXT, text=TEXT, weight={"type": "number"})))


def generator(method: str) -> str:
    """Return the prompt of a way to write criteria; raise SettingsError when there is none of this name."""
    if method not in GENERATORS:
        raise SettingsError(f"there is no method {method!r} to write criteria; choose one of: {', '.join(GENERATORS)}")
    return GENERATORS[method]


async def generate(request: str, learner: Learner, method: str = "carmo", *, count: int = 0) -> LearnedRubric:
    """Write criteria for answers to one request, before an answer is seen.

    Args:
        request: the prompt that answers will be given to.
        learner: with the method's prompt.
        method: `carmo` (arXiv 2410.21545).
        count: how many criteria at most; 0: as many as it takes.

    Raises:
        SettingsError: there is no such method.
        ModelError: the call failed.
        ParseError: the reply has no criteria.
    """
    values = {"question": fence("request", request), "profile": "", "count": count}

    def read(fields: dict[str, Any]) -> tuple[Criterion, ...]:
        return _criteria(fields, method, count or _MOST)

    criteria = await learner.ask_for(generator(method), values, "criteria", read, max_tokens=2048, schema=_WRITTEN)
    return LearnedRubric(
        rubric=Rubric(name=method, about=f"Written by {method} for one request.", criteria=criteria),
        method=method,
        figures=Figures(calls=learner.usage.calls, tokens=learner.usage.tokens),
    )


def _criteria(fields: dict[str, Any], source: str, most: int) -> tuple[Criterion, ...]:
    found: dict[str, Criterion] = {}
    for item in list_of(fields, "criteria", most):
        if words := text(item, "text"):
            name = _id(text(item, "name", 60), found)
            found[name] = Criterion(id=name, text=words, weight=_weight(item.get("weight")), source=source)
    if not found:
        raise ParseError("the reply has no criterion; give each a name and a text")
    return tuple(found.values())


def _id(name: str, taken: dict[str, Criterion]) -> str:
    """Return a name that ids may have and that is not taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "criterion"
    number = 1
    while (wanted := plain if number == 1 else f"{plain}_{number}") in taken:
        number += 1
    return wanted


def _weight(given: Any) -> float:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return float(given) if is_number and math.isfinite(given) and given > 0 else 1.0
