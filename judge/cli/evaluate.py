"""`judge eval`: how often the judge agrees with labels that others gave."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from judge import library as shelves
from judge.cli import options
from judge.errors import DataError
from judge.judge import Judge
from judge.report.evaluation import show
from judge.types import EvalResult, Reward, Sample


def evaluate(
    name: Annotated[str, typer.Argument(help="Name of an eval; see [bold]judge list evals[/].")],
    data: Annotated[Path, typer.Option("--data", help="Folder with the data set, laid out as the eval says.")],
    library: options.Library = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object, as the last line.")
    ] = False,
) -> None:
    """Measure the judge on a labelled data set.

    Example:

      judge eval gsm8k_solutions --data ./data/gsm8k_solutions --json
    """
    roots = tuple(map(str, library or ()))
    module: Any = shelves.module("evals", name, roots)
    if not data.is_dir():
        raise DataError(f"there is no folder {str(data)!r}; give the folder that holds the data of {name!r}")

    def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
        from rich.progress import track

        rewards = Judge(recipe, library=roots).score_iter(samples)
        return iter(track(rewards, description=name, transient=True, console=_stderr()))

    result: EvalResult = module.evaluate(data, grade)
    if json:
        typer.echo(result.model_dump_json(exclude_none=True))
    else:
        show(result)


def _stderr() -> Any:
    from rich.console import Console

    return Console(stderr=True)
