"""Show how learning is getting on: a bar on a terminal, a plain line every half minute elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from judge.learn.asking import Progress
from judge.report.progress import PLAIN_S
from judge.run.words import amount

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def learning() -> Iterator[Callable[[Progress], None]]:
    """Yield a `watch` that shows a learner's progress on the standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _plain(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
               TextColumn("[dim]{task.fields[spent]}"))  # fmt: skip
    with Bars(*columns, console=console, transient=True) as bars:
        tasks = {}

        def watch(now: Progress) -> None:
            if now.stage not in tasks:
                tasks[now.stage] = bars.add_task(now.stage, total=now.of, spent="")
            bars.update(tasks[now.stage], completed=now.done, total=now.of, spent=_spent(now))

        yield watch


def _plain(console: "Console") -> Callable[[Progress], None]:
    shown = time.monotonic()

    def watch(now: Progress) -> None:
        nonlocal shown
        if time.monotonic() - shown >= PLAIN_S:
            shown = time.monotonic()
            console.print(f"learning: {now.done:,} of {now.of:,} {now.stage}, {_spent(now)}", soft_wrap=True)

    return watch


def _spent(now: Progress) -> str:
    tokens = f", {amount(now.usage.tokens)} tokens" if now.usage.tokens else ""
    return f"{now.usage.calls:,} calls{tokens}"
