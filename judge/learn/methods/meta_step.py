"""The meta step of MPO: from scored cases to the criteria of the next version - analyse, plan, refine, merge."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import JsonValue

from judge.claims.split import distinct
from judge.errors import ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.methods.item_scores import Case
from judge.learn.replied import TEXT, TEXTS, shape, some_text, texts
from judge.text import fence
from judge.types import Rubric, Scale, digest

PROMPTS = ("analyse_misses", "plan_criteria", "refine_criterion", "merge_rubrics")
MOST_ANALYSIS_WORDS = 1_000
MOST_CRITERION_WORDS = 300
_LONGEST = 20_000
"""Characters of a text of the model's that are kept."""
_CHARACTERS_PER_TOKEN = 4


def told_apart(cases: Sequence[Case], samples: int, sets: int) -> list[list[Case]]:
    """Return at most `samples` cases in at most `sets` groups, dealt in turn; misjudged ones come first."""
    chosen = sorted(cases, key=lambda case: not case.misjudged)[:samples]
    return [group for start in range(sets) if (group := chosen[start::sets])]


def within_budget(texts: Sequence[str], tokens: int) -> list[str]:
    """Return the first texts that fit together in so many tokens, estimated as characters / 4; at least the first."""
    kept, spent = list(texts[:1]), len(texts[0]) if texts else 0
    for text in texts[1:]:
        spent += len(text)
        if spent > tokens * _CHARACTERS_PER_TOKEN:
            break
        kept.append(text)
    return kept


async def meta_step(
    groups: Sequence[Sequence[Case]],
    rubric: Rubric,
    learner: Learner,
    *,
    most: int,
    scale: Scale,
    merge_tokens: int,
    temperature: float = 0.0,
    number: int = 0,
) -> list[str]:
    """Return the texts of the next version's criteria, each once.

    Every group of cases gives a refined set of its own, or none if that failed; several sets are merged into one. A
    journal keeps each set.

    Args:
        groups: scored cases; at least one group.
        rubric: the version as it is.
        learner: with the prompts of this module.
        most: criteria of a version at most.
        scale: what the criteria are written for.
        merge_tokens: what the sets that are merged may take together; sets beyond it are left out.
        temperature: of everything that is asked.
        number: which of several tries.

    Raises:
        ModelError: the key is missing or refused, no group gave a set, or merging failed.
        ParseError: no group's replies, or not the merged set, could be read.
    """
    ask = partial(learner.ask_for, temperature=temperature, number=number)

    async def refined(group: Sequence[Case]) -> list[str]:
        async def make() -> JsonValue:
            return list(await _refine(group, rubric, ask, most, scale))

        cases = [[one.pair.hash, one.chosen.rationale, one.rejected.rationale] for one in group]
        facts = [rubric.hash, cases, most, scale.model_dump(mode="json"), temperature, number]
        found = await learner.once(f"set:{digest(facts)}", make)
        return [str(text) for text in found] if isinstance(found, list) else []

    made = await learner.each("analyses", groups, refined)
    sets = [one for one in made if not isinstance(one, LearnError)]
    if len(sets) == 1:
        return distinct(sets[0])
    shown = within_budget(["\n".join(f"- {text}" for text in one) for one in sets], merge_tokens)
    values = {
        "rubrics": [fence("rubric", text) for text in shown],
        "most": most,
        "words": MOST_CRITERION_WORDS,
    }
    merged = await ask(
        "merge_rubrics",
        values,
        "criteria",
        lambda said: texts(said, "criteria", most),
        max_tokens=4096,
        schema=shape(reasons=TEXT, criteria=TEXTS),
    )
    return distinct(merged)


async def _refine(group: Sequence[Case], rubric: Rubric, ask: Any, most: int, scale: Scale) -> list[str]:
    shown = {"criteria": [{"id": one.id, "text": fence("criterion", one.text)} for one in rubric.criteria]}
    cases = {"cases": [_case(case) for case in group], "words": MOST_ANALYSIS_WORDS}
    analysis = await ask(
        "analyse_misses",
        {**shown, **cases},
        "analysis",
        lambda said: some_text(said, "analysis", _LONGEST),
        max_tokens=2048,
        schema=shape(analysis=TEXT),
    )
    found = {"analysis": fence("analysis", analysis)}
    plan = await ask(
        "plan_criteria",
        {**shown, **found, "most": most},
        "plan",
        lambda said: texts(said, "plan", most),
        schema=shape(reasons=TEXT, plan=TEXTS),
    )
    written: list[str] = []
    for number in range(1, len(plan) + 1):
        values = {
            **found,
            "plan": [fence("focus", focus) for focus in plan],
            "written": [fence("criterion", text) for text in written],
            "number": number,
            "scale": scale,
            "words": MOST_CRITERION_WORDS,
        }
        written.append(await ask("refine_criterion", values, "text", _criterion, schema=shape(text=TEXT)))
    return written


def _case(case: Case) -> dict[str, Any]:
    return {
        "misjudged": case.misjudged,
        "question": fence("request", case.pair.prompt),
        "chosen": fence("preferred", case.pair.chosen),
        "rejected": fence("other", case.pair.rejected),
        "chosen_score": f"{case.chosen.total:.3g}",
        "rejected_score": f"{case.rejected.total:.3g}",
        "chosen_rationale": fence("rationale", case.chosen.rationale),
        "rejected_rationale": fence("rationale", case.rejected.rationale),
    }


def _criterion(fields: Mapping[str, Any]) -> str:
    text = some_text(fields, "text")
    if (count := len(text.split())) >= MOST_CRITERION_WORDS:
        raise ParseError(f"the criterion has {count} words; write fewer than {MOST_CRITERION_WORDS}")
    return text
