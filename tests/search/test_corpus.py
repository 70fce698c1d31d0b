import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError, SettingsError
from judge.search.adding import Added, Progress, add, why_not
from judge.search.corpus import find, info
from judge.search.documents import CHUNK, passages


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "tower.txt").write_text("The Eiffel Tower stands in Paris.\n\nIt was finished in 1889.")
    (folder / "peking.md").write_text("# Peking\n\n北京是中华人民共和国的首都。", encoding="utf-8")
    (folder / "rows.jsonl").write_text(
        json.dumps({"body": "Mount Everest is 8849 m high.", "name": "Everest", "day": "2020-12-08"}) + "\n\n"
        + json.dumps({"body": "K2 is 8611 m high.", "link": "https://example.org/k2"}) + "\n"
    )  # fmt: skip
    (folder / "rows.csv").write_text('text,title\n"Water boils, at sea level, at 100 C.",Water\n')
    (folder / "cats.html").write_text("<title>Cats</title><p>Cats purr<script>dogs bark</script>")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text("secret tower")
    return folder


FIELDS = {"text": "body", "title": "name", "url": "link", "date": "day"}


@pytest.fixture
def corpus(docs: Path, tmp_path: Path) -> str:
    (docs / "rows.csv").unlink()  # its columns have other names
    path = str(tmp_path / "corpus.sqlite")
    add(path, [docs], FIELDS)
    return path


def titles(path: str, query: str, count: int = 5) -> list[str]:
    return [one.title for one in find(path, query, count)]


def test_files_become_passages_with_title_source_and_date(corpus: str) -> None:
    best = find(corpus, "how high is mount everest", 5)[0]
    assert (best.title, best.url, best.date) == ("Everest", "docs/rows.jsonl:1", "2020-12-08")
    assert (best.snippet, best.engine, best.rank) == ("Mount Everest is 8849 m high.", "corpus", 1)
    assert find(corpus, "8611", 5)[0].url == "https://example.org/k2"
    assert find(corpus, "purrs", 5)[0].title == "Cats"
    assert not find(corpus, "dogs", 5) and not find(corpus, "secret", 5)


def test_words_match_by_their_stem_and_chinese_by_pairs(corpus: str) -> None:
    assert titles(corpus, "finishing towers") == ["tower"]
    assert titles(corpus, "首都") == titles(corpus, "京") == titles(corpus, "中国的首都在哪里") == ["Peking"]
    assert titles(corpus, "东京都") == []


QUERIES = ['a "quote', "tower-in", "title:tower", "tower AND", "NEAR(tower", "tower*", "(", "\u19b0\u19b1 tower",
           "^tower", "tower\x00", "{tower}", "tower OR OR", "'tower", "tower; DROP TABLE chunks"]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_words_and_never_a_query_language(corpus: str, query: str) -> None:
    assert titles(corpus, query) == (["tower"] if "tower" in query else [])


