"""Show how a run is getting on: a live bar on a terminal, a plain line every half minute elsewhere."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from judge.run.words import amount, duration, money
from judge.run.counts import Counts
from judge.run.sitting import Watch

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_S = 30.0
"""Seconds between two plain lines."""
_LIVE_S = 0.1
_WINDOW_S = 60.0


class Pace:
    """How fast rows end, over the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._past: deque[tuple[float, int]] = deque([(clock(), 0)])

    def note(self, judged: int) -> None:
        """Take down how many rows this sitting has judged by now."""
        now = self._clock()
        self._past.append((now, judged))
        while now - self._past[0][0] > _WINDOW_S and len(self._past) > 2:
            self._past.popleft()

    @property
    def rate(self) -> float:
        """Rows per second; 0 before the first one."""
        (began, before), (now, judged) = self._past[0], self._past[-1]
        return (judged - before) / (now - began) if now > began else 0.0

    def left(self, counts: Counts) -> float | None:
        """Seconds until the last row, at this pace; None while nobody can know."""
        if counts.total is None or not self.rate:
            return None
        return max(counts.total - counts.rows, 0) / self.rate


@contextmanager
def progress(file: TextIO | None = None) -> Iterator[Watch]:
    """Yield a `watch` for `grade` that shows the run on a stream, the standard error by default."""
    from rich.console import Console

    console = Console(file=file or sys.stderr)
    if not console.is_terminal:
        yield _plain(console)
        return
    with _live(console) as watch:
        yield watch


def line(counts: Counts, pace: Pace) -> str:
    """Return the state of a run as one plain line."""
    return "judging: " + ", ".join(text for text in _state(counts, pace).values() if text)


def _state(counts: Counts, pace: Pace) -> dict[str, Any]:
    unscored = counts.rows - counts.statuses["ok"]
    left = pace.left(counts)
    rows = f"{counts.rows:,} rows"
    if counts.total:
        rows = f"{counts.rows:,} of {counts.total:,} rows ({counts.rows / counts.total:.0%})"
    return {
        "rows": rows,
        "rate": f"{pace.rate:.3g} rows/s" if pace.rate else "",
        "mean": f"mean {counts.spread.mean:.3f}" if counts.spread.n else "",
        "unscored": f"{unscored:,} unscored" if unscored else "",
        "cost": money(counts.usage.usd) or (f"{amount(counts.usage.tokens)} tokens" if counts.usage.tokens else ""),
        "left": _stopping(counts) or (f"{duration(left)} left" if left is not None else ""),
    }


def _stopping(counts: Counts) -> str:
    return f"stopping: {counts.in_flight} rows in flight, Ctrl-C again to leave now" if counts.stopping else ""


def _plain(console: "Console") -> Watch:
    pace, shown = Pace(), time.monotonic()

    def watch(counts: Counts) -> None:
        nonlocal shown
        if time.monotonic() - shown >= PLAIN_S:
            shown = time.monotonic()
            pace.note(counts.judged)
            console.print(line(counts, pace), markup=False, highlight=False, soft_wrap=True)

    return watch


@contextmanager
def _live(console: "Console") -> Iterator[Watch]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    styles = {"rows": "bold", "rate": "cyan", "mean": "green", "unscored": "red", "cost": "magenta", "left": "dim"}
    texts = [TextColumn(f"{{task.fields[{name}]}}", style=style, markup=False) for name, style in styles.items()]
    columns = (TextColumn("Judging"), BarColumn(28), TaskProgressColumn(), *texts)
    with Progress(*columns, console=console, transient=True) as bar:
        pace, shown = Pace(), 0.0
        task = bar.add_task("judging", total=None, **_state(Counts(), pace))

        def watch(counts: Counts) -> None:
            nonlocal shown
            if time.monotonic() - shown >= _LIVE_S:
                shown = time.monotonic()
                pace.note(counts.judged)
                bar.update(task, total=counts.total, completed=counts.rows, **_state(counts, pace))

        yield watch
