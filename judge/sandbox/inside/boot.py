"""The script that starts a supervisor: `python -I -S -B boot.py SOCKET RESULTS`.

Standard input begins with the compiled modules of this folder, since a fresh interpreter may have no place to keep
them: eight hexadecimal digits of length and a marshalled mapping of names to code. Nothing else of the project is
loaded.
"""

import marshal
import os
import sys
from importlib.machinery import ModuleSpec, SourcelessFileLoader
from types import CodeType, ModuleType


class Carried(SourcelessFileLoader):
    """Finds modules among those that came along."""

    modules: dict[str, CodeType] = {}  # noqa: RUF012 - there is one set of them

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return how to load a module, None when it did not come along."""
        if name not in self.modules:
            return None
        return ModuleSpec(name, Carried(name, name), is_package=name == "judge.sandbox.inside")

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of a module."""
        return self.modules[fullname]


if __name__ == "__main__":
    size, pieces = int(os.read(0, 8), 16), []
    while size > 0:
        pieces.append(os.read(0, size))
        size -= len(pieces[-1]) or size
    Carried.modules = marshal.loads(b"".join(pieces))
    sys.meta_path.insert(0, Carried("", ""))
    for name in ("judge", "judge.sandbox"):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []

    from judge.sandbox.inside.supervisor import main

    main(int(sys.argv[1]), int(sys.argv[2]))
