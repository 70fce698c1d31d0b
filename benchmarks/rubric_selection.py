"""How long it takes to choose criteria by their coding rate, against trying every candidate anew at every step.

The vectors are drawn around a few hundred centres, as criteria that say alike things many times over. Trying everything
is timed on fewer candidates; both choose the same, which is checked to 1e-9.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judge.learn.methods.coding_rate import coding_rate, reduced, select

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

CANDIDATES = 5_000
CHOSEN = 200
CENTRES = 300
DIMENSIONS = 384
SMALL, SMALL_CHOSEN = 400, 40
"""What trying everything is timed on."""
TARGET_S = 60.0


def main() -> None:
    """Measure, print a table, and exit with 1 when the choice takes too long or differs from trying everything."""
    parser = argparse.ArgumentParser(description="Time of choosing criteria by coding rate.")
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = measure(given.candidates)
    print(f"{'':<44}{'wall s':>9}{'CPU s':>9}")
    for name, one in figures["times"].items():
        print(f"{name:<44}{one['wall_s']:>9.2f}{one['cpu_s']:>9.2f}")
    print(f"on the small set {figures['ratio']:.0f} times as fast as trying everything; rates differ by "
          f"{figures['difference']:.1e}")  # fmt: skip
    met = figures["times"][figures["name"]]["wall_s"] < TARGET_S and figures["difference"] < 1e-9
    print(f"{figures['name']}   target {TARGET_S:g} s: {'met' if met else 'MISSED'}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(not met)


def measure(candidates: int) -> dict[str, Any]:
    """Time the reduction, the choice, the heuristic, and both ways on a small set."""
    vectors = _vectors(candidates)
    times: dict[str, dict[str, float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        made = work()
        times[name] = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        return made

    name = f"{CHOSEN} of {candidates} by gain"
    rows = timed(f"{candidates} vectors to 100 dimensions", lambda: reduced(vectors))
    timed(name, lambda: select(rows, CHOSEN, min_gain=-1e9))
    timed(f"{CHOSEN} of {candidates} by distance from the middle", lambda: select(rows, CHOSEN, heuristic=True))
    small = reduced(_vectors(SMALL))
    quick, slow = f"{SMALL_CHOSEN} of {SMALL} by gain", f"{SMALL_CHOSEN} of {SMALL} by trying everything"
    found = timed(quick, lambda: select(small, SMALL_CHOSEN, min_gain=-1e9).rates)
    tried = timed(slow, lambda: _everything(small, SMALL_CHOSEN))
    return {
        "name": name,
        "times": times,
        "ratio": times[slow]["cpu_s"] / max(times[quick]["cpu_s"], 1e-9),
        "difference": max(abs(a - b) for a, b in zip(found, tried, strict=True)),
    }


def _vectors(count: int) -> "Matrix":
    import numpy as np

    draw = np.random.default_rng(0)
    centres = draw.normal(size=(CENTRES, DIMENSIONS))
    made: Matrix = centres[draw.integers(CENTRES, size=count)] + 0.3 * draw.normal(size=(count, DIMENSIONS))
    return made


def _everything(rows: "Matrix", most: int) -> list[float]:
    """Return the rates of the greedy choice, found by the rate of every candidate at every step."""
    chosen: list[int] = [0]  # of unit vectors the first is as good as any
    rates = [coding_rate(rows[chosen], energy=1.0)]
    while len(chosen) < most:
        left = [row for row in range(len(rows)) if row not in chosen]
        tried = {row: coding_rate(rows[[*chosen, row]], energy=1.0) for row in left}
        best = max(tried, key=lambda row: tried[row])
        chosen.append(best)
        rates.append(tried[best])
    return rates


if __name__ == "__main__":
    main()
