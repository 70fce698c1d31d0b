import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.errors import DataError
from judge.run.identity import Identity
from judge.run.journal import Journal
from judge.run.record import Record
from judge.types import Failure, Reward, Usage

RUN = Identity(data="/d.jsonl", size=10, ends="e", judge="j", fields="f", version="1")


def record(index: int, value: float | None = 0.5, rationale: str = "because") -> Record:
    if value is None:
        return Record.failed(index, f"r{index}", "invalid", "row 1 is no sample")
    reward = Reward(status="ok", value=value, rationale=rationale, usage=Usage(calls=1, usd=0.25))
    return Record.of(index, f"r{index}", [reward])


def passing(index: int) -> Record:
    """Return the record of a row whose failure may pass."""
    failure = Failure(kind="timeout", message="too slow", retryable=True)
    return Record.of(index, f"r{index}", [Reward(status="failed", failure=failure, usage=Usage(calls=1))])


def open_journal(path: Path, run: Identity = RUN) -> tuple[Journal, int]:
    journal = Journal(path, run)
    return journal, sum(1 for _ in journal.resume())


def test_what_is_appended_in_any_order_comes_back_in_input_order(tmp_path: Path) -> None:
    journal, found = open_journal(tmp_path / "j")
    assert found == 0
    journal.append([record(3), record(0)])
    journal.append([record(1, None)])
    assert [json.loads(line)["index"] for line in journal.records()] == [0, 1, 3]
    assert (0 in journal, 2 in journal, 9 in journal) == (True, False, False)
    assert [journal.unscored(index) for index in (0, 1, 2)] == [False, True, False]
    assert journal.record(1) == record(1, None)
    journal.close()
    journal.close()

    journal, found = open_journal(tmp_path / "j")
    assert found == 3 and list(journal.done()) == [0, 1, 3]
    assert [Record.model_validate_json(line) for line in journal.records()] == [record(0), record(1, None), record(3)]
    journal.close()


def test_a_glance_has_what_the_figures_need(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "j")
    journal.append([record(0, 0.75), record(1, None)])
    journal.close()
    first, second = list(Journal(tmp_path / "j", RUN).resume())
    assert (first.status, first.values, first.usage.usd, first.rewards[0].hi) == ("ok", (0.75,), 0.25, 1.0)
    assert second.failure and (second.status, second.failure.kind, second.values) == ("failed", "invalid", ())
    assert not first.retryable and not second.retryable


@settings(max_examples=60, deadline=None)
@given(
    order=st.lists(st.integers(0, 40), unique=True, max_size=12),
    text=st.text(max_size=20),
    share=st.floats(0, 1),
)
def test_cut_anywhere_it_keeps_every_whole_line_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], text: str, share: float
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    journal, _ = open_journal(path)
    journal.append([record(index, rationale=text) for index in order])
    journal.close()
    whole = path.read_bytes()
    cut = whole[: round(share * len(whole))]
    path.write_bytes(cut)
    kept = order[: max(cut.count(b"\n") - 1, 0)]

    journal, found = open_journal(path)
    assert found == len(kept) and list(journal.done()) == sorted(kept)
    assert [journal.record(index) for index in kept] == [record(index, rationale=text) for index in kept]
    journal.append([record(41)])
    journal.append([record(index, rationale=text) for index in order if index not in kept])
    journal.close()
    assert sorted(path.read_bytes().splitlines()[1:]) == sorted(
        [
            *whole.splitlines()[1:],
            b'{"index":41,"record":%s}' % record(41).line(),
        ]
    )


def test_a_failure_that_may_pass_gives_way_to_the_next_record_of_its_row(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "j")
    journal.append([record(0), passing(1), passing(2), record(3, None), passing(4)])
    assert [index in journal for index in range(6)] == [True, False, False, True, False, False]
    assert [journal.unscored(index) for index in range(6)] == [False, True, True, True, True, False]
    assert list(journal.left()) == []  # this sitting has just judged them
    journal.close()

    journal, lines = open_journal(tmp_path / "j")
    assert lines == 5 and len(list(journal.left())) == 3
    journal.append([record(1), passing(2)])
    assert [glance.retryable for glance in journal.left()] == [True]  # row 4
    journal.close()

    journal, lines = open_journal(tmp_path / "j")
    assert lines == 7 and list(journal.done()) == [0, 1, 2, 3, 4]
    found = [Record.model_validate_json(line) for line in journal.records()]
    assert found == [record(0), record(1), passing(2), record(3, None), passing(4)]
    journal.close()


