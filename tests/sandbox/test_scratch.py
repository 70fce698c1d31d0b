"""A directory that a hostile program has filled goes away."""

import os
from pathlib import Path

from judge.sandbox.scratch import remove


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
