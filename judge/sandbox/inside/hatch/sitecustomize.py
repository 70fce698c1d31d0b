"""How a zygote comes to life: `python -s -P -B program.py` with this folder as its PYTHONPATH.

Python imports a module of this name at the end of its own start, before it opens the file on its command line. The
zygote lives inside that import, and leaves it in forked children alone, each shut in and in its own directory: there
Python goes on, and runs their `program.py` as it runs any other, with no frame and no module of ours around it.
"""

import os
import sys
from types import ModuleType

_here = os.path.dirname(os.path.abspath(__file__))
_sandbox = os.path.dirname(os.path.dirname(_here))


def _forget() -> None:
    """Take our names out of the interpreter."""
    sys.path[:] = [entry for entry in sys.path if entry != _here]
    sys.path_importer_cache.pop(_here, None)
    for name in [name for name in sys.modules if name == "sitecustomize" or name.partition(".")[0] == "judge"]:
        del sys.modules[name]


if sys.path[0] == _here:  # nothing else may wake it
    for _name, _path in (("judge", os.path.dirname(_sandbox)), ("judge.sandbox", _sandbox)):
        sys.modules[_name] = ModuleType(_name)
        sys.modules[_name].__path__ = [_path]

    from judge.sandbox.inside.zygote import main

    _forget()
    main()
    if "sitecustomize" not in sys.modules:
        raise ImportError("this machine has none", name="sitecustomize")  # which Python takes for what it says
