"""A directory that a hostile program has filled goes away."""

import os
from pathlib import Path

from judge.sandbox.scratch import remove, removed


def test_depth_permissions_and_links(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("stays")
    top = tmp_path / "top"
    top.mkdir()
    here = os.getcwd()
    os.chdir(top)
    try:
        for _ in range(1500):  # deeper than Python recurses, and longer than a path may be
            os.mkdir("deep")
            os.chdir("deep")
        Path("bottom").write_text("x")
    finally:
        os.chdir(here)
    (top / "closed").mkdir()
    (top / "closed" / "file").write_text("x")
    (top / "link").symlink_to(kept)
    (top / "closed" / "link").symlink_to(kept)
    os.chmod(top / "closed", 0)
    os.chmod(top, 0)

    remove(str(top))

    assert not top.exists()
    assert (kept / "file").read_text() == "stays"


def test_a_link_in_its_place_leads_nowhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o750)
    (kept / "file").write_text("stays")
    (tmp_path / "top").symlink_to(kept)

    remove(str(tmp_path / "top"))

    assert not (tmp_path / "top").is_symlink()
    assert (kept / "file").read_text() == "stays"
    assert kept.stat().st_mode & 0o777 == 0o750


def test_what_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    remove(str(tmp_path / "nothing"))
    assert list(tmp_path.iterdir()) == []


def test_a_directory_as_it_was_left_goes_at_once_and_another_is_left_to_the_careful_way(tmp_path: Path) -> None:
    for name, extra in (("as left", []), ("more", ["more.txt"])):
        (tmp_path / name).mkdir()
        for file in ("program.py", *extra):
            (tmp_path / name / file).write_text("")
        assert removed(str(tmp_path / name), ["program.py"]) is not bool(extra)
        assert (tmp_path / name).exists() is bool(extra)
    assert not removed(str(tmp_path / "gone"), ["program.py"])


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    outside, top = tmp_path / "outside", tmp_path / "top"
    outside.mkdir()
    (outside / "data.txt").write_text("stays")
    top.mkdir()
    (top / "in").symlink_to(outside)
    assert not removed(str(top), ["in/data.txt"])
    remove(str(top))
    assert (outside / "data.txt").read_text() == "stays" and not top.exists()
