"""Cases of standard input and output: each is a run of its own, and its output is compared out here."""

import asyncio
import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal, get_args

from judge import sandbox
from judge.errors import SettingsError
from judge.testing.verdict import Checked
from judge.types import Case

Compare = Literal["lines", "tokens", "exact", "float"]
"""How an output is compared.

`lines`: line by line, blanks inside and at the ends of a line and empty lines at the end aside. `tokens`: word by word,
wherever lines break. `exact`: character by character, a newline at the end aside. `float`: word by word, and two words
that are numbers are equal within a tolerance.
"""
_LONGEST = 400
"""Characters of a word that may be a number."""


async def run_cases(
    program: str,
    cases: Sequence[Case],
    limits: sandbox.Limits,
    *,
    compare: str = "lines",
    tolerance: float = 1e-6,
    language: str = "python",
) -> list[Checked]:
    """Run a program on every case, side by side.

    Raises SettingsError for a way to compare that does not exist.
    """
    if compare not in get_args(Compare):
        raise SettingsError(f"compare={compare!r} is no way to compare; use {', '.join(get_args(Compare))}")
    inputs = [case.stdin for case in cases]
    if language == "python":
        runs = await asyncio.gather(*(sandbox.run_python(program, stdin=stdin, limits=limits) for stdin in inputs))
    else:
        runs = [each.last for each in await sandbox.run_on_each(language, program, inputs, limits=limits)]
    numbered = enumerate(zip(cases, runs, strict=True), 1)
    return [_checked(case, run, number, compare, tolerance) for number, (case, run) in numbered]


def _checked(case: Case, run: sandbox.Run, number: int, compare: str, tolerance: float) -> Checked:
    if run.status != "ok":
        return Checked(False, f"case {number} failed: {_because(run)}", run)
    if (difference := differ(case.stdout, run.stdout, compare, tolerance)) is None:
        return Checked(True, "", run)
    wanted, printed = difference
    return Checked(False, f"case {number} printed {printed[:80]!r} instead of {wanted[:80]!r}", run)


def _because(run: sandbox.Run) -> str:
    last = run.stderr.rstrip().rpartition("\n")[2][:200]
    return f"{run.message} ({last})" if last and run.status == "runtime_error" else run.message


def differ(want: str, got: str, compare: str = "lines", tolerance: float = 1e-6) -> tuple[str, str] | None:
    """Return the first pieces in which two outputs differ; None when they are equal."""
    for one, other in zip_longest(pieces(want, compare), pieces(got, compare), fillvalue=None):
        if one != other and not (compare == "float" and one and other and _near(one, other, tolerance)):
            return one or "", other or ""
    return None


def pieces(text: str, compare: str) -> list[str]:
    """Return what is compared one by one."""
    if compare == "exact":
        return [text.removesuffix("\n")]
    if compare in ("tokens", "float"):
        return text.split()
    return [" ".join(line.split()) for line in text.rstrip().splitlines()]


def _near(want: str, got: str, tolerance: float) -> bool:
    if max(len(want), len(got)) > _LONGEST or "_" in want + got:
        return False
    try:
        wanted, found = float(want), float(got)
    except ValueError:
        return False
    return math.isclose(wanted, found, rel_tol=tolerance, abs_tol=tolerance)
