"""Shelves: the shipped library, a user's own before it, and what is refused."""

from pathlib import Path

import pytest

from judge import library
from judge.errors import LibraryError


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for shelf in library.SHELVES:
        (tmp_path / shelf).mkdir()
    return tmp_path


def test_a_users_own_file_wins(own: Path) -> None:
    shipped = library.text("rubrics", "helpfulness")
    (own / "rubrics" / "helpfulness.yaml").write_text("mine")
    assert library.text("rubrics", "helpfulness", [own]) == "mine"
    assert library.text("rubrics", "helpfulness") == shipped


def test_names_are_of_both_libraries(own: Path) -> None:
    (own / "recipes" / "mine.yaml").write_text("")
    assert {"mine", "verify"} <= set(library.names("recipes", [own]))


@pytest.mark.parametrize("name", ["../secrets", "a/b", "", "no_such"])
def test_what_is_not_on_the_shelf_is_refused_with_what_is(name: str) -> None:
    with pytest.raises(LibraryError, match=r"choose one of: .*verify"):
        library.find("recipes", name)


def test_module_is_loaded_once_per_file(own: Path) -> None:
    (own / "tools" / "counter.py").write_text("loaded = []\nloaded.append(1)\n")
    assert library.module("tools", "counter", [own]) is library.module("tools", "counter", [own])
    assert library.module("tools", "counter", [own]).loaded == [1]


def test_broken_module_says_why_and_may_be_mended(own: Path) -> None:
    file = own / "tools" / "broken.py"
    file.write_text("import nothing_of_this_name\n")
    with pytest.raises(LibraryError, match=r"broken\.py does not load: ModuleNotFoundError"):
        library.module("tools", "broken", [own])
    file.write_text("fine = True\n")
    assert library.module("tools", "broken", [own]).fine
