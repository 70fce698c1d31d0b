"""`judge list` and `judge graph`: what is on the shelves and how a recipe flows."""

import ast
import json as json_lines
from typing import Annotated

import typer

from judge import library as shelves
from judge.cli import options
from judge.errors import LibraryError, SettingsError
from judge.graph import mermaid
from judge.recipe import load_recipe, load_rubric
from judge.report.recipe_card import RecipeCard, as_table, card
from judge.text import Prompt


def shelf(
    name: Annotated[str, typer.Argument(metavar="SHELF", help="One of the shelves.")],
    library: options.Library = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Recipes as a table for a document.")] = False,
) -> None:
    """List what stands on a shelf, each with one sentence.

    The shelves are recipes, rubrics, tools, prompts and evals. Of a recipe it also says which paper it follows, what
    stands in each slot, what its models must be able to do, and how many calls it makes for one response (or one pair)
    and for a group of eight.

    Examples:

      judge list recipes

      judge list recipes --json | jq 'select(.calls == 1)'

      judge list tools --library ./my_library
    """
    found = next((known for known in shelves.SHELVES if known == name), None)
    if found is None:
        raise SettingsError(f"there is no shelf {name!r}; choose one of: {', '.join(shelves.SHELVES)}")
    roots = tuple(map(str, library or ()))
    names = shelves.names(found, roots)
    if found == "recipes":
        cards = [card(entry, roots) for entry in names]
        if markdown:
            typer.echo(as_table(cards))
        else:
            _list_recipes(cards, json=json)
        return
    if markdown:
        raise SettingsError(f"--markdown is for recipes; list {found} with --json, or as they are")
    entries = [(entry, _about(found, entry, roots)) for entry in names]
    if json:
        for entry, about in entries:
            typer.echo(json_lines.dumps({"name": entry, "about": about}, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    for entry, about in entries:
        table.add_row(entry, about)
    Console().print(table)


def _list_recipes(cards: list[RecipeCard], *, json: bool) -> None:
    """Print recipes with what they follow, use, need and cost."""
    if json:
        for each in cards:
            typer.echo(each.to_json())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("recipe", style="bold", no_wrap=True)
    table.add_column("what it does", ratio=1)
    table.add_column("calls", justify="right")
    table.add_column("for 8", justify="right")
    for each in cards:
        said = Text(each.about)
        if each.follows:
            said.append(f"\nfollows {each.follows}", "dim")
        if each.slots:
            said.append("\n" + "; ".join(f"{slot}: {what}" for slot, what in each.slots.items()), "dim")
        if each.needs:
            said.append(f"\nneeds {', '.join(each.needs)}", "yellow")
        table.add_row(each.name, said, str(each.calls), str(each.calls_for_group))
    Console().print(table)


def graph(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="See [bold]judge list recipes[/].")],
    library: options.Library = None,
) -> None:
    """Print the state machine of a recipe as Mermaid text.

    Paste it where Mermaid is drawn, such as a fenced block of a README.

    Example:

      judge graph direct > direct.mmd
    """
    typer.echo(mermaid(load_recipe(recipe, tuple(map(str, library or ())))))


def _about(shelf: shelves.Shelf, name: str, roots: tuple[str, ...]) -> str:
    if shelf == "rubrics":
        return load_rubric(name, roots).about
    text = shelves.text(shelf, name, roots)
    if shelf == "prompts":
        return f"follows {Prompt(name, text).head['follows']}"
    try:
        return (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
    except SyntaxError as error:
        raise LibraryError(f"{name!r} on the {shelf} shelf is no Python: {error}; mend the file") from error
