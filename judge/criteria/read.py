"""Read what a model wrote about a prompt: criteria, contexts, a choice, a solution, a profile."""

import math
import re
from typing import Any

from judge.errors import ParseError
from judge.recipe import CriteriaSource
from judge.types import Brief, Context, Criterion, Rubric, Scale

_BINARY = Scale(lo=0, hi=1, descriptors={"0": "broken", "1": "kept"})
_LONGEST = 2_000
_ID = re.compile(r"[^a-z0-9]+")


def brief_of(fields: dict[str, Any], source: CriteriaSource, rubric: Rubric | None) -> Brief:
    """Return what an answer settles.

    Raises:
        ParseError: it settles nothing, or names what does not exist.
    """
    own = _criteria(fields["criteria"], source) if fields.get("criteria") else None
    if fields.get("chosen"):
        own = _chosen(fields["chosen"], rubric)
    base = own or rubric
    contexts = _contexts(fields["contexts"], source.count, base) if fields.get("contexts") else (Context(rubric=base),)
    solution, profile, task = (_text(fields.get(key)) for key in ("solution", "profile", "task"))
    if own is None and not solution and not profile and not fields.get("contexts"):
        raise ParseError("the reply names nothing that counts; fill the fields that were asked for")
    return Brief(contexts=contexts, solution=solution, profile=profile, task=task[:40])


def _criteria(given: Any, source: CriteriaSource) -> Rubric:
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    criteria: dict[str, Criterion] = {}
    for place, item in enumerate(items[: source.count], 1):
        text = _text(item.get("text")) or _text(item.get("name"))
        if not text:
            continue
        name = _ID.sub("_", _text(item.get("name")).lower()).strip("_")[:40] or f"c{place}"
        rule = item.get("kind") == "rule"
        criterion = Criterion(
            id=name if name not in criteria else f"{name}_{place}",
            text=text,
            scale=_BINARY if rule else source.scale,
            weight=_weight(item.get("weight")),
            kind="rule" if rule else "principle",
            source=source.prompt,
        )
        criteria[criterion.id] = criterion
    if not criteria:
        raise ParseError("the reply lists no criterion with a text; give at least one")
    return Rubric(name=source.prompt, criteria=tuple(criteria.values()))


def _chosen(given: Any, rubric: Rubric | None) -> Rubric:
    """Return the criteria of the rubric that were chosen; of a theme that was chosen, what belongs to it."""
    names = [str(name) for name in given] if isinstance(given, list) else []
    known = {criterion.id: criterion for criterion in rubric.criteria} if rubric else {}
    parents = {criterion.parent for criterion in known.values() if criterion.parent}
    if unknown := [name for name in names if name not in known and name not in parents]:
        raise ParseError(f"there is no criterion {unknown[0][:40]!r}; choose among {', '.join(known)}")
    kept = [
        criterion
        for name, criterion in known.items()
        if (name in names and name not in parents) or (criterion.parent and criterion.parent in names)
    ]
    if rubric is None or not kept:
        raise ParseError("the reply chooses no criterion; choose at least one")
    return rubric.model_copy(update={"criteria": tuple(kept)})


def _contexts(given: Any, most: int, rubric: Rubric | None) -> tuple[Context, ...]:
    """Return the contexts, their probabilities summing to 1; equal ones where none is given."""
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    told = [(_text(item.get("name")), _text(item.get("text")), _weight(item.get("probability"), 0.0)) for item in items]
    told = [(name or f"c{place}", text, share) for place, (name, text, share) in enumerate(told[:most], 1) if text]
    if not told:
        raise ParseError("the reply lists no context with a text; give at least one")
    total = math.fsum(share for *_, share in told)
    return tuple(
        Context(
            id=f"{place}:{name[:40]}",
            text=text,
            probability=min(1.0, share / total if total else 1 / len(told)),
            rubric=rubric,
        )
        for place, (name, text, share) in enumerate(told, 1)
    )


def _weight(given: Any, default: float = 1.0) -> float:
    usable = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given) and given > 0
    return min(float(given), 1e6) if usable else default


def _text(given: Any) -> str:
    return given.strip()[:_LONGEST] if isinstance(given, str) else ""
