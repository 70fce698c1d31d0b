"""Options that several commands share, and the judge they describe."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from judge.errors import SettingsError
from judge.judge import Judge

_PANEL = "The judge"

Recipe = Annotated[
    str, typer.Option("--recipe", "-r", metavar="NAME", rich_help_panel=_PANEL, help="See [bold]judge list recipes[/].")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="KIND:NAME[@URL]", rich_help_panel=_PANEL, help="Who judges, for recipes that ask."
    ),
]
Stronger = Annotated[
    str | None,
    typer.Option(metavar="KIND:NAME[@URL]", rich_help_panel=_PANEL, help="Whom undecided rows escalate to."),
]
Role = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ROLE=KIND:NAME[@URL]",
        rich_help_panel=_PANEL,
        help="A model for a further role of the recipe, such as meta=scoring:NAME@URL. Repeatable.",
    ),
]
RubricName = Annotated[
    str | None,
    typer.Option("--rubric", metavar="NAME|FILE", rich_help_panel=_PANEL, help="A rubric instead of the recipe's own."),
]
Library = Annotated[
    list[Path] | None,
    typer.Option(
        exists=True, file_okay=False, metavar="DIR", rich_help_panel=_PANEL, help="Shelves of your own. Repeatable."
    ),
]
Replay = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, metavar="FILE", rich_help_panel=_PANEL, help="Play back an earlier run's output."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SETTING=VALUE",
        rich_help_panel=_PANEL,
        help="Change the recipe: critic.samples=8. Repeatable.",
    ),
]
ModelSet = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SETTING=VALUE", rich_help_panel=_PANEL, help="Change the model: price.prompt=2.5. Repeatable."
    ),
]
Seed = Annotated[int, typer.Option(metavar="N", rich_help_panel=_PANEL, help="Changes every draw of the judge.")]
Timeout = Annotated[
    float, typer.Option(metavar="SECONDS", rich_help_panel=_PANEL, help="For one row with all its calls and checks.")
]


def build(
    recipe: str,
    model: str | None,
    *,
    stronger: str | None = None,
    roles: list[str] | None = None,
    rubric: str | None = None,
    library: list[Path] | None = None,
    replay: Path | None = None,
    changes: list[str] | None = None,
    model_changes: list[str] | None = None,
    seed: int = 0,
    timeout_s: float = 300.0,
    concurrency: int | None = None,
    **model_settings: Any,
) -> Judge:
    """Return the judge that the options describe; `model_settings` are defaults that `--model-set` may change."""
    return Judge(
        recipe,
        model,
        stronger=stronger,
        models={role: str(named) for role, named in pairs("--role", roles, example="meta=KIND:NAME").items()},
        rubric=rubric,
        settings=pairs("--set", changes),
        library=library or (),
        replay=replay or "",
        seed=seed,
        timeout_s=timeout_s,
        concurrency=concurrency,
        **{**model_settings, **nested(pairs("--model-set", model_changes))},
    )


def pairs(flag: str, given: list[str] | None, *, example: str = "critic.samples=8") -> dict[str, Any]:
    """Read `name=value` options; values are JSON where they can be, else text."""
    found: dict[str, Any] = {}
    for item in given or []:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise SettingsError(f"{flag} {item!r} is not SETTING=VALUE; write for example {flag} {example}")
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
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
        if not isinstance(place, dict):
            raise SettingsError(f"{path!r} is set both as a whole and in parts; give one of them")
        place[last] = value
    return tree
