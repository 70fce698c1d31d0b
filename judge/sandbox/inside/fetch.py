"""Take results out of a directory that a hostile program has left. Nobody is left in it who could change it."""

import os
import stat


def take(top: str, names: list[str], most: int, out: int) -> list[tuple[int, int]]:
    """Copy the named files one after the other to the descriptor `out`; return which they are and their sizes.

    Only regular files with a single name are taken, through real directories only, and `most` bytes in all. What is
    anything else, or too large, is left out.
    """
    taken = []
    for place, name in enumerate(names):
        file = _open(top, name)
        if file is None:
            continue
        about = os.fstat(file)
        if stat.S_ISREG(about.st_mode) and about.st_nlink == 1 and about.st_size <= most:
            size = _copy(file, about.st_size, out)
            most -= size
            taken.append((place, size))
        os.close(file)
    return taken


def _open(top: str, name: str) -> int | None:
    *folders, last = [part for part in name.split("/") if part not in ("", ".")]
    here = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=here)
    except OSError:  # not there, a link, or not to be read
        return None
    finally:
        os.close(here)


def _copy(file: int, size: int, out: int) -> int:
    copied = 0
    while copied < size and (piece := os.read(file, min(1 << 20, size - copied))):
        while piece:
            piece = piece[os.write(out, piece) :]
        copied = os.lseek(file, 0, os.SEEK_CUR)
    return copied
