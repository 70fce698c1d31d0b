"""What checking an answer to mathematics costs: `math_equal` against math-verify's own loop, in one run.

Both are given the same responses with their references. math-verify parses and compares as its documentation says, one
row after the other, with its own deadlines. The judge's tool runs 16 at once. Verdicts are compared with each other and
with the truth, which is known; rows on which they differ are shown. Then one in a hundred rows is one that hangs.
"""

import argparse
import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

from benchmarks.answers import Answer, answers, hanging
from judge import Judge, Response, Sample, library
from judge.workers import close

AT_ONCE = 16
TARGET = 4.0
DEADLINE_S = 2.0
WORKERS = 2
"""Processes on the machine that the figures are for."""


def main() -> None:
    """Measure, print a table, and write the figures where they were asked for."""
    parser = argparse.ArgumentParser(description="Time per answer: math_equal against math-verify's own loop.")
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--hanging", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = measure(given.rows, given.hanging)
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


def measure(count: int, stuck: int) -> dict[str, Any]:
    """Return seconds and verdicts of both, the judge's around it, and what hanging rows add."""
    rows = answers(count)
    theirs, library_s = math_verify(rows)
    ours, tool_s = asyncio.run(tool(rows))
    start = time.perf_counter()
    scored = [reward.value for reward in Judge("verify").score_batch([_sample(row) for row in rows])]
    judge_s = time.perf_counter() - start
    mixed = hanging(stuck)
    step = max(1, count // max(1, stuck))
    spread = [
        row
        for place, row in enumerate(rows)
        for row in (row, *mixed[place // step : place // step + (place % step == 0)])
    ]
    _, mixed_s = asyncio.run(tool(spread))
    truth = [row.right for row in rows]
    return {
        "rows": count,
        "hanging": stuck,
        "seconds": {"math-verify": library_s, "math_equal": tool_s, "Judge": judge_s, "with hanging": mixed_s},
        "ratio": library_s / tool_s,
        "bound_s": tool_s + stuck * DEADLINE_S / WORKERS,
        "right": {
            "math-verify": sum(a == b for a, b in zip(theirs, truth, strict=True)),
            "math_equal": sum(a == b for a, b in zip(ours, truth, strict=True)),
            "Judge": sum((value == 1.0) == b for value, b in zip(scored, truth, strict=True)),
        },
        "differ": [
            [row.reference, row.response, row.right, a, b]
            for row, a, b in zip(rows, theirs, ours, strict=True)
            if a != b
        ],
    }


def math_verify(rows: list[Answer]) -> tuple[list[bool], float]:
    """Return verdicts and seconds of the library in a loop."""
    from math_verify import parse, verify

    logging.getLogger("math_verify").setLevel(logging.CRITICAL)
    verify(parse("$x$"), parse("$x$"))
    start = time.perf_counter()
    verdicts = [bool(verify(parse(f"${row.reference}$"), parse(row.response))) for row in rows]
    return verdicts, time.perf_counter() - start


async def tool(rows: list[Answer]) -> tuple[list[bool | None], float]:
    """Return verdicts and seconds of the tool; None for a row that ran past its deadline."""
    math_equal: Any = library.module("tools", "math_equal")
    math_equal._verdicts.clear()  # what an earlier measurement remembered must not help
    slots = asyncio.Semaphore(AT_ONCE)

    async def check(row: Answer) -> bool | None:
        async with slots:
            try:
                evidence = await math_equal.verify(_sample(row), timeout_s=DEADLINE_S)
            except TimeoutError:
                return None
        return bool(evidence.score == 1.0)

    warm = Answer(r"\int_0^1 x dx", r"\boxed{\int_0^2 x dx}", False)
    await asyncio.gather(*(check(warm) for _ in range(WORKERS)))
    start = time.perf_counter()
    verdicts = await asyncio.gather(*map(check, rows))
    seconds = time.perf_counter() - start
    await close()
    return verdicts, seconds


def _sample(row: Answer) -> Sample:
    return Sample(prompt="Solve it.", responses=(Response(text=row.response),), references=(row.reference,))


def table(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    count, seconds, right = figures["rows"], figures["seconds"], figures["right"]
    lines = [f"{'':16}{'ms/row':>9}{'rows/s':>9}{'right':>8}"]
    for name in ("math-verify", "math_equal", "Judge"):
        lines.append(f"{name:16}{1_000 * seconds[name] / count:9.2f}{count / seconds[name]:9.0f}{right[name]:8}")
    ratio = figures["ratio"]
    lines.append(
        f"\nmath-verify / math_equal{ratio:8.1f}   target {TARGET:.1f}: {'met' if ratio >= TARGET else 'MISSED'}"
    )
    lines.append(f"verdicts that differ    {len(figures['differ']):8}")
    lines.append(f"with {figures['hanging']} that hang     {seconds['with hanging']:8.1f} s")
    lines.append(f"the others, and deadline x hanging / workers{figures['bound_s']:6.1f} s")
    lines += [f"  {row}" for row in figures["differ"][:20]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
