"""The worker process: reads requests from standard input, answers on standard output, one at a time.

A frame is four bytes of length, most significant first, and that many bytes of JSON. A request is
`[function, null, memory]`, which only imports it, or `[function, [arguments], memory]`, with the address space that the
process may use meanwhile, in MiB. The answer is `[true, result]` or
`[false, "ValueError: what it said"]`. End of input ends the process.
"""

import importlib
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any, BinaryIO

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    """Serve until the caller goes away."""
    _die_with_parent()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # what the function prints must not end up between the frames
        os.dup2(nowhere, descriptor)
    while (request := _receive(requests)) is not None:
        answer = _answer(*json.loads(request))
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()


def load(function: str) -> Callable[..., Any]:
    """Return the function that `package.module:name` or `/path/to/file.py:name` names, its module imported."""
    place, _, name = function.rpartition(":")
    module = _file(place) if place.endswith(".py") else importlib.import_module(place)
    found: Callable[..., Any] = getattr(module, name)
    return found


@cache
def _file(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"worker:{path}", path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickle look their module up by name
    spec.loader.exec_module(module)
    return module


def _answer(function: str, arguments: list[Any] | None, memory_mb: int) -> bytes:
    try:
        _limit(memory_mb << 20)
        work = load(function)
        result = None if arguments is None else work(*arguments)
        return json.dumps([True, result]).encode()
    except BaseException as error:
        return json.dumps([False, f"{type(error).__name__}: {error}"[:2000]]).encode()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def _limit(memory: int) -> None:
    with suppress(ImportError, OSError, ValueError, AttributeError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
