"""Read the labels or scores of a solution's steps, after SPARE (one pass against a reference) and DG-PRM."""

from typing import Any

from judge import replies
from judge.critics.portions import MOST, portions
from judge.critics.question import OVERALL, Question
from judge.errors import ParseError
from judge.types import Scale, Score

_LABELS = {"correct": 1.0, "right": 1.0, "+": 1.0, "good": 1.0, "neutral": 0.5,
           "incorrect": 0.0, "wrong": 0.0, "-": 0.0, "bad": 0.0}  # fmt: skip
_BINARY = Scale(lo=0, hi=1)
_PLACES = Scale(lo=1, hi=MOST)


def read_steps(question: Question, text: str) -> dict[str, Any]:
    """Return a score for every step of the response, by criterion where the reply scores criteria.

    Raises:
        ParseError: there is no list of steps, a step is missing or scored twice, or a label or score is none.
    """
    steps = replies.read_object(text, "steps", question.texts)["steps"]
    count = len(portions(question.texts[0]))
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise ParseError('"steps" is no list of objects; give one object for each step', text)
    numbers = [str(step.get("step")).removesuffix(".0") for step in steps]
    if numbers != [str(place) for place in range(1, count + 1)]:
        message = f"the reply has steps {_short(numbers)}, and the response has 1 to {count}; give each once"
        raise ParseError(message, text)
    scores: list[Score] = []
    for place, step in enumerate(steps):
        scores += [
            Score(response=question.shown[0], criterion=name, raw=raw, value=scale.normalise(raw), step=place)
            for name, (raw, scale) in _step(question, step, numbers[place], text).items()
        ]
    told = [str(step.get("explanation") or "").strip() for step in steps]
    if not any(told):
        raise ParseError("the reply labels steps without a word of explanation; explain each step first", text)
    critique = "\n".join(f"Step {place}: {why}" for place, why in enumerate(told, 1) if why)
    aligned = [_aligned(step.get("aligned")) for step in steps]
    return {"critique": critique, "scores": tuple(scores), "detail": {"aligned": aligned} if any(aligned) else {}}


def _step(question: Question, step: dict[str, Any], number: str, text: str) -> dict[str, tuple[float, Scale]]:
    given = step.get("scores")
    if isinstance(given, dict):
        scales = question.scales
        missing = [name for name in scales if not isinstance(given.get(name), float) or given[name] not in scales[name]]
        if missing:
            raise ParseError(f"step {number} has no score on the scale for {', '.join(missing)}", text)
        return {name: (given[name], scale) for name, scale in scales.items()}
    label = str(step.get("label", "")).strip().lower()
    if label not in _LABELS:
        raise ParseError(f"the label {label[:40]!r} of step {number} is neither correct nor incorrect", text)
    return {OVERALL: (_LABELS[label], _BINARY)}


def _aligned(given: Any) -> list[float]:
    """Return the numbers of the reference's steps that a step was aligned with; what is none of them is left out."""
    numbers = given if isinstance(given, list) else []
    return [number for number in numbers if isinstance(number, float) and number in _PLACES]


def _short(numbers: list[str]) -> str:
    return ", ".join(number[:12] for number in numbers[:20]) or "none"
