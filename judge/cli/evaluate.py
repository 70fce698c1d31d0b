"""`judge eval`: how often the judge agrees with labels that others gave."""

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from judge import library as shelves
from judge.cli import options
from judge.errors import DataError, JudgeError, SettingsError
from judge.judge import Judge
from judge.report.evaluation import show
from judge.types import EvalResult, Reward, Sample


def evaluate(
    name: Annotated[str, typer.Argument(metavar="EVAL", help="See [bold]judge list evals[/].")],
    data: Annotated[
        Path,
        typer.Option(metavar="PATH", help="Folder or file of the data set, laid out as the eval says."),
    ],
    vote: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="For recorded votes: how to count them, such as majority, fitted, adaptive."),
    ] = None,
    library: options.Library = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object, as the last line.")
    ] = False,
) -> None:
    """Measure the judge on a labelled data set.

    The first lines of each file in evals/ say where its data comes from and how it is laid out.

    Example:

      judge eval gsm8k_solutions --data ./data/gsm8k_solutions --json
      judge eval llmbar --data ./data/llmbar --vote fitted
    """
    roots = tuple(map(str, library or ()))
    module: Any = shelves.module("evals", name, roots)
    data = _found(data)
    ruled = _ruled(name, module, vote)

    def grade(samples: Iterable[Sample], recipe: str, **options: Any) -> Iterator[Reward]:
        from rich.progress import track

        rewards = Judge(recipe, library=roots, **options).score_iter(samples)
        return iter(track(rewards, description=name, transient=True, console=_stderr()))

    try:
        result: EvalResult = module.evaluate(data, grade, **ruled)
    except JudgeError:
        raise
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # fields that are not as expected
        reason = f"{type(error).__name__}: {error}"
        raise DataError(f"{str(data)!r} is not laid out as the eval {name!r} says ({reason}); see its file") from error
    if json:
        typer.echo(result.model_dump_json(exclude_none=True))
    else:
        show(result)


def _ruled(name: str, module: Any, vote: str | None) -> dict[str, str]:
    """Return the rule as an argument for the eval, if one was asked for."""
    if vote is None:
        return {}
    if "vote" not in inspect.signature(module.evaluate).parameters:
        raise SettingsError(f"the eval {name!r} counts no votes; leave --vote {vote} out")
    return {"vote": vote}


def _found(data: Path) -> Path:
    """Return the path, or that of the file of its name; many sets are one file."""
    for path in (data, Path(f"{data}.jsonl")):
        if path.exists():
            return path
    raise DataError(f"there is nothing at {str(data)!r}; give the folder or file that the eval's first lines describe")


def _stderr() -> Any:
    from rich.console import Console

    return Console(stderr=True)
