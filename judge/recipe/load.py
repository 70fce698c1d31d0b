"""Read recipes and rubrics from the shelves, and change single settings by name."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from judge import library
from judge.errors import LibraryError, SettingsError
from judge.recipe.recipe import Recipe
from judge.types import Rubric

_FILES = (".yaml", ".yml", ".json")
"""How the path of a rubric outside the shelf ends."""


def load_recipe(name: str, libraries: Sequence[str | Path] = ()) -> Recipe:
    """Read a recipe from the shelf.

    Raises:
        LibraryError: there is none of this name, or the file is no recipe; the message says which field is wrong.
    """
    content = {"name": name, **_yaml("recipes", name, libraries)}
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise LibraryError(_explain("recipe", name, error)) from error


def load_rubric(name: str | Path, libraries: Sequence[str | Path] = ()) -> Rubric:
    """Read a rubric from the shelf or, when `name` ends in .yaml, .yml or .json, from the file at that path.

    Raises:
        LibraryError: there is none of this name, or the file is no rubric; the message says which field is wrong.
    """
    path = Path(name)
    if path.suffix.lower() in _FILES:
        content = {"name": path.stem, **_file(path)}
    else:
        content = {"name": str(name), **_yaml("rubrics", str(name), libraries)}
    try:
        return Rubric.model_validate(content)
    except ValidationError as error:
        raise LibraryError(_explain("rubric", str(name), error)) from error


def override(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return the recipe with settings changed by dotted name, such as `{"critic.samples": 8}`.

    A tool goes by its name, and its options need not be there: `{"tools.web_search.options.corpus": "mine.sqlite"}`.

    Raises:
        SettingsError: there is no such setting, or the value does not fit it.
    """
    content = recipe.model_dump()
    for path, value in changes.items():
        *parents, last = path.split(".")
        place: Any = content
        for name in parents:
            place = _inside(place, name)
        if not isinstance(place, dict) or (last not in place and parents[-1:] != ["options"]):
            raise SettingsError(f"recipe {recipe.name!r} has no setting {path!r}; `judge list recipes` shows them")
        place[last] = value
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain("recipe", recipe.name, error)) from error


def _inside(place: Any, name: str) -> Any:
    """Return what a recipe holds under a name: a field, or the tool that is called so."""
    if isinstance(place, list | tuple):
        return next((item for item in place if isinstance(item, dict) and item.get("tool") == name), None)
    return place.get(name) if isinstance(place, dict) else None


def _yaml(shelf: library.Shelf, name: str, libraries: Sequence[str | Path]) -> dict[str, Any]:
    return _mapping(library.text(shelf, name, libraries), f"{name!r} on the {shelf} shelf")


def _file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"the rubric file {str(path)!r} cannot be read: {error}; give another path") from error
    return _mapping(text, f"the rubric file {str(path)!r}", as_json=path.suffix.lower() == ".json")


def _mapping(text: str, what: str, *, as_json: bool = False) -> dict[str, Any]:
    import yaml

    try:
        content = json.loads(text) if as_json else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise LibraryError(f"{what} is not {'JSON' if as_json else 'YAML'}: {error}") from error
    if not isinstance(content, dict):
        raise LibraryError(f"{what} must be a mapping, found {type(content).__name__}")
    return content


def _explain(what: str, name: str, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{what} {name!r} is wrong at {where}: {first['msg']}"
