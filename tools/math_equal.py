"""Is the final answer of a solution mathematically equal to the reference?

Numbers with units, sets, intervals, equations, formulas, dates, choice letters and words are compared exactly in this
process, in microseconds; what that leaves open goes to math-verify in a worker process that is killed at its deadline.
`docs/math.md` says what counts as equal.
"""

import time
from collections import OrderedDict
from functools import partial
from typing import get_args

from judge.answers.conventions import Conventions
from judge.answers.extract import Policy, math_answer, reference_answer
from judge.answers.guards import Verdict, decide, is_mathematical
from judge.answers.latex import tidy
from judge.answers.quantities import read_quantity
from judge.errors import SettingsError, ToolError, WorkerTimeoutError
from judge.tool import Checks, Context
from judge.types import Evidence, Sample
from judge.workers import call

CHECKS: Checks = "reference"

_SHOWN = 200
"""Characters of an answer that a summary and the details keep."""
_MEMORY_MB = 2048
_REMEMBERED = 8192
"""Verdicts kept: in a group of responses to one prompt most answers are the same."""
_PATIENCE_S = 300.0
_LONGEST = 1000
"""Characters of reference and answer together, beyond which a verdict is not kept."""

_Key = tuple[str, str, Conventions]
_verdicts: OrderedDict[_Key, Verdict] = OrderedDict()
_overdue: OrderedDict[_Key, tuple[float, float]] = OrderedDict()
"""What ran past its deadline: that deadline, and until when it is not tried again."""


def needs(sample: Sample) -> str:
    """Return what is missing: a reference, or one that is mathematics. Text and bare letters are for exact_match."""
    if not sample.references:
        return "a reference"
    return "" if any(map(_is_mathematical, sample.references)) else "a mathematical reference"


async def verify(
    sample: Sample,
    *,
    extract: Policy = "final",
    timeout_s: float = 5.0,
    digits: int | None = None,
    strict: bool = True,
    allow_set_relation: bool = True,
    context: Context | None = None,
) -> Evidence:
    """Compare the final answer of the only response with every reference; equal to any is right.

    Args:
        sample: with one response and references: bare answers or whole solutions.
        extract: where the answer stands; see `judge.answers.extract.Policy`.
        timeout_s: seconds for one comparison of formulas.
        digits: decimal places, 0 to 30, that numbers are rounded to before they are compared; None for exactly.
        strict: whether the names of variables count, and whether a tuple is no set.
        allow_set_relation: whether an inequality answers a reference that is a set.
        context: lent by the judge; of equal comparisons at once only one is made.

    Raises:
        SettingsError: `extract` is no policy, or `digits` is out of range.
        WorkerTimeoutError: a comparison ran past its deadline, and no reference was equal.
        ToolError: a reference cannot be read as mathematics, or math-verify is not installed.
    """
    if extract not in get_args(Policy):
        raise SettingsError(f"extract={extract!r} is no policy; choose one of: {', '.join(get_args(Policy))}")
    if digits is not None and not 0 <= digits <= 30:
        raise SettingsError(f"digits={digits} is out of range; give 0 to 30 decimal places, or none for exactly")
    by = Conventions(digits, strict, allow_set_relation)
    answer = math_answer(sample.responses[0].text, extract)
    golds = [reference_answer(reference) for reference in sample.references]
    if answer is None:
        return _evidence(Verdict(False, "no answer", "it states no answer"), None, golds[0])
    if answer.hedge:
        return _evidence(Verdict(False, "hedged", answer.hedge), answer.text, golds[0])
    verdict, gold = await _compare(golds, answer.text, by, timeout_s, context)
    return _evidence(verdict, answer.text, gold)


