"""Is the final answer of a solution mathematically equal to the reference?

Numbers with units, dates, choice letters and words are compared exactly in this process, in microseconds; formulas go
to math-verify in a worker process that is killed at its deadline.
"""

from typing import get_args

from judge.answers.extract import Policy, math_answer, reference_answer
from judge.answers.guards import Verdict, decide, is_mathematical
from judge.answers.latex import tidy
from judge.errors import SettingsError, ToolError
from judge.tool import Checks
from judge.types import Evidence, Sample
from judge.workers import call

CHECKS: Checks = "reference"

_SHOWN = 200
"""Characters of an answer that a summary and the details keep."""


def needs(sample: Sample) -> str:
    """Return what is missing: a reference, or one that is mathematics. Text and bare letters are for exact_match."""
    if not sample.references:
        return "a reference"
    return "" if any(map(_is_mathematical, sample.references)) else "a mathematical reference"


async def verify(sample: Sample, *, extract: Policy = "final", timeout_s: float = 5.0) -> Evidence:
    """Compare the final answer of the only response with every reference; equal to any is right.

    Args:
        sample: with one response and references: bare answers or whole solutions.
        extract: where the answer stands; see `judge.answers.extract.Policy`.
        timeout_s: seconds for one comparison of formulas.

    Raises:
        SettingsError: `extract` is no policy.
        WorkerTimeoutError: a comparison ran past its deadline, and no reference was equal.
        ToolError: a reference cannot be read as mathematics, or math-verify is not installed.
    """
    if extract not in get_args(Policy):
        raise SettingsError(f"extract={extract!r} is no policy; choose one of: {', '.join(get_args(Policy))}")
    answer = math_answer(sample.responses[0].text, extract)
    golds = [reference_answer(reference) for reference in sample.references]
    if answer is None:
        return _evidence(Verdict(False, "no answer", "it states no answer"), None, golds[0])
    if answer.hedge:
        return _evidence(Verdict(False, "hedged", answer.hedge), answer.text, golds[0])
    verdict, gold = await _compare(golds, answer.text, timeout_s)
    return _evidence(verdict, answer.text, gold)


async def _compare(golds: list[str], answer: str, timeout_s: float) -> tuple[Verdict, str]:
    """Return the first reference that is equal; when none is, raise what kept one from being compared."""
    broken: ToolError | None = None
    different: tuple[Verdict, str] | None = None
    for gold in golds:
        try:
            verdict = decide(gold, answer) or await _symbolic(gold, answer, timeout_s)
        except ToolError as error:
            broken = error
            continue
        if verdict.equal:
            return verdict, gold
        different = verdict, gold
    if broken or not different:
        raise broken or ToolError("there is no reference to compare with; give the sample one")
    return different


def _is_mathematical(reference: str) -> bool:
    return is_mathematical(reference_answer(reference))


async def _symbolic(gold: str, answer: str, timeout_s: float) -> Verdict:
    equal = await call("judge.answers.symbolic:equal", tidy(gold), tidy(answer), timeout_s=timeout_s)
    if equal is None:
        raise ToolError(f"the reference {gold[:_SHOWN]!r} cannot be read as mathematics; write it in LaTeX")
    return Verdict(bool(equal), "symbolic")


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
