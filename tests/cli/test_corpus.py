"""`judge corpus`, as people use it."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_add_search_info(judge: "Command") -> None:
    docs = judge.folder / "docs"
    docs.mkdir()
    (docs / "everest.txt").write_text("Mount Everest is 8849 m high.")
    (docs / "photo.png").write_bytes(b"x")
    done = judge("corpus", "add", "docs", "--corpus", "c.sqlite")
    assert done.returncode == 0
    assert done.stdout == (
        "1 added, 0 changed, 0 unchanged, 0 removed: 1 passages written to c.sqlite "
        "(1 files of other kinds were passed over)\n"
    )
    shown = judge("corpus", "search", "how high is everest", "--corpus", "c.sqlite")
    assert shown.returncode == 0 and "8849 m" in shown.stdout and "docs/everest.txt" in shown.stdout
    found = json.loads(judge("corpus", "search", "everest", "--corpus", "c.sqlite", "--json").stdout)
    assert (found["title"], found["rank"], found["engine"]) == ("everest", 1, "corpus")
    assert judge("corpus", "search", "lead", "--corpus", "c.sqlite").returncode == 1
    assert json.loads(judge("corpus", "info", "--corpus", "c.sqlite", "--json").stdout)["files"] == 1
    (docs / "everest.txt").unlink()
    again = json.loads(judge("corpus", "add", "docs", "--corpus", "c.sqlite", "--json").stdout)
    assert (again["removed"], again["same"]) == (1, 0)


def test_mistakes_are_one_sentence(judge: "Command") -> None:
    assert "there is no corpus at 'c.sqlite'" in judge.refused("corpus", "search", "x", "--corpus", "c.sqlite")
    assert "there is no file or folder 'nowhere'" in judge.refused("corpus", "add", "nowhere", "--corpus", "c.sqlite")
    assert "--fields 'text' is not NAME=COLUMN" in judge.refused("corpus", "add", ".", "--fields", "text")


def test_help_shows_an_example(judge: "Command") -> None:
    shown = judge("corpus", "add", "--help")
    assert shown.returncode == 0 and "judge corpus add docs/" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
