"""RLBFF: principles with a yes or no and a quoted span, taken from feedback; those that several people apply stay.

A principle becomes a criterion that a response fulfils or not, 0 or 1. After RLBFF (arXiv 2509.21319); how many must
agree, and how like their words must be, are approximations of its consensus.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, JsonValue

from judge.claims.quotes import verbatim
from judge.claims.reply import list_of
from judge.errors import DataError, ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.clusters import Likeness
from judge.learn.learned import Figures, LearnedRubric, Origin
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, shape, some_text, text, texts_of
from judge.text import fence
from judge.types import Criterion, Rubric, Scale, Value, digest

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

METHOD = "rlbff"
PROMPTS = ("write_feedback", "extract_principles")
BINARY = Scale(lo=0, hi=1, descriptors={"0": "no", "1": "yes"})
_RESPONSES = ("preferred", "other")
_SAID = ("yes", "no", "partly")
_PRINCIPLE = shape(
    evidence=TEXT,
    principle=TEXT,
    response={"type": "string", "enum": list(_RESPONSES)},
    fulfilled={"type": "string", "enum": list(_SAID)},
)
_EXTRACTED = shape(principles=texts_of(_PRINCIPLE))


class RlbffOptions(Likeness):
    """How principles are extracted and matched."""

    most: int = Field(default=8, ge=1)
    """Principles that one feedback gives at most."""
    agree: int = Field(default=3, ge=1)
    """Pairs whose feedback must apply a principle in the same direction."""
    write: bool = True
    """Whether the model writes the feedback for pairs without a reason; else they are left out."""


class Principle(Value):
    """One principle that one feedback applies."""

    text: str
    item: str
    """Id of the pair."""
    response: Literal["preferred", "other"]
    fulfilled: Literal["yes", "no"]
    evidence: str

    @property
    def direction(self) -> int:
        """1 when fulfilling it goes with being preferred, -1 when it goes with being rejected."""
        return 1 if (self.response == "preferred") == (self.fulfilled == "yes") else -1


@dataclass(frozen=True, slots=True)
class Agreed:
    """A principle that several pairs apply in one direction."""

    stands: int
    """Index of the principle whose words are kept."""
    direction: int
    members: tuple[int, ...]
    """Indices of the principles that agree, in rising order."""


class Extracted(Value):
    """What one reply holds."""

    principles: tuple[Principle, ...] = ()
    partly: int = 0
    """Principles that are fulfilled in part: dropped."""
    unfounded: int = 0
    """Principles whose evidence stands nowhere: refused."""


def agreed(principles: Sequence[Principle], rows: "Matrix", agree: int, similarity: float) -> list[Agreed]:
    """Return the principles on which at least `agree` items agree, those with the most items first.

    Each principle gathers all that have a cosine above `similarity` with it. The one that gathers the
    most items takes them, and the others go on without those. Items agree when they apply it in the same direction;
    where as many go one way as the other, nothing is kept. An item that goes both ways counts for neither.

    Args:
        principles: in any order.
        rows: the cosine of every two principles.
        agree: least number of distinct items.
        similarity: a cosine, in [-1, 1].
    """
    import numpy as np

    near = rows > similarity
    np.fill_diagonal(near, True)
    left = np.ones(len(principles), dtype=bool)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(principles):
        places.setdefault(one.item, []).append(place)

    def gathers(item: str) -> Any:  # whether each principle gathers one of the item's that is left
        return (near[:, places[item]] & left[places[item]]).any(axis=1)

    items = sum((gathers(item).astype(int) for item in places), np.zeros(len(principles), dtype=int))
    kept: list[Agreed] = []
    while left.any():
        centre = int(np.argmax(np.where(left, items, 0)))
        if items[centre] < agree:
            break
        group = [int(one) for one in np.flatnonzero(left & near[centre])]
        touched = {principles[one].item: gathers(principles[one].item) for one in group}
        left[group] = False
        items -= sum((before & ~gathers(item) for item, before in touched.items()), np.zeros_like(items))
        sides = _sides(principles, group)
        way = 1 if len(sides[1]) > len(sides[-1]) else -1
        if len(sides[way]) < agree or len(sides[1]) == len(sides[-1]):
            continue
        members = tuple(o for o in group if principles[o].item in sides[way])
        stands = centre if centre in members else max(members, key=lambda o: (rows[centre, o], -o))
        kept.append(Agreed(stands, way, members))
    return sorted(kept, key=lambda one: -len({principles[o].item for o in one.members}))


async def learn(pairs: Sequence[Pair], learner: Learner, options: RlbffOptions) -> LearnedRubric:
    """Learn binary principles from feedback. What is good to have weighs 1, what is to be avoided -1.

    `figures.more` counts the principles that were extracted, those dropped as partly fulfilled, and those refused for
    evidence that stands neither in the feedback nor in the response.

    Raises:
        DataError: no principle is applied by as many pairs as the options ask for.
        ModelError: the key is missing or refused, or every call failed.
        ParseError: no reply could be read.
    """
    usable = [pair for pair in pairs if pair.reason or options.write]
    found = await learner.each("feedback", usable, lambda pair: _kept(pair, learner, options))
    read = [one for one in found if not isinstance(one, LearnError)]
    principles = [principle for one in read for principle in one.principles]
    rows = await options.cosines([principle.text for principle in principles])
    kept = agreed(principles, rows, options.agree, options.alike)
    if not kept:
        raise DataError(
            f"on none of {len(principles)} principles {options.agree} pairs agree; "
            "lower agree or similarity, or give more pairs"
        )
    criteria, origins = [], {}
    for number, one in enumerate(kept, 1):
        text = principles[one.stands].text
        criterion = Criterion(
            id=f"principle_{number}", text=text, scale=BINARY, weight=float(one.direction), source=METHOD
        )
        criteria.append(criterion)
        members = [principles[place] for place in one.members]
        origins[criterion.id] = Origin(
            pairs=tuple(dict.fromkeys(member.item for member in members)),
            criteria=tuple(member.text for member in members),
        )
    rubric = Rubric(name=METHOD, criteria=tuple(criteria), about="Principles that several people's feedback applies.")
    return LearnedRubric(rubric=rubric, method=METHOD, origins=origins, figures=_figures(pairs, usable, read, learner))


def read_principles(fields: Mapping[str, Any], pair: Pair, feedback: str, most: int) -> Extracted:
    """Return what a reply says of one pair: principles with evidence that stands in the feedback or in the response.

    Case, spacing, quotation marks and dashes of the evidence do not count; see `judge.claims.quotes.verbatim`.

    Raises:
        ParseError: there is no list, or an item has no principle, or an unknown response or verdict.
    """
    principles, partly, unfounded = [], 0, 0
    for number, item in enumerate(list_of(fields, "principles", most), 1):
        words, evidence = text(item, "principle", 200), text(item, "evidence")
        response, fulfilled = text(item, "response", 20).lower(), text(item, "fulfilled", 20).lower()
        if not words or response not in _RESPONSES or fulfilled not in _SAID:
            raise ParseError(
                f"principle {number} needs words, a response ({' or '.join(_RESPONSES)}) and one of {', '.join(_SAID)}"
            )
        judged = pair.chosen if response == "preferred" else pair.rejected
        if fulfilled == "partly":
            partly += 1
        elif not (verbatim(evidence, feedback) or verbatim(evidence, judged)):
            unfounded += 1
        else:
            said = {"text": words, "item": pair.id, "response": response, "fulfilled": fulfilled, "evidence": evidence}
            principles.append(Principle.model_validate(said))
    return Extracted(principles=tuple(principles), partly=partly, unfounded=unfounded)


def _sides(principles: Sequence[Principle], group: Sequence[int]) -> dict[int, set[str]]:
    """Return the items that go each way; who goes both ways is on no side."""
    ways = {way: {principles[o].item for o in group if principles[o].direction == way} for way in (1, -1)}
    return {1: ways[1] - ways[-1], -1: ways[-1] - ways[1]}


async def _kept(pair: Pair, learner: Learner, options: RlbffOptions) -> Extracted:
    """Return what the feedback on one pair says, from the journal where it stands there."""

    async def ask() -> JsonValue:
        return (await _extract(pair, learner, options)).model_dump(mode="json")

    return Extracted.model_validate(await learner.once(f"pair:{digest([METHOD, pair.to_json(), options.most])}", ask))


async def _extract(pair: Pair, learner: Learner, options: RlbffOptions) -> Extracted:
    values = {
        "question": fence("request", pair.prompt),
        "chosen": fence("preferred", pair.chosen),
        "rejected": fence("other", pair.rejected),
    }
    feedback = pair.reason or await learner.ask_for(
        "write_feedback", values, "feedback", lambda said: some_text(said, "feedback"), schema=shape(feedback=TEXT)
    )
    asked = {**values, "feedback": fence("feedback", feedback), "most": options.most}
    return await learner.ask_for(
        "extract_principles",
        asked,
        "principles",
        lambda said: read_principles(said, pair, feedback, options.most),
        schema=_EXTRACTED,
    )


def _figures(pairs: Sequence[Pair], usable: Sequence[Pair], read: Sequence[Extracted], learner: Learner) -> Figures:
    return Figures(
        pairs=len(pairs),
        kept=sum(bool(one.principles) for one in read),
        dropped=len(pairs) - len(usable) + sum(not one.principles for one in read),
        failed=len(usable) - len(read),
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={
            "principles": sum(len(one.principles) for one in read),
            "partly": sum(one.partly for one in read),
            "unfounded": sum(one.unfounded for one in read),
        },
    )
