"""DG-PRM: a tree of criteria for steps - fine ones to score by, under coarse ones to choose by.

Pairs of steps or solutions are judged in free words, criteria are taken from what is said, those that mean the same
become one, and those that are near become the children of one coarse criterion. After DG-PRM (arXiv 2507.17849). Its
thresholds are not known, so the defaults are ours, as is that a judgment counts only when it agrees with the label.
Which steps then are positives and which negatives, `judge.learn.fronts` tells from their scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pydantic import Field, JsonValue, model_validator

from judge.errors import DataError, ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.clusters import Likeness, average_linkage, medoid, within
from judge.learn.learned import Figures, LearnedRubric, Origin
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, TEXTS, WINNER, shape, some_text, texts, winner
from judge.learn.verdicts import chosen_first
from judge.text import fence
from judge.types import Criterion, Rubric, digest

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

METHOD = "dg_prm"
PROMPTS = ("compare_in_words", "criteria_from_judgment", "name_groups")
_NAME = 80
"""Characters of a coarse criterion's name."""


class DgPrmOptions(Likeness):
    """How criteria are taken from judgments, merged and grouped."""

    most: int = Field(default=6, ge=1)
    """Criteria that one judgment gives at most."""
    support: int = Field(default=1, ge=1)
    """Pairs that a fine criterion must come from at least."""
    limit: int = Field(default=40, ge=1)
    """Fine criteria at most; those of the most pairs stay."""
    group_similarity: float | None = Field(default=None, ge=-1, le=1)
    """The cosine, on average, from which fine criteria have one parent; at most `similarity`. None: 0.4 with an
    embeddings endpoint and 0.2 by letters."""

    @property
    def near(self) -> float:
        """The cosine from which fine criteria have one parent."""
        return self.either(self.group_similarity, 0.4, 0.2)

    @model_validator(mode="after")
    def _coarse_is_coarser(self) -> Self:
        if self.near > self.alike:
            raise ValueError(
                f"group_similarity {self.near:g} is above similarity {self.alike:g}; "
                "groups are made of what is less alike"
            )
        return self


@dataclass(frozen=True, slots=True)
class Fine:
    """One fine criterion: texts that mean the same."""

    stands: int
    """Index of the text that stands for them."""
    members: tuple[int, ...]


def tree(items: Sequence[str], rows: "Matrix", options: DgPrmOptions) -> list[list[Fine]]:
    """Return groups of fine criteria: each group is to have one parent.

    Args:
        items: per criterion the id of the pair that it comes from.
        rows: the cosine of every two criteria.
        options: both thresholds, support and limit.
    """
    merged = [Fine(medoid(group, rows), tuple(group)) for group in average_linkage(rows, options.alike)]

    def pairs(fine: Fine) -> int:
        return len({items[member] for member in fine.members})

    fine = sorted((one for one in merged if pairs(one) >= options.support), key=lambda one: -pairs(one))
    fine = fine[: options.limit]
    groups = average_linkage(within(rows, [one.stands for one in fine]), options.near)
    return [[fine[place] for place in group] for group in groups]


async def learn(pairs: Sequence[Pair], learner: Learner, options: DgPrmOptions) -> LearnedRubric:
    """Learn a rubric whose criteria have parents; `figures.dropped` counts judgments that contradict the label.

    Raises:
        DataError: no judgment agrees with its label, or no criterion has the support.
        ModelError: the key is missing or refused, or every call failed.
        ParseError: no reply could be read, or not the names of the groups.
    """
    found = await learner.each("pairs", pairs, lambda pair: _criteria(pair, learner, options))
    read = [(pair, one) for pair, one in zip(pairs, found, strict=True) if not isinstance(one, LearnError)]
    flat = [(pair.id, text) for pair, several in read for text in several]
    rows = await options.cosines([text for _, text in flat])
    groups = tree([item for item, _ in flat], rows, options)
    if not groups:
        raise DataError(
            f"none of {len(flat)} criteria from {len(read)} judged pairs is left; lower support, or give more pairs"
        )
    names = await _names([[flat[fine.stands][1] for fine in group] for group in groups], learner)
    criteria, origins = [], {}
    for number, (name, group) in enumerate(zip(names, groups, strict=True), 1):
        for place, fine in enumerate(group, 1):
            criterion = Criterion(id=f"c{number}.{place}", text=flat[fine.stands][1], parent=name, source=METHOD)
            criteria.append(criterion)
            members = [flat[member] for member in fine.members]
            origins[criterion.id] = Origin(
                pairs=tuple(dict.fromkeys(item for item, _ in members)), criteria=tuple(text for _, text in members)
            )
    kept = sum(bool(several) for _, several in read)
    figures = Figures(
        pairs=len(pairs),
        kept=kept,
        dropped=len(read) - kept,
        failed=len(pairs) - len(read),
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={"criteria": len(flat), "parents": list(names)},
    )
    rubric = Rubric(name=METHOD, criteria=tuple(criteria), about="Criteria for steps, fine ones under coarse ones.")
    return LearnedRubric(rubric=rubric, method=METHOD, origins=origins, figures=figures)


async def _criteria(pair: Pair, learner: Learner, options: DgPrmOptions) -> list[str]:
    """Return the criteria of one judgment, none when it contradicts the label; from the journal where they stand."""

    async def ask() -> JsonValue:
        return list(await _judge(pair, learner, options))

    found = await learner.once(f"pair:{digest([METHOD, pair.hash, options.most])}", ask)
    return [str(text) for text in found] if isinstance(found, list) else []


async def _judge(pair: Pair, learner: Learner, options: DgPrmOptions) -> list[str]:
    first = chosen_first(pair, learner.seed)
    shown = (pair.chosen, pair.rejected) if first else (pair.rejected, pair.chosen)
    question = {"question": fence("request", pair.prompt)}
    judgment, better = await learner.ask_for(
        "compare_in_words",
        {**question, "attempts": [fence("attempt", text) for text in shown]},
        "judgment",
        lambda said: (some_text(said, "judgment"), winner(said, "better")),
        max_tokens=2048,
        schema=shape(judgment=TEXT, better=WINNER),
    )
    if better != ("A" if first else "B"):
        return []
    return await learner.ask_for(
        "criteria_from_judgment",
        {**question, "judgment": fence("judgment", judgment), "most": options.most},
        "criteria",
        lambda said: texts(said, "criteria", options.most),
        schema=shape(criteria=TEXTS),
    )


async def _names(groups: Sequence[Sequence[str]], learner: Learner) -> list[str]:
    async def ask() -> JsonValue:
        values = {"groups": [[fence("criterion", text) for text in group] for group in groups]}
        return list(
            await learner.ask_for(
                "name_groups", values, "names", lambda said: _read_names(said, len(groups)), schema=shape(names=TEXTS)
            )
        )

    found = await learner.once(f"names:{digest([list(group) for group in groups])}", ask)
    return [str(name) for name in found] if isinstance(found, list) else []


def _read_names(fields: dict[str, JsonValue], count: int) -> list[str]:
    names = [name[:_NAME] for name in texts(fields, "names", count, least=count)]
    if len({name.casefold() for name in names}) < count:
        raise ParseError("two groups have the same name; give each its own")
    return names
