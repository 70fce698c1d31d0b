"""The script that starts a supervisor: `python -I -S -B boot.py SOCKET`.

It opens the way to `judge.sandbox.inside` without running the `__init__` of the packages above it, so that this process
loads nothing but the supervisor.
"""

import os
import sys
from types import ModuleType

if __name__ == "__main__":
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name, path in (("judge", os.path.dirname(folder)), ("judge.sandbox", folder)):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [path]

    from judge.sandbox.inside.supervisor import main

    main(int(sys.argv[1]))
