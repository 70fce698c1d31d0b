"""The meta step of MPO: from scored cases to the criteria of the next version - analyse, plan, refine, merge."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from judge.claims.reply import list_of, text_of
from judge.claims.split import distinct
from judge.errors import ParseError
from judge.learn.asking import Learner
from judge.learn.item_scores import Case
from judge.text import fence
from judge.types import Rubric, Scale

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
    groups: Sequence[Sequence[Case]], rubric: Rubric, learner: Learner, *, most: int, scale: Scale, merge_tokens: int
) -> list[str]:
    """Return the texts of the next version's criteria, each once.

    Every group of cases gives a refined set of its own; several sets are merged into one.

    Args:
        groups: scored cases; at least one group.
        rubric: the version as it is.
        learner: with the prompts of this module.
        most: criteria of a version at most.
        scale: what the criteria are written for.
        merge_tokens: what the sets that are merged may take together; sets beyond it are left out.

    Raises:
        ModelError: a call failed.
        ParseError: a reply could not be read.
    """
    sets = await asyncio.gather(*(_refine(group, rubric, learner, most, scale) for group in groups))
    if len(sets) == 1:
        return distinct(sets[0])
    texts = within_budget(["\n".join(f"- {text}" for text in one) for one in sets], merge_tokens)
    values = {
        "rubrics": [fence("rubric", text) for text in texts],
        "most": most,
        "words": MOST_CRITERION_WORDS,
    }
    merged = await learner.ask_for(
        "merge_rubrics", values, "criteria", lambda said: _criteria(said, "criteria", most), max_tokens=4096
    )
    return distinct(merged)


async def _refine(group: Sequence[Case], rubric: Rubric, learner: Learner, most: int, scale: Scale) -> list[str]:
    shown = {"criteria": rubric.criteria}
    cases = {"cases": [_case(case) for case in group], "words": MOST_ANALYSIS_WORDS}
    analysis = await learner.ask_for(
        "analyse_misses", {**shown, **cases}, "analysis", lambda said: _text(said, "analysis"), max_tokens=2048
    )
    found = {"analysis": fence("analysis", analysis)}
    plan = await learner.ask_for(
        "plan_criteria", {**shown, **found, "most": most}, "plan", lambda said: _criteria(said, "plan", most)
    )
    written: list[str] = []
    for number in range(1, len(plan) + 1):
        values = {
            **found,
            "plan": plan,
            "written": list(written),
            "number": number,
            "scale": scale,
            "words": MOST_CRITERION_WORDS,
        }
        written.append(await learner.ask_for("refine_criterion", values, "text", _criterion))
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
    text = _text(fields, "text")
    if (count := len(text.split())) >= MOST_CRITERION_WORDS:
        raise ParseError(f"the criterion has {count} words; write fewer than {MOST_CRITERION_WORDS}")
    return text


def _criteria(fields: Mapping[str, Any], key: str, most: int) -> list[str]:
    texts = [text_of({"text": item}, "text", _LONGEST) for item in list_of(fields, key, most + 1)]
    texts = [text for text in texts if text]
    if not 1 <= len(texts) <= most:
        raise ParseError(f"{key!r} holds {len(texts) if len(texts) <= most else 'more'} texts; give 1 to {most}")
    return texts


def _text(fields: Mapping[str, Any], key: str) -> str:
    if text := text_of(fields, key, _LONGEST):
        return text
    raise ParseError(f"{key!r} holds no text; write it")
