"""Does a response follow the checkable instructions of its prompt: lengths, keywords, formats, language?

The 25 instruction types of IFEval, under their public names and arguments, in plain Python. These are surface checks:
a policy can satisfy them without answering, so let them gate or join a judgment of quality.
"""

from typing import get_args

from judge.errors import SettingsError
from judge.instructions.finding import Finding
from judge.instructions.registry import Mode, check
from judge.tool import Checks
from judge.types import Evidence, Sample, Stance

CHECKS: Checks = "constraints"


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    return "" if sample.constraints else "constraints"


async def verify(sample: Sample, *, mode: Mode = "strict") -> Evidence:
    """Check every constraint on the only response.

    The score is the share of constraints followed, of those that could be told; None while none is broken but some
    could not be told.

    Raises:
        SettingsError: `mode` is neither strict nor loose.
        ToolError: a constraint is unknown, or its arguments are not what it needs.
    """
    if mode not in get_args(Mode):
        raise SettingsError(f"mode={mode!r} is unknown; choose one of: {', '.join(get_args(Mode))}")
    text = sample.responses[0].text
    findings: dict[str, Finding] = {}
    for constraint in sample.constraints:
        name = constraint.id if constraint.id not in findings else f"{constraint.id}#{len(findings)}"
        findings[name] = check(constraint.id, constraint.args, text, mode)
    return _evidence(findings, mode)


def _evidence(findings: dict[str, Finding], mode: Mode) -> Evidence:
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
        provenance=f"IFEval's instruction types, {mode}",
    )
