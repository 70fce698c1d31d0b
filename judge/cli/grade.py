"""`judge grade`: a file of answers becomes a file of rewards."""

import asyncio
import gc
from pathlib import Path
from typing import Annotated

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

_EXITS = {"budget": 3, "outage": 4, "interrupted": 130}
"""Exit codes of runs that stopped before their end; 130 is what shells give for Ctrl-C."""


def grade(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="JSONL, CSV or Parquet (.gz too for text).")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where rewards go: .jsonl or .parquet.")],
    recipe: options.Recipe = "verify",
    model: options.Model = None,
    stronger: options.Stronger = None,
    role: options.Role = None,
    rubric: options.RubricName = None,
    library: options.Library = None,
    replay: options.Replay = None,
    change: options.Set = None,
    model_set: options.ModelSet = None,
    seed: options.Seed = 0,
    timeout: options.Timeout = 300.0,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Such as response=model_output. Repeatable."),
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Judge only the first so many rows.")] = None,
    budget_usd: Annotated[float | None, typer.Option(metavar="USD", min=0, help="Stop when so much is spent.")] = None,
    budget_tokens: Annotated[int | None, typer.Option(metavar="N", min=0, help="Stop when so many are spent.")] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            "--concurrency",
            "-c",
            metavar="N",
            min=1,
            show_default="64, or 4 for each core without a model",
            help="Rows, and requests, in flight at once.",
        ),
    ] = None,
    cache: Annotated[
        str | None, typer.Option(metavar="FILE", show_default="OUT.run/replies.sqlite", help="Replies; '' for none.")
    ] = None,
    failures: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default="OUT.run/failures.jsonl", help="Rows without a reward, as they were."
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what stands at OUT.")] = False,
    foretell: Annotated[bool, typer.Option("--dry-run", help="Say what it would take; call nothing.")] = False,
    allow_failures: Annotated[bool, typer.Option("--allow-failures", help="Exit with 0 although rows failed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON on stdout.")] = False,
) -> None:
    r"""Grade a data set: streamed, resumable, within a budget.

    Kill it at any moment and start it again: it goes on, with every row once and
    no reply paid for twice. Rows whose failure may pass are then judged again.

    Exit codes: 0 done, 1 rows without a reward, 2 wrong set-up, 3 budget used up,
    4 endpoint gone, 130 interrupted.

    Examples:

      judge grade answers.jsonl --out rewards.jsonl

      judge grade rollouts.parquet --out rewards.parquet \
          -r direct -m openai:my-model@http://127.0.0.1:8000/v1

      judge grade data.csv --out rewards.jsonl --dry-run \
          --map response=model_output --map reference=gold
    """
    judge = options.build(
        recipe,
        model,
        stronger=stronger,
        roles=role,
        rubric=rubric,
        library=library,
        replay=replay,
        changes=change,
        model_changes=model_set,
        seed=seed,
        timeout_s=timeout,
        cache=f"{out}.run/replies.sqlite" if cache is None else cache,
        concurrency=concurrency,
    )
    how = GradeOptions(
        fields=overrides(column or []),
        concurrency=judge.settings.concurrency,
        limit=limit,
        budget=Budget(usd=budget_usd, tokens=budget_tokens),
        failures=failures,
        overwrite=overwrite,
    )
    if foretell:
        _report(dry_run(judge, data, how), json=json)
        return
    try:
        summary = asyncio.run(_run(judge, data, out, how))
    except KeyboardInterrupt:
        typer.echo("judge: left at once; what was judged is kept; start the same run again to go on", err=True)
        raise typer.Exit(_EXITS["interrupted"]) from None
    _report(summary, json=json)
    raise typer.Exit(_EXITS.get(summary.stopped, int(summary.unscored > 0 and not allow_failures)))


async def _run(judge: Judge, data: Path, out: Path, how: GradeOptions) -> RunSummary:
    gc.collect()  # what is loaded by now stays, and looking through it again and again costs a fifth of the CPU
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    async with loop.adopted():  # this process does nothing else, so its own loop serves as the private one
        with stop_on_interrupt() as stop, progress() as watch:
            return await run(judge, data, out, how, stop=stop, watch=watch)


def _report(result: RunSummary | RunForecast, *, json: bool) -> None:
    show(result)
    if json:
        typer.echo(result.to_json())
