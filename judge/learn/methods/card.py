"""CARD: the model writes code that scores a response, and the code counts only if it puts labelled pairs in order.

The code runs in the sandbox alone. One that fails its trial goes back with the pairs that it got wrong, a few times.
After CARD (arXiv 2410.14660): a generated reward must order better and worse examples before anything is trained on
it. Pairs that the model is never shown, and the threshold, are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, JsonValue

from judge.errors import DataError, ParseError, ToolError
from judge.learn.asking import Learner
from judge.learn.learned import Figures, LearnedRubric
from judge.learn.pairs import Pair, split
from judge.learn.replied import TEXT, shape, some_text
from judge.sandbox import Called, Limits, call_each
from judge.text import fence
from judge.types import Criterion, Rubric, Scale, Value, digest
from judge.types.value import Text, readable

METHOD = "card"
PROMPTS = ("write_score_code",)
FUNCTION = "score"
_LONGEST_CODE = 8_000
_AGAIN = 8
"""Responses that are scored a second time, to see whether the code says the same."""
_WRITTEN = shape(reasons=TEXT, about=TEXT, code=TEXT)


class CardOptions(Value):
    """How code is written and tried."""

    threshold: float = Field(default=0.8, gt=0, le=1)
    """Share of the pairs that the code must put in order, on those that the model may see and on the others."""
    revisions: int = Field(default=3, ge=0)
    """How often code that failed is written anew."""
    shown: int = Field(default=4, ge=1)
    """Pairs that the model is shown at first, and failing ones that go back each time."""
    held_back: float = Field(default=0.5, gt=0, lt=1)
    """Share of the pairs that the model is never shown. Pairs of one prompt stay together."""
    timeout_s: float = Field(default=20.0, gt=0)
    """Seconds for one run of the code on all pairs."""


class LearnedChecker(Value):
    """Code that passed its trial, as the tool `learned_checker` reads it from the rubric's file."""

    about: Text
    """What it looks at, in the model's words."""
    code: Text
    """Python with `score(prompt, response)`, which gives a number in [0, 1]."""
    hash: str
    """Of the code; the tool refuses a file in which they do not fit."""
    accuracy: float = Field(ge=0, le=1)
    """Share of the held-back pairs that it puts in order."""
    pairs: int = Field(ge=1)
    """How many these are."""
    training_accuracy: float = Field(ge=0, le=1)
    """The same for the pairs that the model may have seen."""
    revisions: int = Field(ge=0)
    """How often it was written anew."""
    model: str
    """Who wrote it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What code made of the pairs."""

    scores: tuple[tuple[float, float], ...] = ()
    """By pair: of the chosen response and of the rejected one."""
    fault: str = ""
    """Why there are no scores."""


class _Written(Value):
    about: str = ""
    code: str = ""


def accuracy(scores: Sequence[tuple[float, float]]) -> float:
    """Return the share of the pairs whose chosen response is strictly above the other; a tie is not in order.

    Raises:
        DataError: there is no pair.
    """
    if not scores:
        raise DataError("there is no pair to measure the accuracy on; give at least one")
    return sum(chosen > rejected for chosen, rejected in scores) / len(scores)


def fault_of(training: Sequence[tuple[float, float]], held: Sequence[tuple[float, float]], threshold: float) -> str:
    """Return why code with these scores is refused; "" when it is accepted."""
    if len({score for pair in (*training, *held) for score in pair}) == 1:
        return "it gives every response the same score"
    right, right_held = accuracy(training), accuracy(held)
    needed = f"{threshold:.0%} are needed"
    if right < threshold:
        return f"it puts {right:.0%} of {len(training)} pairs in order, {needed}"
    if right_held < threshold:
        unseen = f"it puts {right_held:.0%} of {len(held)} pairs that you have not seen in order"
        return f"{unseen}, {needed}: it does not carry over"
    return ""


async def learn(pairs: Sequence[Pair], learner: Learner, options: CardOptions) -> LearnedRubric:
    """Return a rubric of the one criterion that the accepted code checks; the code is in `figures.more["checker"]`.

    Raises:
        DataError: no code was accepted, or there are too few prompts to hold pairs back.
        ModelError: a call failed.
        ToolError: the sandbox broke, so that nothing is known of the code.
    """
    checker = await learn_checker(pairs, learner, options)
    criterion = Criterion(id=METHOD, text=checker.about, scale=Scale(lo=0, hi=1, integer=False), source=METHOD)
    figures = Figures(
        pairs=len(pairs),
        kept=len(pairs) - checker.pairs,
        rounds=checker.revisions + 1,
        after=checker.accuracy,
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={"held_out": checker.pairs, "checker": checker.model_dump(mode="json")},
    )
    rubric = Rubric(name=METHOD, criteria=(criterion,), about="What code looks at that puts labelled pairs in order.")
    return LearnedRubric(rubric=rubric, method=METHOD, figures=figures)


