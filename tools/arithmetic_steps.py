"""Is the arithmetic that a response writes down right? Each step is found and computed exactly.

A step is `12 * 3 = 36`, `$5 x 3 boxes = $15`, `<<4+5=9>>`, also in chains and in LaTeX. What is written is checked, not
whether it is the right thing to compute: a wrong answer may hold no slip, and a right one may hold one. So the finding
is soft unless `hard` says otherwise. A step that can be read in another way is left open, and text without arithmetic
is no fault.
"""

from collections import Counter

from judge.calculator.checked import Verdict, check
from judge.calculator.claimed import steps
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "arithmetic"

_READ = 200_000
"""Characters of a response that are read."""
_SHOWN = 10
"""Wrong steps that are kept in the detail."""
_QUOTED = 3
_LONG = 120


def needs(sample: Sample) -> str:
    """Return what is missing: a response with an equation in it."""
    wanted = ("=", "≈", "approx", "equal")
    written = any(mark in response.text for response in sample.responses for mark in wanted)
    return "" if written else "a response that writes arithmetic down"


def verify(sample: Sample, *, hard: bool = False) -> Evidence:
    """Check every arithmetic step of the only response.

    The score is the share of right steps among those that are surely right or wrong; None when there are none. A number
    counts as rounded to the digits that it shows, and the rounding of earlier steps is followed.

    Args:
        sample: with one response.
        hard: whether a wrong step outranks every critic.
    """
    verdicts = check(steps(sample.responses[0].text[:_READ]))
    count = Counter(verdict.state for verdict in verdicts)
    wrong = [verdict for verdict in verdicts if verdict.state == "wrong"]
    decided = count["right"] + count["wrong"]
    return Evidence(
        tool="arithmetic_steps",
        stance="refutes" if wrong else "supports" if decided else "neutral",
        summary=_summary(wrong, decided),
        score=count["right"] / decided if decided else None,
        hard=hard and decided > 0,
        detail={
            "right": count["right"],
            "wrong": count["wrong"],
            "unclear": count["unclear"],
            "mistakes": [{"step": str(verdict.step)[:_LONG], "is": verdict.shown} for verdict in wrong[:_SHOWN]],
        },
        provenance="exact arithmetic",
    )


def _summary(wrong: list[Verdict], decided: int) -> str:
    if not decided:
        return "the response writes no arithmetic step that can be checked"
    if not wrong:
        return f"all {decided} arithmetic steps are right" if decided > 1 else "its arithmetic step is right"
    said = "; ".join(f"{str(verdict.step)[:_LONG]!r} (it is {verdict.shown})" for verdict in wrong[:_QUOTED])
    more = f" and {len(wrong) - _QUOTED} more" if len(wrong) > _QUOTED else ""
    return f"{len(wrong)} of {decided} arithmetic steps are wrong: {said}{more}"
