"""Which response of a pair a model prefers when it goes by given criteria alone."""

import random
from collections.abc import Sequence
from typing import Any, Literal

from judge.claims.reply import text_of
from judge.errors import ParseError
from judge.learn.asking import Learner
from judge.learn.pairs import Pair
from judge.text import fence
from judge.types import digest

Verdict = Literal["chosen", "rejected", "tie"]
Orders = Literal["seeded", "both"]
PROMPT = "rubric_evaluate"

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reasons": {"type": "string"},
        "apply": {"type": "array", "items": {"type": "integer"}},
        "winner": {"type": "string", "enum": ["A", "B", "tie"]},
    },
    "required": ["reasons", "apply", "winner"],
    "additionalProperties": False,
}


def chosen_first(pair: Pair, seed: int) -> bool:
    """Return whether the chosen response is shown first. It hangs on the texts and the seed, not on who shows it."""
    return random.Random(digest(f"{seed} {pair.hash}")).random() < 0.5


async def verdict(learner: Learner, pair: Pair, criteria: Sequence[str], *, orders: Orders = "seeded") -> Verdict:
    """Ask which response fits the criteria better, without a word of the label. No criteria: which is better at all.

    Args:
        learner: with the prompt `rubric_evaluate`.
        pair: what is compared.
        criteria: texts of the criteria.
        orders: `seeded` shows the pair once, in an order drawn by the seed; `both` shows it both ways round, and what
            flips with the order is a tie.

    Raises:
        ModelError: the call failed.
        ParseError: the reply could not be read.
    """
    first = chosen_first(pair, learner.seed)
    found = [await _shown(learner, pair, criteria, first)]
    if orders == "both":
        found.append(await _shown(learner, pair, criteria, not first))
    return found[0] if len(set(found)) == 1 else "tie"


async def kept_verdict(learner: Learner, pair: Pair, criteria: Sequence[str], *, orders: Orders = "seeded") -> Verdict:
    """Return the verdict of `verdict`, from the journal where it stands there."""

    async def ask() -> Verdict:
        return await verdict(learner, pair, criteria, orders=orders)

    key = digest([pair.hash, orders, *criteria])
    found = await learner.once(f"verdict:{key}", ask)
    return "chosen" if found == "chosen" else "rejected" if found == "rejected" else "tie"


async def _shown(learner: Learner, pair: Pair, criteria: Sequence[str], chosen_is_a: bool) -> Verdict:
    texts = (pair.chosen, pair.rejected) if chosen_is_a else (pair.rejected, pair.chosen)
    values = {
        "criteria": [fence("criterion", text) for text in criteria],
        "question": fence("request", pair.prompt),
        "responses": [fence("response", text) for text in texts],
    }
    winner = await learner.ask_for(PROMPT, values, "winner", _winner, schema=_SCHEMA)
    if winner == "tie":
        return "tie"
    return "chosen" if (winner == "A") == chosen_is_a else "rejected"


def _winner(fields: dict[str, Any]) -> str:
    said = text_of(fields, "winner").strip(" []").lower()
    for name in ("A", "B", "tie"):
        if said == name.lower():
            return name
    raise ParseError(f"the winner is {said[:40]!r}; write A, B or tie")
