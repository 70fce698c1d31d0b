"""Show how a run is getting on: live on a terminal, a plain line every half minute elsewhere."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from judge.run.counts import Counts
from judge.run.sitting import Watch
from judge.run.words import amount, duration, money

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PLAIN_S = 30.0
"""Seconds between two plain lines."""
_WINDOW_S = 60.0
_STYLES = {"rate": "cyan", "mean": "green", "unscored": "red", "cost": "magenta"}


class Pace:
    """How fast rows end, over the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._past: deque[tuple[float, int]] = deque([(clock(), 0)])

    def note(self, judged: int) -> None:
        """Take down how many rows this sitting has judged by now."""
        now = self._clock()
        self._past.append((now, judged))
        while now - self._past[1][0] > _WINDOW_S:
            self._past.popleft()

    @property
    def rate(self) -> float:
        """Rows per second; 0 before the first one."""
        (began, before), (now, judged) = self._past[0], self._past[-1]
        return (judged - before) / (now - began) if now > began else 0.0

    def left(self, counts: Counts) -> str:
        """Return the time until the last row, at this pace; "" while nobody can know."""
        if counts.total is None or not self.rate:
            return ""
        return f"{duration(max(counts.total - counts.rows, 0) / self.rate)} left"


@contextmanager
def progress(file: TextIO | None = None) -> Iterator[Watch]:
    """Yield a `watch` for `grade` that shows the run on a stream, the standard error by default."""
    from rich.console import Console
    from rich.live import Live

    console = Console(file=file or sys.stderr, highlight=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _plain(console)
        return
    pace, latest = Pace(), Counts()

    def frame() -> "RenderableType":
        pace.note(latest.judged)
        return picture(latest, pace)

    def watch(counts: Counts) -> None:
        nonlocal latest
        latest = counts

    with Live(get_renderable=frame, console=console, refresh_per_second=8, transient=True):
        yield watch


def line(counts: Counts, pace: Pace) -> str:
    """Return the state of a run as one plain line."""
    return ", ".join(text for text in (f"judging: {_rows(counts)}", *_facts(counts, pace).values(), pace.left(counts),
                                       _stopping(counts)) if text)  # fmt: skip


def picture(counts: Counts, pace: Pace) -> "RenderableType":
    """Return the state of a run as a bar with the facts under it."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    bar = ProgressBar(total=counts.total, completed=counts.rows, width=30, pulse=counts.total is None)
    head = Table.grid(padding=(0, 2))
    head.add_row("[bold]Judging", bar, _rows(counts), f"[dim]{pace.left(counts)}")
    shown = [(f"{text}  ", _STYLES[name]) for name, text in _facts(counts, pace).items() if text]
    return Group(head, Text.assemble(" " * 9, *shown), Text(_stopping(counts), style="yellow"))


def _rows(counts: Counts) -> str:
    if not counts.total:
        return f"{counts.rows:,} rows"
    return f"{counts.rows:,} of {counts.total:,} rows ({counts.rows / counts.total:.0%})"


def _facts(counts: Counts, pace: Pace) -> dict[str, str]:
    unscored = counts.rows - counts.statuses["ok"]
    tokens = f"{amount(counts.usage.tokens)} tokens" if counts.usage.tokens else ""
    return {
        "rate": f"{pace.rate:.3g} rows/s" if pace.rate else "",
        "mean": f"mean {counts.spread.mean:.3f}" if counts.spread.n else "",
        "unscored": f"{unscored:,} unscored" if unscored else "",
        "cost": money(counts.usage.usd) or tokens,
    }


def _stopping(counts: Counts) -> str:
    return f"stopping: {counts.in_flight} rows in flight; Ctrl-C again leaves at once" if counts.stopping else ""


def _plain(console: "Console") -> Watch:
    pace, shown = Pace(), time.monotonic()

    def watch(counts: Counts) -> None:
        nonlocal shown
        if time.monotonic() - shown >= PLAIN_S:
            shown = time.monotonic()
            pace.note(counts.judged)
            console.print(line(counts, pace), markup=False, soft_wrap=True)

    return watch
