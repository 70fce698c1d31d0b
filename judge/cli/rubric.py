"""`judge rubric`: learn criteria from labelled pairs, write them for a prompt, check them, and look at them."""

import asyncio
import json as lines
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from judge.cli import options
from judge.errors import DataError, SettingsError
from judge.learn import methods
from judge.learn.generate import generate as write
from judge.learn.generate import generator
from judge.learn.learned import Diagnostic, LearnedRubric, learned
from judge.learn.measuring import measure
from judge.learn.opened import opened
from judge.learn.pairs import read_pairs
from judge.learn.verdicts import PROMPT
from judge.models.spec import ModelSpec
from judge.recipe import load_rubric
from judge.report.learning import learning
from judge.report.rubric import show as show_rubric
from judge.report.rubric import show_diagnostics

T = TypeVar("T")

app = typer.Typer(
    help="Rubrics: learned from labelled pairs, written for a prompt, checked and shown.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Pairs = Annotated[
    Path, typer.Argument(metavar="PAIRS", help="JSONL with prompt (or instruction, input), chosen and rejected.")
]
_Model = Annotated[str, typer.Option("--model", "-m", metavar="KIND:NAME[@URL]", help="Whom to ask.")]
_Concurrency = Annotated[
    int, typer.Option("--concurrency", "-c", metavar="N", min=1, help="Questions in flight at once.")
]
_Limit = Annotated[int | None, typer.Option(metavar="N", min=1, help="Take only the first so many pairs.")]
_Seed = Annotated[int, typer.Option(metavar="N", help="Changes every draw.")]
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what stands there.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command(epilog="\n\n".join(f"[bold]{name}[/]: {one.about}" for name, one in methods.METHODS.items()))
def learn(
    pairs: _Pairs,
    model: _Model,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where the rubric goes: a .yaml file.")],
    method: Annotated[str, typer.Option(metavar="NAME", help="How to learn; they stand below.")] = "auto_rubric",
    embeddings: Annotated[
        str, typer.Option(metavar="URL", help="An embeddings endpoint of OpenAI's kind; else none is needed.")
    ] = "",
    embeddings_model: Annotated[str, typer.Option(metavar="NAME", help="The embeddings model there.")] = "",
    limit: _Limit = None,
    seed: _Seed = 0,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="OPTION=VALUE", help="Change the method: rounds=3. Repeatable."),
    ] = None,
    model_set: options.ModelSet = None,
    library: options.Library = None,
    state: Annotated[
        Path | None, typer.Option(metavar="DIR", show_default="OUT.run", help="Where finished work is kept.")
    ] = None,
    concurrency: _Concurrency = 8,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what stands there, and ask everything anew.")
    ] = False,
    json: _Json = False,
) -> None:
    r"""Learn a rubric from labelled pairs.

    Kill it at any moment and start it again: it goes on, and no finished pair is
    asked about twice. The rubric is used as any other: judge grade ... -r direct
    --rubric my.yaml.

    Exit codes: 0 done, 2 wrong set-up or nothing learned, 130 interrupted.

    Examples:

      judge rubric learn pairs.jsonl -m openai:my-model -o my.yaml

      judge rubric learn pairs.jsonl -m openai:my-model -o my.yaml \
          --limit 70 --set rounds=3 --set holdout=0
    """
    _free(out, overwrite)
    kind = methods.method(method)
    given = options.pairs("--set", change)
    given |= {"embeddings": embeddings, "embeddings_model": embeddings_model} if embeddings or embeddings_model else {}
    chosen = methods.options(method, given)
    labelled = read_pairs(pairs)[:limit]
    spec = _spec(model, model_set, concurrency)
    journal = (state or Path(f"{out}.run")) / "journal.jsonl"

    async def work() -> LearnedRubric:
        with learning() as watch:
            async with opened(
                spec,
                kind.prompts,
                seed=seed,
                libraries=library or (),
                journal=journal,
                work=method,
                fresh=overwrite,
                watch=watch,
            ) as learner:
                return await kind.learn(labelled, learner, chosen)

    found = _run(work(), "what was learned is kept; start the same command again to go on")
    found = found.named(out.stem)
    found.write(out)
    _show(found, json=json)
    typer.echo(f"judge: {str(out)!r} is written; judge by it with --rubric {out}", err=True)


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="What answers will be given to; - reads it.")],
    model: _Model,
    method: Annotated[str, typer.Option(metavar="NAME", help="How to write criteria.")] = "carmo",
    count: Annotated[int, typer.Option(metavar="N", min=0, help="Criteria at most; 0: as many as it takes.")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="A .yaml file; else it is printed.")
    ] = None,
    seed: _Seed = 0,
    model_set: options.ModelSet = None,
    library: options.Library = None,
    overwrite: _Overwrite = False,
    json: _Json = False,
) -> None:
    """Write criteria for answers to one prompt, before an answer is seen.

    Examples:

      judge rubric generate "Explain tides to a child" -m openai:my-model

      judge rubric generate - -m openai:my-model -o tides.yaml < prompt.txt
    """
    if out is not None:
        _free(out, overwrite)
    text = typer.get_text_stream("stdin").read() if prompt == "-" else prompt
    if not text.strip():
        raise DataError("the prompt is empty; give the text that answers will be given to")
    spec = _spec(model, model_set, 1)

    async def work() -> LearnedRubric:
        async with opened(spec, [generator(method)], seed=seed, libraries=library or ()) as learner:
            return await write(text, learner, method, count=count)

    found = _run(work(), "nothing was written")
    if out is not None:
        found = found.named(out.stem)
        found.write(out)
    typer.echo(found.to_json() if json else found.to_yaml(), nl=json)


