"""Find what the judge reads by name: prompts, rubrics, recipes, tools and evals.

In a checkout these five shelves stand next to `judge/`; in a wheel they are packed into `judge/_library/`. A user's
own library (the same five folders, named explicitly) comes before the shipped one.
What a file means is not known here.
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

from judge.errors import LibraryError
from judge.types import digest

Shelf = Literal["prompts", "rubrics", "recipes", "tools", "evals"]
SHELVES: tuple[Shelf, ...] = get_args(Shelf)

_SUFFIX: dict[Shelf, str] = {
    "prompts": ".md",
    "rubrics": ".yaml",
    "recipes": ".yaml",
    "tools": ".py",
    "evals": ".py",
}
_PACKED = Path(__file__).with_name("_library")
_CHECKOUT = Path(__file__).parent.parent


def builtin() -> Path:
    """Return the library that ships with the judge; raise LibraryError when the installation is broken."""
    if _PACKED.is_dir():
        return _PACKED
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT
    raise LibraryError(
        f"the judge's library is missing: looked in {_PACKED} and {_CHECKOUT}; install agentic-judge again"
    )


def names(shelf: Shelf, extra: Sequence[str | Path] = ()) -> list[str]:
    """Return the names on a shelf, sorted."""
    roots = [*map(Path, extra), builtin()]
    return sorted({path.stem for root in roots for path in (root / shelf).glob(f"*{_SUFFIX[shelf]}")})


def find(shelf: Shelf, name: str, extra: Sequence[str | Path] = ()) -> Path:
    """Return the file of `name` on a shelf; the first library that has it wins. Raise LibraryError when none has."""
    if name.isidentifier():  # also keeps `../` out
        for root in [*map(Path, extra), builtin()]:
            if (path := root / shelf / f"{name}{_SUFFIX[shelf]}").is_file():
                return path
    raise LibraryError(f"there is no {name!r} among the {shelf}; choose one of: {', '.join(names(shelf, extra))}")


def text(shelf: Shelf, name: str, extra: Sequence[str | Path] = ()) -> str:
    """Return the text of `name` on a shelf."""
    return find(shelf, name, extra).read_text(encoding="utf-8")


def module(shelf: Shelf, name: str, extra: Sequence[str | Path] = ()) -> ModuleType:
    """Import the Python file of `name` on a shelf, once per file. Only libraries that the user named are looked in."""
    path = find(shelf, name, extra)
    full = f"judge._library.{shelf}.{name}_{digest(str(path))}"
    if full in sys.modules:
        return sys.modules[full]
    spec = importlib.util.spec_from_file_location(full, path)
    assert spec is not None and spec.loader is not None, path
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[full] = loaded  # dataclasses and pickle look their module up by name
    try:
        spec.loader.exec_module(loaded)
    except BaseException as error:
        del sys.modules[full]
        if isinstance(error, Exception):
            raise LibraryError(f"{path} does not load: {type(error).__name__}: {error}") from error
        raise
    return loaded
