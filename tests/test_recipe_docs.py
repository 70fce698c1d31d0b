"""The table of recipes in the docs is the shelf's."""

from pathlib import Path

from judge import library
from judge.report.recipe_card import as_table, card

DOCS = Path(__file__).parent.parent / "docs"


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