@app.command()
def check(
    rubric: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A rubric of the shelf, or a .yaml file.")],
    pairs: _Pairs,
    model: _Model,
    both: Annotated[
        bool, typer.Option("--both-orders", help="Show each pair both ways; what flips with the order is a tie.")
    ] = False,
    limit: _Limit = None,
    seed: _Seed = 0,
    model_set: options.ModelSet = None,
    library: options.Library = None,
    concurrency: _Concurrency = 8,
    json: _Json = False,
) -> None:
    """Does each criterion separate labelled pairs?

    Each criterion is asked about on each pair by itself. Coverage is the share of
    pairs in which it prefers one response, precision how often that is the chosen
    one, contribution what the accuracy of all criteria together loses without it;
    with 95 % intervals.

    Exit codes: 0 none misleads, 1 a criterion's precision lies below one half with
    its whole interval, 2 wrong set-up, 130 interrupted.

    Example:

      judge rubric check my.yaml pairs.jsonl -m openai:my-model --limit 100
    """
    found = load_rubric(rubric, library or ())
    labelled = read_pairs(pairs)[:limit]
    spec = _spec(model, model_set, concurrency)

    async def work() -> dict[str, Diagnostic]:
        with learning() as watch:
            async with opened(spec, [PROMPT], seed=seed, libraries=library or (), watch=watch) as learner:
                return await measure(learner, labelled, found.criteria, orders="both" if both else "seeded")

    diagnostics = _run(work(), "nothing was kept")
    misleading = [name for name, one in diagnostics.items() if _misleads(one)]
    if json:
        typer.echo(lines.dumps({name: one.model_dump(mode="json") for name, one in diagnostics.items()}))
    else:
        show_diagnostics(diagnostics)
    for name in misleading:
        typer.echo(f"{name} misleads: where it prefers a response, it is more often the rejected one", err=True)
    raise typer.Exit(int(bool(misleading)))


@app.command()
def show(
    rubric: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A rubric of the shelf, or a .yaml file.")],
    library: options.Library = None,
    json: _Json = False,
) -> None:
    """Show a rubric: criteria, where they come from, and how well they separate pairs.

    Examples:

      judge rubric show helpfulness

      judge rubric show my.yaml --json
    """
    _show(learned(load_rubric(rubric, library or ())), json=json)


def _spec(model: str, changes: list[str] | None, concurrency: int) -> ModelSpec:
    given = options.nested(options.pairs("--model-set", changes))
    return ModelSpec.parse(model, **{"in_flight": concurrency, **given})


def _run(work: Coroutine[Any, Any, T], interrupted: str) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        typer.echo(f"judge: left at once; {interrupted}", err=True)
        raise typer.Exit(130) from None


def _free(out: Path, overwrite: bool) -> None:
    """Refuse a place where no rubric can be written."""
    if out.suffix != ".yaml":
        raise SettingsError(f"a rubric is a .yaml file and {str(out)!r} is none; write for example --out my.yaml")
    if out.exists() and not overwrite:
        raise DataError(f"{str(out)!r} is there already; choose another file, or say --overwrite")
    if not out.parent.is_dir():
        raise SettingsError(f"there is no folder {str(out.parent)!r} for the rubric; make it first")


def _misleads(one: Diagnostic) -> bool:
    return one.precision_interval is not None and one.precision_interval[1] < 0.5


def _show(found: LearnedRubric, *, json: bool) -> None:
    if json:
        typer.echo(found.to_json())
    else:
        show_rubric(found)
