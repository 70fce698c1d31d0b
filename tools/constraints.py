"""Does a response follow the checkable instructions of its prompt: lengths, keywords, formats, language?

The 25 instruction types of IFEval, the 58 of IFBench and the 29 that open-instruct adds (IFEvalG), under their public
names and arguments, in plain Python. These are surface checks: a policy can satisfy them without answering, so let
them gate or join a judgment of quality.
"""

from typing import get_args

from judge.errors import SettingsError
from judge.instructions.finding import Finding
from judge.instructions.registry import Compat, Mode, check
from judge.tool import Checks
from judge.types import Evidence, Sample, Stance

CHECKS: Checks = "constraints"


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    return "" if sample.constraints else "constraints"


async def verify(sample: Sample, *, mode: Mode = "strict", compat: Compat = "none") -> Evidence:
    """Check every constraint on the only response.

    The score is the share of constraints followed, of those that could be told; None while none is broken but some
    could not be told.

    Args:
        sample: with one response and its constraints.
        mode: `strict`, or `loose`: also without first or last line and without asterisks.
        compat: `ifeval` or `ifbench` for the verdicts of their own programs where they differ from ours.

    Raises:
        SettingsError: `mode` or `compat` is unknown.
        ToolError: a constraint is unknown, or its arguments are not what it needs.
    """
    for option, value, known in (("mode", mode, get_args(Mode)), ("compat", compat, get_args(Compat))):
        if value not in known:
            raise SettingsError(f"{option}={value!r} is unknown; choose one of: {', '.join(known)}")
    text = sample.responses[0].text
    findings: dict[str, Finding] = {}
    for constraint in sample.constraints:
        name = constraint.id if constraint.id not in findings else f"{constraint.id}#{len(findings)}"
        findings[name] = check(constraint.id, constraint.args, text, mode, compat)
    return _evidence(findings, mode, compat)


def _evidence(findings: dict[str, Finding], mode: Mode, compat: Compat) -> Evidence:
    states = [finding.state for finding in findings.values()]
    followed, broken = states.count("followed"), states.count("not_followed")
    stance: Stance = "refutes" if broken else "supports" if followed == len(states) else "neutral"
    open_ends = [f"{name}: {finding.reason}" for name, finding in findings.items() if finding.state != "followed"]
    summary = f"{followed} of {len(states)} instructions followed"
    return Evidence(
        tool="constraints",
        stance=stance,
        summary="; ".join([summary, *open_ends]),
        score=None if stance == "neutral" else followed / (followed + broken),
        hard=True,
        detail={
            name: {"state": finding.state, "reason": finding.reason, "count": finding.count}
            for name, finding in findings.items()
        },
        provenance=f"checkers by rule, {mode}" if compat == "none" else f"as {compat}'s own program, {mode}",
    )
