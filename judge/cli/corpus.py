"""`judge corpus`: documents of your own to search in, without a network."""

import dataclasses
import json as lines
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from judge.errors import SettingsError
from judge.search import adding, corpus
from judge.search.places import corpus_path

app = typer.Typer(
    help="Documents of your own, to search in without a network.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Place = Annotated[
    str,
    typer.Option("--corpus", metavar="PATH", help="The corpus; else $JUDGE_CORPUS, else one in your data folder."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def add(
    places: Annotated[list[Path], typer.Argument(metavar="FILES", help="Files and folders.")],
    at: _Place = "",
    fields: Annotated[
        str, typer.Option(metavar="NAMES", help="Columns of rows: text=body,title=name,url=link,date=day.")
    ] = "",
    json: _Json = False,
) -> None:
    """Take in text, Markdown, JSONL, CSV and HTML files.

    What has not changed is not read again, and files that are gone from a folder given here are taken out.

    Examples:

      judge corpus add docs/

      judge corpus add wiki.jsonl --fields text=body,title=name
    """
    with _progress() as watch:
        done = adding.add(corpus_path(at), places, _pairs(fields), watch)
    if json:
        typer.echo(lines.dumps(dataclasses.asdict(done)))
        return
    typer.echo(
        f"{done.added} added, {done.changed} changed, {done.same} unchanged, {done.removed} removed: "
        f"{done.passages} passages written to {corpus_path(at)}"
        + (f" ({done.skipped} files of other kinds were passed over)" if done.skipped else "")
    )


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words; any of them will do.")],
    at: _Place = "",
    results: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="Passages to show.")] = 5,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Show the passages that fit a query best.

    Exit codes: 0 found, 1 nothing found, 2 wrong set-up.

    Example:

      judge corpus search "height of Mount Everest"
    """
    found = corpus.find(corpus_path(at), query, results)
    for one in found:
        if json:
            typer.echo(one.to_json())
        else:
            typer.echo(f"{one.rank}. {one.title or one.url}  ({one.url}{', ' + one.date if one.date else ''})")
            typer.echo("   " + " ".join(one.snippet.split()) + "\n")
    if not found:
        raise typer.Exit(1)


@app.command()
def info(at: _Place = "", json: _Json = False) -> None:
    """Say what the corpus holds.

    Example:

      judge corpus info
    """
    held = corpus.info(corpus_path(at))
    if json:
        typer.echo(lines.dumps(dataclasses.asdict(held)))
        return
    newest = f", newest of {held.newest}" if held.newest else ""
    size = held.bytes / 2**20
    typer.echo(f"{held.path}: {held.files} files, {held.passages} passages, {size:.1f} MiB{newest}")


def _pairs(fields: str) -> dict[str, str]:
    found = {}
    for item in filter(None, (item.strip() for item in fields.split(","))):
        name, equals, column = item.partition("=")
        if not equals or not name or not column:
            raise SettingsError(f"--fields {item!r} is not NAME=COLUMN; write for example --fields text=body")
        found[name.strip()] = column.strip()
    return found


@contextmanager
def _progress() -> Iterator[Callable[[adding.Progress], None]]:
    """Yield a `watch` that draws a bar on the standard error; elsewhere than on a terminal it is silent."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done.bytes, total=done.of, description=done.file[-40:])
