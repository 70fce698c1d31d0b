"""The end of a program that ran in a fork: all that a program can notice of an interpreter's end, and not the rest.

An interpreter that ends takes itself apart, down to the last module and type. In a fork that touches, and so copies,
nearly every page that it shares with its zygote, and costs more than all else in the run. Here the program's own
modules are taken apart, as they would be, and the rest is left to the kernel. Where the exit code cannot be told, the
interpreter goes its own way to the end, which is shorter for that.
"""

import atexit
import ctypes
import gc
import os
import sys
import weakref
from types import ModuleType

_shared: dict[str, ModuleType] = {}
_SPECIAL = (
    *("path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback"),
    *("path_hooks", "path_importer_cache", "meta_path"),
)
"""What an interpreter takes from `sys` before it lets modules go."""


def prepare() -> None:
    """Register first, to be called last: after the program's threads and its own exit handlers."""
    atexit.register(_end)


def remember() -> None:
    """Note the modules that a program finds loaded; what it loads itself is its own."""
    _shared.update(sys.modules)
    del _shared["__main__"]
    kept = (_shared, dict(sys.__dict__), dict(sys.modules["builtins"].__dict__))
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))  # nobody takes them apart in the end


def unshare_main() -> None:
    """Give the program a module of its own to run in, which the collector knows: those of the zygote are frozen."""
    main = ModuleType("__main__")
    main.__dict__.update(sys.modules["__main__"].__dict__)
    if "__annotations__" in main.__dict__:
        main.__annotations__ = {}
    sys.modules["__main__"] = main


def _end() -> None:
    code = _exit_code()
    if not _flush():
        return
    own = [module for name, module in sys.modules.items() if _shared.get(name) is not module]
    modules = [weakref.ref(module) for module in own if isinstance(module, ModuleType)]
    del own
    for name in _SPECIAL:
        setattr(sys, name, None)
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, getattr(sys, f"__{name}__", None))
    sys.modules.clear()
    gc.collect()
    for reference in reversed(modules):
        if (module := reference()) is not None:
            _clear(module.__dict__)
    gc.collect()
    if _flush() and code is not None:
        os._exit(code)


def _exit_code() -> int | None:
    """Return how the program's file ended: 0 at its last line, 1 by an exception; None when that cannot be told.

    The interpreter takes these names away when the file has ended, and not when it has asked for the end of all.
    """
    main = sys.modules.get("__main__")
    if not isinstance(main, ModuleType) or not {"__file__", "__cached__"}.isdisjoint(main.__dict__):
        return None
    if not hasattr(sys, "last_value"):
        return 0
    error, trace = sys.last_value, getattr(sys, "last_traceback", None)
    if trace is None:
        is_ours = isinstance(error, SyntaxError)  # in the file itself: any other was raised somewhere
    else:
        is_ours = trace.tb_frame.f_globals is main.__dict__ and trace.tb_frame.f_back is None
    return 1 if is_ours and not isinstance(error, KeyboardInterrupt) else None


def _flush() -> bool:
    """Write out what is buffered. Return whether that went well."""
    try:
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()
    except BaseException:
        return False
    return True


def _clear(names: dict[str, object]) -> None:
    """Let go of a module's values in the interpreter's order: private names first."""
    for private in (True, False):
        for name in list(names):
            if name != "__builtins__" and (name[:1] == "_" and name[1:2] != "_") is private:
                names[name] = None
