"""Remove a directory that a hostile program has filled."""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress


def remove(top: str) -> None:
    """Remove a directory tree of any depth and any permissions, without recursion and without following links.

    Directories inside directories are moved up before their parent is removed, so no path grows long. What cannot be
    removed stays.
    """
    with suppress(OSError):
        if os.path.islink(top):  # its owner may have moved the directory and left a way to somebody else's
            os.unlink(top)
            return
        os.chmod(top, 0o700)
        while entries := list(os.scandir(top)):
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                os.chmod(entry.path, 0o700)
                for child in os.scandir(entry.path):
                    if child.is_dir(follow_symlinks=False):
                        os.chmod(child.path, 0o700)
                        os.rename(child.path, os.path.join(top, secrets.token_hex(16)))
                    else:
                        os.unlink(child.path)
                os.rmdir(entry.path)
        os.rmdir(top)


def removed(top: str, files: Iterable[str]) -> bool:
    """Remove a directory that holds just these files, which takes no time; return whether that was all of it.

    Only for a program that could put nothing else in the directory's own place. It may have put a link in the place of
    a folder inside, so nothing below the first level is touched.
    """
    names = list(files)
    if any("/" in name for name in names):
        return False
    try:
        for name in names:
            os.unlink(f"{top}/{name}")
        os.rmdir(top)
    except OSError:
        return False
    return True
