"""Do our verdicts agree with recorded ones, per instruction and per response, strictly and loosely?"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import JsonValue

from judge.instructions.registry import Compat
from judge.types import Constraint, EvalResult, Reward, Sample

Row = dict[str, Any]
Grade = Callable[..., Iterator[Reward]]

MODES = ("strict", "loose")


def agreement(name: str, rows: Sequence[Row], grade: Grade, compat: Compat) -> EvalResult:
    """Grade every response as the recorded program would, and count where the verdicts are its own.

    `n` and `agree` are about responses and the strict verdict on all their instructions. The figures give the rest,
    among them how often our own rules, without `compat`, agree. The differences are the rows in which any verdict
    differs.
    """
    graded = {mode: _grade(rows, grade, mode, compat) for mode in MODES}
    ours = _grade(rows, grade, "strict", "none")
    figures: dict[str, JsonValue] = {"instructions": sum(len(row["strict"]) for row in rows)}
    for mode in MODES:
        figures[f"instructions_agree_{mode}"] = sum(_same(row, found, mode) for row, found in graded[mode])
        figures[f"responses_agree_{mode}"] = sum(_all(found) == row[f"{mode}_all"] for row, found in graded[mode])
    figures["instructions_agree_by_our_own_rules"] = sum(_same(row, found, "strict") for row, found in ours)
    figures["responses_agree_by_our_own_rules"] = sum(_all(found) == row["strict_all"] for row, found in ours)
    return EvalResult(
        name=name,
        n=len(rows),
        agree=sum(_all(found) == row["strict_all"] for row, found in graded["strict"]),
        unscored=sum(not found or "cannot_tell" in found for _, found in graded["strict"]),
        false_positives=sum(_all(found) and not row["strict_all"] for row, found in graded["strict"]),
        figures=figures,
        differences=tuple(_differences(graded)),
    )


def _grade(rows: Sequence[Row], grade: Grade, mode: str, compat: str) -> list[tuple[Row, list[str]]]:
    """Return the rows with the state of every instruction, in order; none where the check broke."""
    tool = {"tool": "constraints", "options": {"mode": mode, "compat": compat}}
    rewards = grade(map(_sample, rows), "verify", settings={"tools": [tool]})
    return [(row, _states(reward)) for row, reward in zip(rows, rewards, strict=True)]


def _states(reward: Reward) -> list[str]:
    details = (evidence.detail.values() for evidence in reward.evidence if evidence.tool == "constraints")
    return [str(found["state"]) for detail in details for found in detail if isinstance(found, dict)]


def _all(states: list[str]) -> bool:
    return bool(states) and set(states) == {"followed"}


def _same(row: Row, states: list[str], mode: str) -> int:
    return sum((state == "followed") == verdict for state, verdict in zip(states, row[mode], strict=False))


def _differences(graded: dict[str, list[tuple[Row, list[str]]]]) -> Iterator[dict[str, JsonValue]]:
    for pairs in zip(*graded.values(), strict=True):
        row = pairs[0][0]
        wrong: list[JsonValue] = [
            f"{id} ({mode}): {state}, recorded {verdict}"
            for mode, (_, states) in zip(graded, pairs, strict=True)
            for id, state, verdict in zip(row["instruction_id_list"], states or ["broken"], row[mode], strict=False)
            if (state == "followed") != verdict
        ]
        if wrong:
            yield {"id": str(row["key"]), "why": wrong}


def _sample(row: Row) -> Sample:
    constraints = zip(row["instruction_id_list"], row["kwargs"], strict=True)
    return Sample(
        id=str(row["key"]),
        prompt=row["prompt"],
        responses=row["response"],
        constraints=tuple(Constraint(id=id, args=args) for id, args in constraints),
    )