async def learn_checker(pairs: Sequence[Pair], learner: Learner, options: CardOptions) -> LearnedChecker:
    """Have code written until it passes its trial; raise as `learn`."""
    training, held = split(pairs, 1 - options.held_back, learner.seed)
    if not training or not held:
        raise DataError(f"{len(pairs)} pairs of too few prompts cannot be split; give pairs of several prompts")
    written, trial, fault = _Written(), Trial(), ""
    for revision in range(options.revisions + 1):
        try:
            written = await _write(training, written, trial, fault, learner, options)
        except ParseError as error:
            raise DataError(f"no code could be read after {revision} revisions: {error}") from error
        trial = await run_trial(written.code, [*training, *held], options.timeout_s)
        known, others = trial.scores[: len(training)], trial.scores[len(training) :]
        fault = trial.fault or fault_of(known, others, options.threshold)
        if not fault:
            return LearnedChecker(
                about=written.about,
                code=written.code,
                hash=digest(written.code),
                accuracy=accuracy(others),
                pairs=len(others),
                training_accuracy=accuracy(known),
                revisions=revision,
                model=learner.model.name,
            )
    raise DataError(
        f"no code was accepted after {options.revisions} revisions, the last one since {fault}; "
        "allow more revisions, lower threshold, or learn a rubric that a model reads"
    )


async def run_trial(code: str, pairs: Sequence[Pair], timeout_s: float) -> Trial:
    """Score both responses of every pair in the sandbox, some of them twice.

    Raises:
        ToolError: the sandbox broke.
    """
    if len(code) > _LONGEST_CODE:
        return Trial(fault=f"it has {len(code)} characters, at most {_LONGEST_CODE} are allowed")
    calls: list[tuple[tuple[str, str], dict[str, Any]]] = [
        ((pair.prompt, text), {}) for pair in pairs for text in (pair.chosen, pair.rejected)
    ]
    limits = Limits(wall_s=timeout_s, memory_mb=256)
    scores: list[float] = []
    for called in await call_each(code, FUNCTION, calls, limits=limits):
        if called.run is not None and called.run.status == "sandbox_error":
            raise ToolError(f"the sandbox broke, so nothing is known of the code: {called.run.message}")
        score = read_score(called)
        if isinstance(score, str):
            return Trial(fault=score)
        scores.append(score)
    again = [read_score(called) for called in await call_each(code, FUNCTION, calls[:_AGAIN], limits=limits)]
    if again != scores[:_AGAIN]:  # another process, so that another order of sets shows
        return Trial(fault="it says different things of the same text")
    return Trial(tuple(zip(scores[::2], scores[1::2], strict=True)))


def read_score(called: Called) -> float | str:
    """Return the number in [0, 1] that a call gave, or why there is none."""
    if not called.returned:
        return f"it broke: {called.message[:300]}"
    if type(called.value) not in (bool, int, float):
        return f"it returned {type(called.value).__name__}, not a number"
    if not 0 <= called.value <= 1:
        return "it returned a number that is not from 0 to 1"
    return float(called.value)


async def _write(
    training: Sequence[Pair], before: _Written, trial: Trial, fault: str, learner: Learner, options: CardOptions
) -> _Written:
    scored = zip(training, trial.scores, strict=False)  # the scores of held-back pairs come after these
    wrong = [(pair, scores) for pair, scores in scored if scores[0] <= scores[1]]
    values = {
        "examples": [_shown(pair) for pair in training[: options.shown]],
        "code": fence("code", before.code) if fault else "",
        "fault": fence("fault", fault) if fault else "",
        "failing": [
            {**_shown(pair), "chosen_score": f"{scores[0]:.3g}", "rejected_score": f"{scores[1]:.3g}"}
            for pair, scores in wrong[: options.shown]
        ],
    }

    async def ask() -> JsonValue:
        return await learner.ask_for("write_score_code", values, "code", _read, max_tokens=4096, schema=_WRITTEN)

    return _Written.model_validate(await learner.once(f"code:{digest(values)}", ask))


def _shown(pair: Pair) -> dict[str, str]:
    return {
        "question": fence("request", pair.prompt),
        "chosen": fence("preferred", pair.chosen),
        "rejected": fence("other", pair.rejected),
    }


def _read(fields: Mapping[str, Any]) -> dict[str, JsonValue]:
    code = fields.get("code")
    if not isinstance(code, str) or not code.strip():
        raise ParseError("'code' holds no text; write the function")
    return {"about": some_text(fields, "about", 300), "code": readable(code)}
