"""What is counted in a directory that a hostile program fills."""

import os
from pathlib import Path

import pytest

from judge.sandbox.inside import usage
from judge.sandbox.scratch import remove


def test_bytes_and_entries_are_counted_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 100_000)
    os.link(tmp_path / "a" / "file", tmp_path / "same")
    os.symlink("/usr", tmp_path / "link")
    used, entries = usage.disk(str(tmp_path), 1 << 30, 100)
    assert entries == 4
    assert 100_000 <= used < 130_000  # two names of one file are no two files

    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(600):  # longer than a path may be
            os.mkdir("deeper")
            os.chdir("deeper")
        Path("bottom").write_bytes(b"x" * 200_000)
    finally:
        os.chdir(here)
    used, entries = usage.disk(str(tmp_path), 1 << 30, 10_000)
    remove(str(tmp_path / "deeper"))
    assert entries == 4 + 600 + 1
    assert used >= 300_000


def test_counting_stops_when_it_is_enough(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "x").touch()
    assert 50 <= usage.disk(str(tmp_path), 1 << 30, 50)[1] <= 52


def test_a_directory_that_cannot_be_listed_but_filled_is_too_much(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can list every directory")
    (tmp_path / "hidden").mkdir(mode=0o300)
    assert usage.disk(str(tmp_path), 1 << 30, 100)[1] > 100


def test_files_without_a_name_are_counted_once(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(b"x" * 100_000)
        file.flush()
        os.fsync(file.fileno())
        assert usage.unlinked([os.getpid(), os.getpid()]) < 100_000
        before = usage.unlinked([os.getpid()])
        (tmp_path / "file").unlink()
        assert usage.unlinked([os.getpid(), os.getpid()]) - before >= 100_000
        assert usage.unlinked([os.getpid(), os.getpid()]) - before < 200_000
