"""OpenRubrics: contrast the two responses of a pair, write hard rules and principles, keep what brings the label back.

Each pair gives a rubric for its own prompt. One that a judge cannot find the label with, seeing nothing but the rubric
and the two responses, is dropped. The others are examples from which rubrics for new prompts are written, and what
several prompts have in common becomes one merged rubric. After OpenRubrics (arXiv 2510.07743); merging is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, JsonValue, field_validator

from judge.claims.reply import list_of
from judge.errors import DataError, ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.clusters import Likeness, average_linkage, medoid, within
from judge.learn.learned import Figures, LearnedRubric, Origin
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, WINNER, shape, text, texts_of, winner
from judge.learn.verdicts import chosen_first
from judge.text import fence
from judge.types import Criterion, Rubric, Scale, Value, digest
from judge.types.value import Text

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

METHOD = "open_rubrics"
PROMPTS = ("contrast_rubric", "choose_by_rubric")
Kind = Literal["rule", "principle"]
_RULE = Scale(lo=0, hi=1, descriptors={"0": "broken", "1": "kept, or the request asks for nothing of the kind"})
_WRITTEN = shape(
    reasons=TEXT, criteria=texts_of(shape(kind={"type": "string", "enum": ["rule", "principle"]}, text=TEXT))
)
_CHOSEN = shape(reasons=TEXT, winner=WINNER)


class OpenRubricsOptions(Likeness):
    """How rubrics are contrasted, filtered and merged."""

    most: int = Field(default=6, ge=1)
    """Criteria that one pair gives at most."""
    support: int = Field(default=2, ge=1)
    """Prompts that a criterion of the merged rubric must come from at least."""
    limit: int = Field(default=10, ge=1)
    """Criteria of the merged rubric at most."""
    examples: str = ""
    """File to which the rubrics of the single prompts are written, as JSON Lines; "" for none."""

    @field_validator("examples")
    @classmethod
    def _folder_is_there(cls, examples: str) -> str:
        if examples and not Path(examples).parent.is_dir():
            raise ValueError(f"there is no folder {str(Path(examples).parent)!r} for the examples; make it first")
        return examples


class PromptRubric(Value):
    """A rubric for one prompt: an example for writing others."""

    prompt: Text
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class _Tried:
    pair: Pair
    criteria: tuple[Criterion, ...]
    """Empty when they did not bring the label back."""


async def learn(pairs: Sequence[Pair], learner: Learner, options: OpenRubricsOptions) -> LearnedRubric:
    """Learn a rubric per prompt, keep the consistent ones, and merge what several prompts share.

    `figures.kept` counts the consistent rubrics, `figures.dropped` those that did not bring the label back.

    Raises:
        DataError: no criterion has the support that the options ask for.
        ModelError: the key is missing or refused.
    """
    found = await learner.each("pairs", pairs, lambda pair: _kept(pair, learner, options))
    tried = [one for one in found if not isinstance(one, LearnError)]
    kept = [(one.pair, one.criteria) for one in tried if one.criteria]
    if options.examples:
        export([_example(pair, criteria) for pair, criteria in kept], Path(options.examples))
    criteria = [criterion for _, several in kept for criterion in several]
    rows = await options.cosines([criterion.text for criterion in criteria])
    rubric, origins = merge(kept, rows, options)
    figures = Figures(
        pairs=len(pairs),
        kept=len(kept),
        dropped=len(tried) - len(kept),
        failed=len(pairs) - len(tried),
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={"criteria": len(criteria)},
    )
    return LearnedRubric(rubric=rubric, method=METHOD, origins=origins, figures=figures)


def merge(
    kept: Sequence[tuple[Pair, Sequence[Criterion]]], rows: "Matrix", options: OpenRubricsOptions
) -> tuple[Rubric, dict[str, Origin]]:
    """Return one rubric of what several prompts have in common, with the origin of each criterion.

    Rules and principles are never joined: a rule that only one prompt states must not gate the others. Those with the
    most support come first; all weigh alike.

    Args:
        kept: pairs with the criteria that they gave.
        rows: the cosine of every two criteria, in the order of `kept`.
        options: similarity, support and limit.

    Raises:
        DataError: nothing has the support.
    """
    flat = [(pair, criterion) for pair, criteria in kept for criterion in criteria]
    groups: list[list[int]] = []
    for kind in ("rule", "principle"):
        places = [place for place, (_, criterion) in enumerate(flat) if criterion.kind == kind]
        joined = average_linkage(within(rows, places), options.alike)
        groups += [[places[member] for member in group] for group in joined]
    support = [len({flat[place][0].prompt for place in group}) for group in groups]
    order = sorted(range(len(groups)), key=lambda number: (-support[number], groups[number][0]))
    chosen = [groups[number] for number in order if support[number] >= options.support][: options.limit]
    if not chosen:
        raise DataError(
            f"none of {len(flat)} criteria is shared by {options.support} prompts; lower support or similarity"
        )
    criteria, origins = [], {}
    for number, group in enumerate(chosen, 1):
        stands = flat[medoid(group, rows)][1]
        criterion = stands.model_copy(update={"id": f"{stands.kind}_{number}"})
        criteria.append(criterion)
        origins[criterion.id] = Origin(
            pairs=tuple(dict.fromkeys(flat[place][0].id for place in group)),
            criteria=tuple(flat[place][1].text for place in group),
        )
    about = "What several prompts have in common that people's preferences rest on."
    return Rubric(name=METHOD, criteria=tuple(criteria), about=about), origins


def export(rubrics: Sequence[PromptRubric], path: Path) -> None:
    """Write rubrics of single prompts as JSON Lines: `{"prompt": text, "rubric": {name, criteria}}`."""
    lines = [one.model_dump_json(exclude_defaults=True) + "\n" for one in rubrics]
    path.write_text("".join(lines), encoding="utf-8")


def read_criteria(fields: Mapping[str, Any], most: int) -> tuple[Criterion, ...]:
    """Return the criteria of a reply, with ids `rule_1`, `principle_2` and so on.

    Raises:
        ParseError: there is none, or one has no text or an unknown kind.
    """
    criteria = []
    for number, item in enumerate(list_of(fields, "criteria", most), 1):
        kind, words = text(item, "kind", 20).lower(), text(item, "text")
        if kind not in ("rule", "principle") or not words:
            raise ParseError(f'criterion {number} needs a kind, "rule" or "principle", and a text')
        sort: Kind = "rule" if kind == "rule" else "principle"
        scale = _RULE if sort == "rule" else Scale()
        criteria.append(Criterion(id=f"{sort}_{number}", text=words, kind=sort, scale=scale, source=METHOD))
    if not criteria:
        raise ParseError("there is no criterion in the reply; write at least one")
    return tuple(criteria)


async def _kept(pair: Pair, learner: Learner, options: OpenRubricsOptions) -> _Tried:
    """Return what one pair gave, from the journal where it stands there."""

    async def ask() -> JsonValue:
        return [criterion.model_dump(mode="json") for criterion in await _try(pair, learner, options)]

    found = await learner.once(f"pair:{digest([METHOD, pair.hash, options.most])}", ask)
    assert isinstance(found, list)
    return _Tried(pair, tuple(Criterion.model_validate(one) for one in found))


async def _try(pair: Pair, learner: Learner, options: OpenRubricsOptions) -> tuple[Criterion, ...]:
    """Write criteria for one pair; return them if they bring its label back, else nothing."""
    values = {
        "question": fence("request", pair.prompt),
        "chosen": fence("preferred", pair.chosen),
        "rejected": fence("rejected", pair.rejected),
        "reason": fence("reason", pair.reason) if pair.reason else "",
        "most": options.most,
    }
    criteria = await learner.ask_for(
        "contrast_rubric", values, "criteria", lambda said: read_criteria(said, options.most), schema=_WRITTEN
    )
    first = chosen_first(pair, learner.seed)
    shown = (pair.chosen, pair.rejected) if first else (pair.rejected, pair.chosen)
    asked = {
        "rules": [fence("criterion", one.text) for one in criteria if one.kind == "rule"],
        "principles": [fence("criterion", one.text) for one in criteria if one.kind == "principle"],
        "responses": [fence("response", response) for response in shown],
    }
    found = await learner.ask_for("choose_by_rubric", asked, "winner", winner, schema=_CHOSEN)
    return criteria if found == ("A" if first else "B") else ()


def _example(pair: Pair, criteria: Sequence[Criterion]) -> PromptRubric:
    return PromptRubric(prompt=pair.prompt, rubric=Rubric(name=f"{METHOD}_{pair.hash}", criteria=tuple(criteria)))