async def act(expression: str, reference: str, *, timeout_s: float = 5.0, context: Context | None = None) -> str:
    """Say whether two mathematical expressions are equal.

    Args:
        expression: a number, formula, set, interval or equation, in LaTeX or plain text.
        reference: what it is compared with.
        timeout_s: seconds for the comparison; set by the recipe.
        context: lent by the judge.
    """
    verdict, _ = await _compare([reference.strip()], expression.strip(), Conventions(), timeout_s, context)
    how = f" ({verdict.note or verdict.how})"
    return f"{expression[:_SHOWN]!r} {'equals' if verdict.equal else 'does not equal'} {reference[:_SHOWN]!r}{how}"


async def _compare(
    golds: list[str], answer: str, by: Conventions, timeout_s: float, context: Context | None
) -> tuple[Verdict, str]:
    """Return the first reference that is equal; when none is, raise what kept one from being compared."""
    broken: ToolError | None = None
    different: tuple[Verdict, str] | None = None
    for gold in golds:
        try:
            verdict = await _verdict(gold, answer, by, timeout_s, context)
        except ToolError as error:
            broken = error
            continue
        if verdict.equal:
            return verdict, gold
        different = verdict, gold
    if broken or not different:
        raise broken or ToolError("there is no reference to compare with; give the sample one")
    return different


async def _verdict(gold: str, answer: str, by: Conventions, timeout_s: float, context: Context | None) -> Verdict:
    key = (gold, " ".join(answer.split()), by)
    if found := _verdicts.get(key):
        _verdicts.move_to_end(key)
        return found
    verdict = decide(gold, answer, by) or await _once(key, gold, answer, by, timeout_s, context)
    if len(gold) + len(answer) <= _LONGEST:
        _verdicts[key] = verdict
        if len(_verdicts) > _REMEMBERED:
            _verdicts.popitem(last=False)
    return verdict


async def _once(
    key: _Key, gold: str, answer: str, by: Conventions, timeout_s: float, context: Context | None
) -> Verdict:
    """Compare formulas; of a group that repeats one answer, one comparison runs and the others wait for it.

    What ran past its deadline a moment ago is not tried again: a policy may write what hangs in every rollout.
    """
    tried_s, until = _overdue.get(key, (0.0, 0.0))
    if tried_s >= timeout_s and time.monotonic() < until:
        raise WorkerTimeoutError(f"{answer[:_SHOWN]!r} ran past {tried_s:g} s a moment ago; give it more time")
    make = partial(_symbolic, gold, answer, by, timeout_s)
    try:
        return await (context.once(f"math_equal {timeout_s} {key}", make) if context else make())
    except WorkerTimeoutError:
        _overdue[key] = timeout_s, time.monotonic() + _PATIENCE_S
        if len(_overdue) > _REMEMBERED:
            _overdue.popitem(last=False)
        raise


async def _symbolic(gold: str, answer: str, by: Conventions, timeout_s: float) -> Verdict:
    equal = await call(
        "judge.answers.symbolic:equal",
        *(tidy(gold), tidy(answer), by.digits, by.strict, by.set_relation),
        timeout_s=timeout_s,
        memory_mb=_MEMORY_MB,
    )
    if equal is None and not read_quantity(gold):
        raise ToolError(f"the reference {gold[:_SHOWN]!r} cannot be read as mathematics; write it in LaTeX")
    return Verdict(bool(equal), "symbolic")


def _is_mathematical(reference: str) -> bool:
    return is_mathematical(reference_answer(reference))


def _evidence(verdict: Verdict, extracted: str | None, gold: str) -> Evidence:
    shown = None if extracted is None else extracted[:_SHOWN]
    said = "the response" if shown is None else f"the answer {shown!r}"
    if verdict.note:
        summary = f"{said} does not equal the reference {gold[:_SHOWN]!r}: {verdict.note}"
    else:
        summary = f"{said} {'equals' if verdict.equal else 'does not equal'} the reference {gold[:_SHOWN]!r}"
    return Evidence(
        tool="math_equal",
        stance="supports" if verdict.equal else "refutes",
        summary=summary,
        score=float(verdict.equal),
        hard=True,
        detail={"extracted": shown, "reference": gold[:_SHOWN], "how": verdict.how},
        provenance="math-verify" if verdict.how == "symbolic" else "exact comparison",
    )
