"""What a program finds around it: its environment, and the paths that Python needs."""

import os
import sys
import sysconfig
from functools import cache

PATH = "/usr/local/bin:/usr/bin:/bin"
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # every thread reserves memory


def environment(home: str) -> dict[str, str]:
    """Return all that a program finds in its environment, nothing of ours among it."""
    inherited = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}  # to find libpython
    fixed = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home}
    return {**inherited, **fixed, **dict.fromkeys(_ONE_THREAD, "1")}


@cache
def visible(further: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the paths that Python and its installed libraries need, parents first, each with the place it is kept."""
    installed = (sys.prefix, sys.base_prefix, sys.executable)
    libraries = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), sysconfig.get_path("stdlib"))
    wanted = {*_SYSTEM, *installed, *libraries, *further}
    paths = sorted(wanted | {os.path.realpath(path) for path in wanted})
    top = [path for path in paths if not any(path.startswith(f"{other}/") for other in paths)]
    return [(path, os.path.realpath(path)) for path in top]
