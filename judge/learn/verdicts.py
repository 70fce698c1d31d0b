"""Which response of a pair a model prefers when it goes by given criteria alone."""

import random
from collections.abc import Sequence
from typing import Literal

from judge.learn.asking import Learner
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, WINNER, shape, texts_of, winner
from judge.text import fence
from judge.types import Criterion, digest

Verdict = Literal["chosen", "rejected", "tie"]
Orders = Literal["seeded", "both"]
PROMPT = "rubric_evaluate"

_SCHEMA = shape(reasons=TEXT, apply=texts_of({"type": "integer"}), winner=WINNER)


def chosen_first(pair: Pair, seed: int) -> bool:
    """Return whether the chosen response is shown first. It hangs on the texts and the seed, not on who shows it."""
    return random.Random(digest(f"{seed} {pair.hash}")).random() < 0.5


async def verdict(learner: Learner, pair: Pair, criteria: Sequence[Criterion], *, orders: Orders = "seeded") -> Verdict:
    """Ask which response fits the criteria better, without a word of the label. No criteria: which is better at all.

    Args:
        learner: with the prompt `rubric_evaluate`.
        pair: what is compared.
        criteria: what counts. Of a fault, which has a negative weight, the better response has less.
        orders: `seeded` shows the pair once, in an order drawn by the seed; `both` shows it both ways round, and what
            flips with the order is a tie.

    Raises:
        ModelError: the call failed.
        ParseError: the reply could not be read.
    """
    first = chosen_first(pair, learner.seed)
    found = await _shown(learner, pair, criteria, first)
    if orders == "seeded" or found == "tie":
        return found
    return found if await _shown(learner, pair, criteria, not first) == found else "tie"


async def kept_verdict(
    learner: Learner, pair: Pair, criteria: Sequence[Criterion], *, orders: Orders = "seeded"
) -> Verdict:
    """Return the verdict of `verdict`, from the journal where it stands there."""

    async def ask() -> Verdict:
        return await verdict(learner, pair, criteria, orders=orders)

    key = digest([pair.hash, orders, *_told(criteria)])
    found = await learner.once(f"verdict:{key}", ask)
    return "chosen" if found == "chosen" else "rejected" if found == "rejected" else "tie"


async def _shown(learner: Learner, pair: Pair, criteria: Sequence[Criterion], chosen_is_a: bool) -> Verdict:
    texts = (pair.chosen, pair.rejected) if chosen_is_a else (pair.rejected, pair.chosen)
    values = {
        "criteria": [{"fault": fault, "text": fence("criterion", text)} for fault, text in _told(criteria)],
        "question": fence("request", pair.prompt),
        "responses": [fence("response", text) for text in texts],
    }
    better = await learner.ask_for(PROMPT, values, "winner", winner, schema=_SCHEMA)
    if better == "tie":
        return "tie"
    return "chosen" if (better == "A") == chosen_is_a else "rejected"


def _told(criteria: Sequence[Criterion]) -> list[tuple[bool, str]]:
    """Whether each criterion is a fault, and its text with what the values of its scale mean."""
    told = []
    for one in criteria:
        meanings = [f"{value} = {means}" for value, means in one.scale.descriptors.items()]
        told.append((one.weight < 0, "\n".join([one.text, *meanings])))
    return told
