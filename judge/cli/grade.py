"""`judge grade`: a file of answers becomes a file of rewards."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from judge import loop
from judge.cli import options
from judge.judge import Judge
from judge.report.progress import progress
from judge.report.summary import show
from judge.run.budget import Budget
from judge.run.forecast import dry_run
from judge.run.grade import grade as run
from judge.run.infer import overrides
from judge.run.interrupt import stop_on_interrupt
from judge.run.options import GradeOptions
from judge.run.outcome import RunForecast, RunSummary

_SIGNAL_EXIT = 130
"""What shells give for a program ended by Ctrl-C."""


def grade(
    data: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet (.gz too for text).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where rewards go: .jsonl or .parquet.")],
    recipe: options.Recipe = "verify",
    model: options.Model = None,
    stronger: options.Stronger = None,
    rubric: options.RubricName = None,
    library: options.Library = None,
    change: options.Set = None,
    model_set: options.ModelSet = None,
    column: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN, such as response=model_output. May be repeated.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Judge only the first so many rows.")] = None,
    budget_usd: Annotated[float | None, typer.Option(help="Stop when this many dollars are spent.")] = None,
    budget_tokens: Annotated[int | None, typer.Option(help="Stop when this many tokens are spent.")] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", "-c", min=1, help="Rows in flight at once.")] = 64,
    failures: Annotated[Path | None, typer.Option(help="Where rows without a reward go, with their rows.")] = None,
    cache: Annotated[str, typer.Option(help="Reply cache; '' for none. [default: OUT.run/replies.sqlite]")] = "auto",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what stands at OUT.")] = False,
    foretell: Annotated[bool, typer.Option("--dry-run", help="Say what it would take; call nothing.")] = False,
    allow_failures: Annotated[bool, typer.Option("--allow-failures", help="Exit with 0 although rows failed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON on stdout.")] = False,
    seed: options.Seed = 0,
    timeout: options.Timeout = 300.0,
) -> None:
    """Grade a data set: streamed, resumable, within a budget.

    Kill it at any moment and start it again: it goes on, with every row once and no reply paid for twice.
    Exit codes: 0 done, 1 rows without a reward, 2 wrong set-up, 3 budget used up, 130 interrupted.

    Examples:

      judge grade answers.jsonl --out rewards.jsonl

      judge grade rollouts.parquet -r direct -m openai:my-model@http://127.0.0.1:8000/v1 -o rewards.parquet

      judge grade data.csv -o out.jsonl --map response=model_output --map reference=gold --dry-run
    """
    judge = options.build(
        recipe,
        model,
        stronger=stronger,
        rubric=rubric,
        library=library,
        changes=change,
        model_changes=model_set,
        seed=seed,
        timeout_s=timeout,
        **_model_settings(out, cache, concurrency, model_set),
    )
    how = GradeOptions(
        fields=overrides(column or []),
        concurrency=concurrency,
        limit=limit,
        budget=Budget(usd=budget_usd, tokens=budget_tokens),
        failures=failures,
        overwrite=overwrite,
    )
    if foretell:
        _report(dry_run(judge, data, how), json=json)
        return
    summary = asyncio.run(_run(judge, data, out, how))
    _report(summary, json=json)
    _exit(summary, allow_failures=allow_failures)


async def _run(judge: Judge, data: Path, out: Path, how: GradeOptions) -> RunSummary:
    async with loop.adopted():  # this process does nothing else, so its own loop serves as the private one
        with stop_on_interrupt() as stop, progress() as watch:
            return await run(judge, data, out, how, stop=stop, watch=watch)


def _model_settings(out: Path, cache: str, concurrency: int, given: list[str] | None) -> dict[str, Any]:
    chosen = {item.partition("=")[0] for item in given or []}
    defaults = {"cache": f"{out}.run/replies.sqlite" if cache == "auto" else cache, "concurrency": concurrency}
    return {name: value for name, value in defaults.items() if name not in chosen}


def _report(result: RunSummary | RunForecast, *, json: bool) -> None:
    show(result)
    if json:
        typer.echo(result.to_json())


def _exit(summary: RunSummary, *, allow_failures: bool) -> None:
    if summary.stopped == "interrupted":
        raise typer.Exit(_SIGNAL_EXIT)
    if summary.stopped == "budget":
        raise typer.Exit(3)
    if summary.unscored and not allow_failures:
        raise typer.Exit(1)
