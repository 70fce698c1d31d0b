"""The table of recipes in the docs is the shelf's."""

import importlib
import importlib.util
import re
from pathlib import Path
from typing import get_args

from judge import library
from judge.calibration import Calibrator
from judge.learn.methods import METHODS
from judge.report.recipe_card import as_table, card

DOCS = Path(__file__).parent.parent / "docs"
OTHERS = {"arXiv 2310.02743", "arXiv 2410.18451", "arXiv 2403.13787"}
"""Papers that recipes mention beside the one that they follow."""


def test_table_is_what_judge_list_recipes_prints() -> None:
    """Where it is not, put the output of `judge list recipes --markdown` at the end of docs/recipes.md."""
    table = as_table([card(name) for name in library.names("recipes")])
    assert (DOCS / "recipes.md").read_text(encoding="utf-8").endswith(f"{table}\n")


def test_every_recipe_that_the_docs_recommend_exists() -> None:
    text = (DOCS / "recipes.md").read_text(encoding="utf-8")
    advice = text[text.index("## Which one?") : text.index("## The slots")]
    names = {word for line in advice.splitlines() if line.startswith("| ") for word in line.split("`")[1::2]}
    known = set(library.names("recipes"))
    assert {name for name in names if " " not in name and ":" not in name} <= known


def test_what_the_page_of_methods_names_exists() -> None:
    rows = [line.split("|") for line in (DOCS / "methods.md").read_text(encoding="utf-8").splitlines()]
    where = [row[2] for row in rows if len(row) == 5]
    for cell in where:
        for path in re.findall(r"`(judge\.[a-z_.]+)`", cell):
            module, _, name = path.rpartition(".")
            assert hasattr(importlib.import_module(module), name) or importlib.util.find_spec(path), path
    for kinds, known in {
        r"recipes? ((?:`\w+`(?:, )?)+)": set(library.names("recipes")),
        r"learn ((?:`\w+`(?:, )?)+)": set(METHODS),
        r"kinds? ((?:`\w+`(?:, )?)+)": _kinds(),
        r"tool ((?:`\w+`(?:, )?)+)": set(library.names("tools")),
    }.items():
        named = {name for cell in where for found in re.findall(kinds, cell) for name in re.findall(r"\w+", found)}
        assert named and named <= known, named - known


def _kinds() -> set[str]:
    kinds, _ = get_args(Calibrator)
    return {kind.model_fields["kind"].default for kind in get_args(kinds)}


def test_every_recipe_that_follows_a_paper_is_on_the_page_of_methods() -> None:
    text = (DOCS / "methods.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text))
    assert set(library.names("recipes")) <= named
    for name in library.names("recipes"):
        for number in re.findall(r"arXiv \d{4}\.\d{5}", card(name).follows):
            assert number in text or number in OTHERS, f"{name}: {number}"


def test_every_recipe_says_in_one_sentence_what_it_is_and_loads() -> None:
    for name in library.names("recipes"):
        about = card(name)
        assert about.about[0].isupper() and about.about.endswith("."), name
        assert about.approximates == "" or about.follows, name


def test_a_recipe_that_names_files_of_a_user_is_described_without_them(tmp_path: Path) -> None:
    """They may not be there yet when somebody chooses among recipes."""
    shelf = tmp_path / "recipes"
    shelf.mkdir()
    (shelf / "mine.yaml").write_text(
        "about: Mine.\ncriteria: {}\ncritic: {prompt: critique_then_score}\n"
        "vote: {filters: [{name: meta, form: fitted, file: not_yet.json}]}\nsettle: {calibrator: not_yet.json}\n"
    )
    found = card("mine", [tmp_path])
    assert (found.calls, found.calls_for_group) == (1, 8)
    assert found.slots["settle"] == "calibrated by 1"
