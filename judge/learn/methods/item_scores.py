"""Score the two responses of labelled pairs item by item, and see which pairs a rubric puts in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from judge.claims.reply import list_of
from judge.errors import ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, shape, text, texts_of
from judge.text import fence
from judge.types import Criterion, Rubric, digest

PROMPT = "score_items"
_SCORED = shape(items=texts_of(shape(id=TEXT, rationale=TEXT, score={"type": "number"})))


@dataclass(frozen=True, slots=True)
class ItemScores:
    """What a rubric gives one response."""

    total: float
    """Sum over the items of weight times share of the scale."""
    rationale: str
    """One line per item: id, number, and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled pair, scored."""

    pair: Pair
    chosen: ItemScores
    rejected: ItemScores

    @property
    def misjudged(self) -> bool:
        """Whether the chosen response is not strictly above the other: a tie tells nothing."""
        return self.chosen.total <= self.rejected.total


async def score_pairs(pairs: Sequence[Pair], rubric: Rubric, learner: Learner, stage: str) -> list[Case]:
    """Return the pairs, scored; one of which a response could not be scored is left out.

    Raises:
        ModelError: the key is missing or refused, or every call failed.
        ParseError: no reply could be read.
    """

    async def one(pair: Pair) -> Case:
        chosen = await _score(pair.prompt, pair.chosen, rubric, learner)
        return Case(pair, chosen, await _score(pair.prompt, pair.rejected, rubric, learner))

    return [case for case in await learner.each(stage, pairs, one) if not isinstance(case, LearnError)]


def read_scores(fields: Mapping[str, Any], criteria: Sequence[Criterion]) -> ItemScores:
    """Return what a reply gives: `{"items": [{"id", "rationale", "score"}]}`, every item once, the last one counting.

    Raises:
        ParseError: an item is missing, or its score is no number on its scale.
    """
    items = {text(item, "id", 200): item for item in list_of(fields, "items", 200) if isinstance(item, dict)}
    total, lines = 0.0, []
    for criterion in criteria:
        item = items.get(criterion.id)
        if item is None:
            raise ParseError(f"the item {criterion.id!r} is missing; score every item")
        score = item.get("score")
        if isinstance(score, bool) or not isinstance(score, int | float) or score not in criterion.scale:
            scale = criterion.scale
            raise ParseError(f"the score of {criterion.id!r} is not from {scale.lo:g} to {scale.hi:g}: {score!r}"[:200])
        total += criterion.weight * criterion.scale.normalise(score)
        lines.append(f"{criterion.id} {score:g}: {text(item, 'rationale')}")
    return ItemScores(total, "\n".join(lines))


async def _score(prompt: str, response: str, rubric: Rubric, learner: Learner) -> ItemScores:
    async def ask() -> list[Any]:
        values = {
            "question": fence("request", prompt),
            "response": fence("response", response),
            "items": [{"id": one.id, "text": fence("item", one.text), "scale": one.scale} for one in rubric.criteria],
        }
        found = await learner.ask_for(
            PROMPT, values, "items", lambda said: read_scores(said, rubric.criteria), max_tokens=2048, schema=_SCORED
        )
        return [found.total, found.rationale]

    kept = await learner.once(f"items:{digest([rubric.hash, prompt, response])}", ask)
    assert isinstance(kept, list)
    return ItemScores(float(str(kept[0])), str(kept[1]))
