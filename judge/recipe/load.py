"""Read recipes and rubrics from the shelves, and change single settings by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from judge import library
from judge.errors import LibraryError, SettingsError
from judge.recipe.recipe import Recipe
from judge.types import Rubric


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


def load_rubric(name: str, libraries: Sequence[str | Path] = ()) -> Rubric:
    """Read a rubric from the shelf; raise LibraryError as `load_recipe` does."""
    content = {"name": name, **_yaml("rubrics", name, libraries)}
    try:
        return Rubric.model_validate(content)
    except ValidationError as error:
        raise LibraryError(_explain("rubric", name, error)) from error


def override(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return the recipe with settings changed by dotted name, such as `{"critic.samples": 8}`.

    Raises:
        SettingsError: there is no such setting, or the value does not fit it.
    """
    content = recipe.model_dump()
    for path, value in changes.items():
        *parents, last = path.split(".")
        place: Any = content
        for name in parents:
            place = place.get(name) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            raise SettingsError(f"recipe {recipe.name!r} has no setting {path!r}; `judge list recipes` shows them")
        place[last] = value
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain("recipe", recipe.name, error)) from error


def _yaml(shelf: library.Shelf, name: str, libraries: Sequence[str | Path]) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(library.text(shelf, name, libraries))
    except yaml.YAMLError as error:
        raise LibraryError(f"{name!r} on the {shelf} shelf is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise LibraryError(f"{name!r} on the {shelf} shelf must be a mapping, found {type(content).__name__}")
    return content


def _explain(what: str, name: str, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{what} {name!r} is wrong at {where}: {first['msg']}"
