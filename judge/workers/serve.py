"""The worker process: imports a function's module, then forks a child that serves calls. A child that dies is replaced.

The child reads requests from standard input and answers on standard output, one at a time. Killing it costs no import,
and none of what the module's `warm_up()`, where it has one, has loaded: the parent forks the next one in milliseconds,
on SIGUSR1 or whenever a child crashed. On SIGTERM both end, and nothing is left behind for others to reap.

A frame is four bytes of length, most significant first, and that many bytes of JSON. A request is
`[function, null, memory]`, which only imports it, or `[function, [arguments], memory]`, with the address space in MiB
that the child may use meanwhile. The answer is `[true, result]` or `[false, "ValueError: what it said"]`. Before it
serves, each child throws away what its predecessor left unread, and writes the greeting that the caller named and its
process id. End of input ends both.
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
from types import FrameType, ModuleType
from typing import Any, BinaryIO

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_SIGNALS = (signal.SIGUSR1, signal.SIGTERM)


def main() -> None:
    """Import the function in the first argument, and keep a child serving until the caller goes away."""
    function, greeting = sys.argv[1], bytes.fromhex(sys.argv[2])
    _die_with_parent()
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # what the function prints must not end up between the frames
        os.dup2(nowhere, descriptor)
    with suppress(BaseException):  # a child will meet the same and say so
        _prepare(function)
    _parent(requests, answers, greeting)


def _parent(requests: int, answers: int, greeting: bytes) -> None:
    child = 0
    ended = False

    def kill(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended |= number == signal.SIGTERM
        if child:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGUSR1, kill)
    signal.signal(signal.SIGTERM, kill)
    while True:
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # no order may come between the fork and its number
        if ended:
            return
        child = os.fork()
        if not child:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.setpgid(0, 0)  # so that what it starts ends with it
            _die_with_parent()
            _drain(requests)
            os.write(answers, greeting + os.getpid().to_bytes(4, "big"))
            _serve(os.fdopen(requests, "rb"), os.fdopen(answers, "wb"))
            os._exit(0)
        with suppress(PermissionError):
            os.setpgid(child, child)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        _, status = os.waitpid(child, 0)
        child = 0
        if status == 0:
            return


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while (request := _receive(requests)) is not None:
        answer = _answer(*json.loads(request))
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()


def _drain(requests: int) -> None:
    """Throw away what was sent to a child before this one."""
    os.set_blocking(requests, False)
    with suppress(BlockingIOError):
        while os.read(requests, 1 << 16):
            pass
    os.set_blocking(requests, True)


def load(function: str) -> Callable[..., Any]:
    """Return the function that `package.module:name` or `/path/to/file.py:name` names, its module imported."""
    place, _, name = function.rpartition(":")
    module = _file(place) if place.endswith(".py") else importlib.import_module(place)
    found: Callable[..., Any] = getattr(module, name)
    return found


@cache
def _prepare(function: str) -> None:
    """Import a function's module, and let it load what it needs by its `warm_up`, where it has one."""
    load(function)
    place = function.rpartition(":")[0]
    module = _file(place) if place.endswith(".py") else sys.modules[place]
    if warm_up := getattr(module, "warm_up", None):
        warm_up()


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
        result = _prepare(function) if arguments is None else load(function)(*arguments)
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
