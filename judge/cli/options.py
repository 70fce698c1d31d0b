"""Options that several commands share, and the judge they describe."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from judge.errors import SettingsError
from judge.judge import Judge

Recipe = Annotated[str, typer.Option("--recipe", "-r", help="Name of a recipe; see [bold]judge list recipes[/].")]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="KIND:NAME[@URL], such as openai:my-model@http://127.0.0.1:8000/v1."),
]
Stronger = Annotated[str | None, typer.Option("--stronger", help="Model that undecided rows escalate to.")]
RubricName = Annotated[str | None, typer.Option("--rubric", help="Name of a rubric, instead of the recipe's own.")]
Library = Annotated[
    list[Path] | None, typer.Option("--library", help="Folder with shelves of your own; may be given several times.")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Change the recipe: critic.samples=8. May be given several times.")
]
ModelSet = Annotated[
    list[str] | None, typer.Option("--model-set", help="Change the model: timeout_s=30, price.prompt=2.5. Likewise.")
]
Seed = Annotated[int, typer.Option(help="Changes every draw of the judge.")]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds for one row with all its calls and checks.")]


def build(
    recipe: str,
    model: str | None,
    *,
    stronger: str | None = None,
    rubric: str | None = None,
    library: list[Path] | None = None,
    changes: list[str] | None = None,
    model_changes: list[str] | None = None,
    seed: int = 0,
    timeout_s: float = 300.0,
    concurrency: int = 64,
    **model_settings: Any,
) -> Judge:
    """Return the judge that the options describe."""
    return Judge(
        recipe,
        model,
        stronger=stronger,
        rubric=rubric,
        settings=pairs("--set", changes),
        library=library or (),
        seed=seed,
        timeout_s=timeout_s,
        concurrency=concurrency,
        **nested(pairs("--model-set", model_changes)),
        **model_settings,
    )


def pairs(flag: str, given: list[str] | None) -> dict[str, Any]:
    """Read `name=value` options; values are JSON where they can be, else text."""
    found: dict[str, Any] = {}
    for name, value in texts(flag, given).items():
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
            found[name] = value
    return found


def texts(flag: str, given: list[str] | None) -> dict[str, str]:
    """Read `name=value` options as text."""
    found = {}
    for item in given or []:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise SettingsError(f"{flag} {item!r} is not name=value")
        found[name] = value
    return found


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """Turn {"price.prompt": 1} into {"price": {"prompt": 1}}."""
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, last = path.split(".")
        place = tree
        for name in parents:
            place = place.setdefault(name, {})
        place[last] = value
    return tree
