"""Criteria from one labelled pair: proposed, tried without the label, and revised until they lead to it."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from judge.claims.reply import list_of
from judge.errors import ParseError
from judge.learn.asking import Learner
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, TEXTS, shape, text
from judge.learn.verdicts import Orders, Verdict, chosen_first, verdict
from judge.text import fence
from judge.types import Criterion, Value, digest

PROPOSE, REVISE = "rubric_propose", "rubric_revise"

_PROPOSED = shape(reasons=TEXT, criteria=TEXTS)


class Contrast(Value):
    """What one pair gave."""

    criteria: tuple[str, ...] = ()
    """Empty where none led to the label."""
    rounds: int = Field(ge=1)
    """Times that criteria were tried."""
    outcome: Verdict = "chosen"
    """The last verdict: `chosen` where they led to the label."""


class How(Value):
    """How criteria are drawn from a pair."""

    criteria: int = Field(default=1, ge=1, le=10)
    """Criteria of one pair, at most."""
    rounds: int = Field(default=5, ge=1)
    """Times that the criteria of one pair are tried; a pair whose criteria all fail is dropped."""
    orders: Orders = "seeded"
    """Whether criteria are tried with the pair in one order, drawn by the seed, or in both."""
    temperature: float = Field(default=0.7, ge=0)
    """For proposing and revising; trying is at 0."""


async def contrast(learner: Learner, pair: Pair, how: How) -> Contrast:
    """Propose criteria for a pair and revise them until someone who sees only them prefers the chosen response.

    A tie does not pass. What the journal holds is not asked again.

    Args:
        learner: with the prompts `rubric_propose`, `rubric_evaluate` and `rubric_revise`.
        pair: the pair.
        how: rounds and the like.

    Raises:
        ModelError: a call failed.
        ParseError: a reply could not be read.
    """

    async def learn() -> dict[str, Any]:
        return (await _rounds(learner, pair, how)).model_dump(mode="json")

    key = digest([pair.hash, pair.reason, how.to_json()])
    return Contrast.model_validate(await learner.once(f"pair:{key}", learn))


async def _rounds(learner: Learner, pair: Pair, how: How) -> Contrast:
    tried: list[str] = []
    outcome: Literal["", "chosen", "rejected", "tie"] = ""
    for number in range(how.rounds):
        tried = await _criteria(learner, pair, how, tried, outcome, number)
        criteria = [Criterion(id=f"c{place}", text=one) for place, one in enumerate(tried, 1)]
        outcome = await verdict(learner, pair, criteria, orders=how.orders)
        if outcome == "chosen":
            return Contrast(criteria=tuple(tried), rounds=number + 1)
    return Contrast(rounds=how.rounds, outcome=outcome or "tie")


async def _criteria(
    learner: Learner, pair: Pair, how: How, failed: Sequence[str], outcome: str, number: int
) -> list[str]:
    first = chosen_first(pair, learner.seed)
    texts = (pair.chosen, pair.rejected) if first else (pair.rejected, pair.chosen)
    values = {
        "question": fence("request", pair.prompt),
        "responses": [fence("response", one) for one in texts],
        "preferred": "A" if first else "B",
        "reason": fence("reason", pair.reason) if pair.reason else "",
        "failed": [fence("criterion", one) for one in failed],
        "outcome": outcome,
        "most": how.criteria,
    }

    def read(fields: dict[str, Any]) -> list[str]:
        found = [text({"text": item}, "text") for item in list_of(fields, "criteria", how.criteria)]
        if not (whole := [one for one in dict.fromkeys(found) if one]):
            raise ParseError("the reply has no criterion; give at least one as text")
        return whole

    return await learner.ask_for(
        REVISE if failed else PROPOSE,
        values,
        "criteria",
        read,
        temperature=how.temperature,
        number=number,
        schema=_PROPOSED,
    )
