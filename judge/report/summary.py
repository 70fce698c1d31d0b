"""Show what came out of a run, or what it would take."""

import sys
from typing import TYPE_CHECKING, TextIO

from judge.run.outcome import RunForecast, RunSummary
from judge.run.words import amount, duration, money
from judge.types import Usage

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_TITLES = {
    "finished": ("Finished", "green"),
    "complete": ("Complete already: nothing was left to do", "green"),
    "limit": ("Finished up to the limit", "green"),
    "outage": ("Stopped: the endpoint does not answer", "red"),
    "budget": ("Stopped: the budget is used up", "yellow"),
    "interrupted": ("Stopped", "yellow"),
}
_BLOCKS, _ASCII = "▁▂▃▄▅▆▇█", ".:-=+*#@"
_COLOURS = ("red", "red", "red", "yellow", "yellow", "yellow", "yellow", "green", "green", "green")


def show(summary: RunSummary | RunForecast, file: TextIO | None = None) -> None:
    """Print a summary or a forecast to a stream, the standard error by default."""
    from rich.console import Console

    console = Console(file=file or sys.stderr, highlight=False)
    console.print(render(summary, console))


def render(summary: RunSummary | RunForecast, console: "Console") -> "RenderableType":
    """Return a panel for the console, in characters that it can show."""
    from rich import box
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    plain = console.options.ascii_only
    if isinstance(summary, RunSummary):
        (title, colour), lines = _TITLES[summary.stopped], _summary(summary, plain)
    else:
        title, colour, lines = "Dry run: nothing was called", "cyan", _forecast(summary)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines.items():
        if text:
            table.add_row(name, Text(text) if isinstance(text, str) else text)  # a path is no markup
    shape = box.ASCII if plain else box.ROUNDED
    return Panel(table, title=f"[bold {colour}]{title}", title_align="left", border_style=colour, box=shape,
                 padding=(0, 1), expand=False)  # fmt: skip


def histogram(counts: tuple[int, ...], *, plain: bool = False) -> "Text":
    """Return bars for counts in equal parts of a range, two characters each, from red to green; nothing for a 0."""
    from rich.text import Text

    marks = _ASCII if plain else _BLOCKS
    text = Text()
    for at, count in enumerate(counts):
        mark = marks[min(count * len(marks) // max(counts), len(marks) - 1)] if count else " "
        text.append(mark * 2, style=_COLOURS[at * len(_COLOURS) // len(counts)])
    return text


def _summary(summary: RunSummary, plain: bool) -> "dict[str, str | Text]":
    return {
        "Rows": _rows(summary),
        "Reward": _reward(summary, plain),
        "Unscored": _unscored(summary),
        "Usage": _usage(summary.usage),
        "Time": f"{duration(summary.seconds)}{_rate(summary)}" if summary.judged else "",
        "Output": summary.out,
        "Failed rows": summary.failures_out,
        "Why": _sentence(summary.note),
        "Next": _sentence(summary.next),
    }


def _forecast(forecast: RunForecast) -> "dict[str, str | Text]":
    share = f", extrapolated from the first {forecast.looked:,}" if forecast.extrapolated else ""
    unreadable = f"{forecast.unreadable:,} of {forecast.looked:,} looked at; the first: {forecast.first_unreadable}"
    return {
        "Data": forecast.data,
        "Rows": f"{forecast.rows:,}{share}",
        "Columns": forecast.fields,
        "Unreadable": unreadable if forecast.unreadable else "",
        "Usage": _usage(forecast.usage),
    }


def _rows(summary: RunSummary) -> str:
    whole = f" of {summary.total:,}" if summary.total and summary.total > summary.rows else ""
    split = f" ({summary.judged:,} now, {summary.resumed:,} before)" if summary.judged and summary.resumed else ""
    return f"{summary.rows:,}{whole}{split}"


def _reward(summary: RunSummary, plain: bool) -> "str | Text":
    from rich.text import Text

    if summary.mean is None or summary.std is None:
        return "no response has a number"
    text = Text()
    text.append(f"mean {summary.mean:.4g}", style="bold")
    text.append(f", standard deviation {summary.std:.3g}, {summary.least:.4g} to {summary.most:.4g}")
    text.append(f", {summary.scored:,} responses\n{summary.lo:g} ")
    text.append_text(histogram(summary.histogram, plain=plain))
    text.append(f" {summary.hi:g}")
    return text


def _unscored(summary: RunSummary) -> "str | Text":
    from rich.text import Text

    if not summary.unscored:
        return ""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in summary.failures.items())
    rows = "row" if summary.unscored == 1 else "rows"
    text = Text(f"{summary.unscored:,} {rows} ({summary.unscored / summary.rows:.1%})", style="bold red")
    return text.append(f": {kinds}; not in the mean", style="default not bold")


def _usage(usage: Usage) -> str:
    if not usage.calls and not usage.cached:
        return "no model calls"
    cached = f" and {usage.cached:,} from the cache" if usage.cached else ""
    tokens = f"{amount(usage.prompt_tokens)} prompt and {amount(usage.completion_tokens)} completion tokens"
    price = money(usage.usd) or "price unknown"
    each = usage.tokens / usage.calls if usage.calls else 0
    saved = f", about {amount(round(usage.spared * each))} tokens" if each else ""
    spared = f"; {usage.spared:,} judgments spared{saved}" if usage.spared else ""
    return f"{usage.calls:,} calls{cached}, {tokens}, {price}{spared}"


def _rate(summary: RunSummary) -> str:
    return f", {summary.judged / summary.seconds:,.3g} rows/s" if summary.seconds else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
