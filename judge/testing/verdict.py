"""What tests found, as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from judge import sandbox
from judge.errors import ToolError
from judge.types import Evidence, Usage

_SHOWN = 5
"""Failed checks kept in the detail."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was tested."""

    passed: bool
    message: str = ""
    """One sentence on what went wrong."""
    run: sandbox.Run | None = None
    """The run that it was tested in."""


def refuse_broken(runs: Sequence[sandbox.Run]) -> None:
    """Raise ToolError when the sandbox broke in one of the runs."""
    if broken := next((run for run in runs if run.status == "sandbox_error"), None):
        raise ToolError(f"the sandbox broke, so the tests say nothing: {broken.message}")


def evidence(
    checks: Sequence[Checked],
    *,
    tool: str,
    what: str,
    of: int = 0,
    integrity: str = "outside",
    more: Mapping[str, JsonValue] | None = None,
    partial: bool = True,
) -> Evidence:
    """Return hard evidence: supported when all checks passed, refuted when one did not.

    Args:
        checks: what was tested, in order.
        tool: the tool that tested.
        what: the name of a check for the summary, such as `cases`.
        of: how many checks there would be if all went well; no fewer than there are.
        integrity: `outside` when the program could not touch what judged it, else `in_process`.
        more: further detail.
        partial: whether `score` is the share that passed; else it is 0 unless all did.

    Raises:
        ToolError: the sandbox broke.
    """
    runs = list({id(check.run): check.run for check in checks if check.run}.values())
    refuse_broken(runs)
    failed = [check for check in checks if not check.passed]
    passed, of = len(checks) - len(failed), max(of, len(checks))
    detail: dict[str, JsonValue] = {"passed": passed, "of": of, **(more or {})}
    if failed:
        run = failed[0].run
        detail["failed"] = [check.message for check in failed[:_SHOWN]]
        detail["status"] = run.status if run else "no_program"
        detail["stderr"] = run.stderr[-1000:] if run else ""
    return Evidence(
        tool=tool,
        stance="refutes" if failed else "supports",
        summary=_summary(passed, of, what, failed),
        score=passed / of if partial or not failed else 0.0,
        hard=True,
        detail=detail,
        provenance=f"isolation={runs[0].isolation}, integrity={integrity}" if runs else "",
        usage=Usage(seconds=sum(run.wall_s for run in runs)),
    )


def _summary(passed: int, of: int, what: str, failed: Sequence[Checked]) -> str:
    if of == 1 and failed:
        return failed[0].message
    return f"{passed} of {of} {what} passed{f'; {failed[0].message}' if failed else ''}"