@given(st.text(max_size=40))
def test_any_query_is_answered(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    path = str(tmp_path_factory.getbasetemp() / "any.sqlite")
    if not os.path.exists(path):
        source = Path(path).with_suffix(".txt")
        source.write_text("word and another")
        add(path, [source])
    assert len(find(path, query, 3)) <= 1


def test_empty_queries_find_nothing(corpus: str) -> None:
    assert find(corpus, "", 5) == find(corpus, "?!", 5) == ()


def test_only_what_changed_is_read_again_and_what_vanished_goes(docs: Path, corpus: str) -> None:
    assert add(corpus, [docs], FIELDS) == Added(same=4, skipped=2)
    (docs / "tower.txt").unlink()
    (docs / "peking.md").write_text("# Tokyo\n\nA city in Japan.")
    (docs / "new.txt").write_text("Lead melts at 327 C.")
    done = add(corpus, [docs], FIELDS)
    assert (done.added, done.changed, done.same, done.removed) == (1, 1, 2, 1)
    assert titles(corpus, "tower 首都") == [] and titles(corpus, "Tokyo melts") == ["Tokyo", "new"]
    assert (info(corpus).files, info(corpus).passages) == (4, 5)


def test_a_folder_does_not_take_out_what_another_one_brought(docs: Path, corpus: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "iron.txt").write_text("Iron rusts.")
    assert add(corpus, [other]).removed == 0
    assert titles(corpus, "iron tower") == ["iron", "tower"] or titles(corpus, "iron tower") == ["tower", "iron"]


def test_progress_is_told_in_bytes(docs: Path, tmp_path: Path) -> None:
    (docs / "rows.jsonl").unlink()
    seen: list[Progress] = []
    add(str(tmp_path / "c.sqlite"), [docs], watch=seen.append)
    assert [one.file for one in seen] == ["docs/cats.html", "docs/peking.md", "docs/rows.csv", "docs/tower.txt"]
    assert seen[-1].bytes == seen[-1].of == sum((docs / Path(one.file).name).stat().st_size for one in seen)


def test_rows_without_text_say_which_columns_there_are(docs: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "c.sqlite")
    with pytest.raises(DataError, match=r"'rows.jsonl:1' has no text in the field 'text'.*--fields.*'body', 'name'"):
        add(path, [docs / "rows.jsonl"])
    (docs / "broken.jsonl").write_text('{"text": "fine"}\n{"text": \n')
    with pytest.raises(DataError, match=r"line 2 of .* is no JSON"):
        add(path, [docs / "broken.jsonl"])
    assert find(path, "fine", 5) == ()  # whole or not at all
    with pytest.raises(DataError, match="of no kind that is read"):
        add(path, [docs / "photo.png"])
    with pytest.raises(DataError, match="there is no file or folder"):
        add(path, [docs / "nowhere"])
    with pytest.raises(SettingsError, match="a row has no 'body'"):
        add(path, [docs], {"body": "text"})


def test_no_corpus_and_other_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no corpus at .*judge corpus add"):
        find(str(tmp_path / "none.sqlite"), "x", 5)
    (tmp_path / "text.sqlite").write_text("This is no database at all, but it is long enough to be one. " * 20)
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE t (x)")
    other.close()
    for name in ("text.sqlite", "other.sqlite"):
        with pytest.raises(SettingsError, match=r"is no corpus|cannot be written"):
            find(str(tmp_path / name), "x", 5)
        with pytest.raises(SettingsError, match=r"is no corpus|cannot be written"):
            add(str(tmp_path / name), [])


def test_without_fts5_the_sentence_says_so() -> None:
    assert "built without FTS5" in why_not("c", sqlite3.OperationalError("no such module: fts5"))
    assert "another process is writing" in why_not("c", sqlite3.OperationalError("database is locked"))


def test_readers_go_on_while_a_writer_writes(corpus: str) -> None:
    writer = sqlite3.connect(corpus, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM chunks")
    code = "import sys; from judge.search.corpus import find; print(find(sys.argv[1], 'tower', 5)[0].title)"
    done = subprocess.run([sys.executable, "-c", code, corpus], capture_output=True, text=True, check=True)
    assert done.stdout == "tower\n" and titles(corpus, "tower") == ["tower"]
    writer.execute("ROLLBACK")
    writer.close()


def test_a_reader_changes_nothing(corpus: str) -> None:
    before = Path(corpus).read_bytes()
    find(corpus, "tower", 5)
    assert Path(corpus).read_bytes() == before


def test_a_corpus_made_anew_is_seen(docs: Path, corpus: str) -> None:
    assert titles(corpus, "tower") == ["tower"]
    for file in Path(corpus).parent.glob("corpus.sqlite*"):
        file.unlink()
    (docs / "tower.txt").write_text("The tower of Pisa leans.")
    add(corpus, [docs / "tower.txt"])
    assert find(corpus, "tower", 5)[0].snippet == "The tower of Pisa leans."


def test_common_words_do_not_hide_rare_ones(tmp_path: Path) -> None:
    rows = [{"text": f"the river number{n} flows to the sea"} for n in range(3_000)]
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = str(tmp_path / "c.sqlite")
    add(path, [data])
    assert find(path, "the river that flows to the sea and is number1234", 3)[0].url == "rows.jsonl:1235"
    assert len(find(path, "the sea", 3)) == 3


@given(st.text(alphabet="ab .\n。", max_size=5_000))
def test_passages_are_short_and_lose_nothing(text: str) -> None:
    parts = list(passages(text))
    assert all(0 < len(part) <= CHUNK for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_passages_end_where_paragraphs_and_sentences_end() -> None:
    text = "First sentence here. " * 40 + "\n\n" + "Second paragraph. " * 40
    parts = list(passages(text))
    assert parts[0].endswith("First sentence here.") and parts[1].startswith("Second paragraph.")