@settings(max_examples=60, deadline=None)
@given(
    sittings=st.lists(
        st.dictionaries(st.integers(0, 12), st.sampled_from([0.0, 1.0, None, "again"]), max_size=8), max_size=4
    )
)
def test_after_any_sittings_the_last_record_of_each_row_counts(
    tmp_path_factory: pytest.TempPathFactory, sittings: list[dict[int, float | str | None]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    expected: dict[int, Record] = {}
    for sitting in sittings:
        journal, _ = open_journal(path)
        before = {index for index, made in expected.items() if made.retryable}
        assert {index for index in range(13) if index in journal} == expected.keys() - before
        for index, outcome in sitting.items():
            if index not in journal:
                made = passing(index) if isinstance(outcome, str) else record(index, outcome)
                journal.append([made])
                expected[index] = made
                before.discard(index)
        assert len(list(journal.left())) == len(before)
        journal.close()
    journal, _ = open_journal(path)
    assert [Record.model_validate_json(line) for line in journal.records()] == [expected[i] for i in sorted(expected)]
    journal.close()


def test_a_journal_without_a_record_leaves_no_file_and_binds_nobody(tmp_path: Path) -> None:
    open_journal(tmp_path / "j")[0].close()
    assert not (tmp_path / "j").exists()
    other, found = open_journal(tmp_path / "j", RUN.model_copy(update={"judge": "k"}))
    assert found == 0
    other.close()


def test_a_line_that_is_no_record_is_judged_again(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "j")
    journal.append([record(0), record(1), record(2)])
    journal.close()
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    lines[2] = bytes(len(lines[2]) - 1) + b"\n"  # what a power cut may leave
    (tmp_path / "j").write_bytes(b"".join(lines))
    journal, found = open_journal(tmp_path / "j")
    assert found == 2 and list(journal.done()) == [0, 2]
    assert journal.record(2) == record(2)
    journal.close()


def test_another_runs_journal_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "j")
    journal.append([record(0)])
    journal.close()
    other = RUN.model_copy(update={"judge": "k", "size": 11, "data": "/moved.jsonl"})
    with pytest.raises(DataError) as caught:
        open_journal(tmp_path / "j", other)
    said = str(caught.value)
    assert "the size of the data (10 there, 11 here) and the judge's settings (j there, k here)" in said
    assert "choose another --out or pass --overwrite" in said and "moved" not in said
    (tmp_path / "k").write_text("my notes\n")
    with pytest.raises(DataError, match="is no journal"):
        open_journal(tmp_path / "k")
    assert (tmp_path / "k").read_text() == "my notes\n"


def test_the_identity_looks_at_both_ends_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(b"a" * 100 + b"-" * 300_000 + b"z" * 100)
    one = Identity.of(path, "j", "f")
    assert one == Identity.of(path, "j", "f") and one.size == 300_200
    path.write_bytes(b"a" * 100 + b"-" * 300_000 + b"z" * 99 + b"y")
    assert one.differences(Identity.of(path, "j", "f")).startswith("the content of the data")


def test_half_a_surrogate_in_a_rationale_can_be_kept(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "j")
    journal.append([record(0, rationale="cut \ud83d")])
    assert journal.record(0).rationale == "cut ?"
    journal.close()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from test_journal import RUN, Journal, record
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
journal = Journal(Path({path!r}), RUN)
list(journal.resume())
for index in range(0, 100, 4):
    journal.append([record(index + at) for at in range(4)])
"""


def test_on_a_full_disk_whole_lines_stay_and_the_run_goes_on_later(tmp_path: Path) -> None:
    """A file size limit stands in for the disk: the write that does not fit comes back short, the next one fails."""
    path = tmp_path / "j"
    script = FULL_DISK.format(here=str(Path(__file__).parent), path=str(path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "cannot write" in done.stderr and "make room and start the same run again" in done.stderr
    content = path.read_bytes()
    size = len(content.splitlines()[1]) + 1
    assert content.endswith(b"}\n") and 3000 - size - 10 < len(content) <= 3000
    journal, found = open_journal(path)
    assert list(journal.done()) == list(range(found)) and found > 3
    journal.append([record(found)])
    assert journal.record(found) == record(found)
    journal.close()
