"""Drop judgments whose critique argues for another verdict than they give, after R1-Reward's consistency check."""

import asyncio
from collections.abc import Sequence

from judge.critics import spoken
from judge.errors import ModelError
from judge.filters.view import View, answered, noted
from judge.models.base import spent_on
from judge.recipe import Consistent
from judge.text import fence
from judge.types import Asked, Judgment

_MAX_TOKENS = 8
_FAVOURS = {"A": 1.0, "B": 0.0, "tie": 0.5}
"""What the one who reads the critique may say, as the share that the first shown response is better."""


async def by_verdict(rule: Consistent, view: View, judgments: Sequence[Judgment]) -> list[Judgment]:
    """Ask, of every comparison, which response its critique favours; drop those that say another one.

    Whoever is asked sees the critique alone. A comparison whose critique favours none stays.

    Raises:
        ModelError: the key is missing or refused.
    """
    return list(await asyncio.gather(*(_one(rule, view, judgment) for judgment in judgments)))


async def _one(rule: Consistent, view: View, judgment: Judgment) -> Judgment:
    said = next((score.value for score in judgment.scores if score.response == judgment.shown[0]), None)
    if len(judgment.shown) != 2 or said is None or judgment.dropped or not judgment.critique:
        return judgment
    request = view.request(judgment, rule.prompt, {"critique": fence("critique", judgment.critique)},
                           max_tokens=_MAX_TOKENS)  # fmt: skip
    if before := answered(judgment, request.hash):
        return _held_against(judgment, spoken(before.reply, _FAVOURS), said, before.reply)
    try:
        reply = await view.models[rule.model].complete(request)
    except ModelError as error:
        if error.kind == "auth":
            raise
        return noted(judgment, usage=judgment.usage + spent_on(error), detail={"consistent": str(error)})
    text = reply.completions[0].text
    asked = Asked(prompt=rule.prompt, request=request.hash, reply=text)
    judgment = noted(judgment, asked=(*judgment.asked, asked), usage=judgment.usage + reply.usage)
    return _held_against(judgment, spoken(text, _FAVOURS), said, text)


def _held_against(judgment: Judgment, label: str | None, said: float, text: str) -> Judgment:
    """Drop a judgment whose critique favours the other response than its verdict."""
    if label is None:
        return noted(judgment, detail={"consistent": f"the answer {text[:40]!r} is none of A, B and tie"})
    if (_FAVOURS[label] - 0.5) * (said - 0.5) >= 0:
        return judgment
    return noted(judgment, dropped="its critique argues for the other response")
