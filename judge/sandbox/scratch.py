"""Remove a directory that a hostile program has filled."""

import os
import secrets
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
