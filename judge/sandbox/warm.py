"""One run in a fork of a zygote, seen from outside: what `launch` sees of a supervisor of its own."""

import asyncio
import logging
import os
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import BinaryIO

from judge.sandbox.collect import Watch
from judge.sandbox.inside.family import descendants
from judge.sandbox.values import Limits, Order
from judge.sandbox.zygotes import NURSERY, Zygote, ZygoteError

COMMAND = (sys.executable, "-I", "-B", "program.py")
"""What a zygote's forks do."""
_log = logging.getLogger(__name__)
_SETUP_S = 30.0
"""Seconds for everything but the program; after these a supervisor that has not ended is killed."""
_DRAIN_S = 0.5
"""Seconds for what is still in the pipes when all is over."""
_STOP_S = 5.0
"""Seconds in which a supervisor ends a run that is not wanted any more; after these it is killed."""
_TAKEN = b"taken\n"
_PIECE = 1 << 16
_IDENTITY = struct.Struct("3i")  # process, user and group of who sent a message

_AGAIN_S = 600.0
"""Seconds before zygotes are tried again where they did not work: the machine may have been in need."""

_cold: dict[str, float] = {}
"""Isolations whose zygotes do not work here, with the time at which they may again."""


def works(isolation: str, order: Order) -> bool:
    """Whether the order may be warm on that level and can be, as far as is known."""
    plain = order.command == COMMAND and not order.environment and not order.visible
    may = order.warm and plain and isolation in ("namespaces", "landlock")
    return may and _cold.get(isolation, 0.0) <= time.monotonic()


async def supervised(isolation: str, payload: bytes, order: Order, results: BinaryIO) -> Watch | None:
    """Run a job in a fork of a zygote until nothing of it is left; return what was seen.

    A zygote that has died is replaced once. None when that one died too before the program began: for a while nothing
    `works` then, and a line in the log says why.
    """
    dead: Zygote | None = None
    zygote: Zygote | None = None
    problem = ""
    for _ in range(2):
        try:
            zygote = NURSERY.at_hand(isolation)
            if zygote is None or zygote is dead:
                zygote = await asyncio.to_thread(NURSERY.start, isolation, dead)
            watch = await _run(zygote, payload, order.limits, results.fileno())
            if watch.started or watch.report or watch.overdue:
                return watch
            dead, problem = zygote, watch.stderr.text or "it ended before the program began"
        except ZygoteError as error:
            dead, problem = zygote, str(error) or problem
    _cold[isolation] = time.monotonic() + _AGAIN_S
    _log.warning("programs start slowly for %g s, because no warm interpreter works here: %s", _AGAIN_S, problem)
    return None


async def _run(zygote: Zygote, payload: bytes, limits: Limits, results: int) -> Watch:
    """Run a job in a fork of that zygote. Raise ZygoteError when it has gone."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        (fed, feed), (out, printed), (err, complained) = os.pipe(), os.pipe(), os.pipe()
        try:
            zygote.run([theirs.fileno(), results, fed, printed, complained])
        except ZygoteError:
            for descriptor in (feed, out, err):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (fed, printed, complained):
                os.close(descriptor)
        theirs.close()
        line = _Line(ours, Watch(ours, limits), {1: out, 2: err}, feed, payload)
        try:
            await line.taken.wait()
            async with asyncio.timeout(limits.wall_s * (1 + limits.patience) + _SETUP_S):
                await line.watch.exited.wait()
        except TimeoutError:
            line.watch.overdue = True
        finally:
            await line.end()
        line.watch.read_report()
    return line.watch


class _Line:
    """The near ends of what a run is connected by, served by the event loop."""

    def __init__(
        self, control: socket.socket, watch: Watch, outputs: dict[int, int], feed: int, payload: bytes
    ) -> None:
        self.watch = watch
        self.taken = asyncio.Event()
        """A supervisor has begun with it; until then it waits for others to end, and no clock runs."""
        self._loop = asyncio.get_running_loop()
        self._control = control
        self._supervisor = 0
        self._outputs = outputs
        self._feed: int | None = feed
        self._payload = memoryview(payload)
        for descriptor in (feed, *outputs.values()):
            os.set_blocking(descriptor, False)
        control.setblocking(False)
        self._loop.add_reader(control.fileno(), self._listen)
        for name, descriptor in outputs.items():
            self._loop.add_reader(descriptor, self._read, name)
        self._write()  # most jobs go into the pipe at once
        if self._feed is not None:
            self._loop.add_writer(feed, self._write)

    def _listen(self) -> None:
        """Notice the supervisor, its report and its end; what it says is read when all is over."""
        said, ancillary, _, _ = self._control.recvmsg(_PIECE, socket.CMSG_SPACE(_IDENTITY.size))
        for _, _, identity in ancillary:
            self._supervisor = _IDENTITY.unpack(identity)[0] or self._supervisor
        self.taken.set()
        self.watch.hear(said.removeprefix(_TAKEN))
        if not said:
            self._loop.remove_reader(self._control.fileno())
            self.watch.process_exited()

    def _read(self, name: int) -> None:
        try:
            data = os.read(self._outputs[name], _PIECE)
        except BlockingIOError:
            return
        if data:
            self.watch.pipe_data_received(name, data)
        else:
            self._close_output(name)

    def _close_output(self, name: int) -> None:
        descriptor = self._outputs.pop(name)
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        if not self._outputs:
            self.watch.connection_lost(None)

    def _write(self) -> None:
        assert self._feed is not None
        try:
            while self._payload:
                self._payload = self._payload[os.write(self._feed, self._payload[:_PIECE]) :]
        except BlockingIOError:
            return
        except OSError:
            pass  # nobody is left to read it
        self._close_feed()

    def _close_feed(self) -> None:
        if self._feed is not None:
            self._loop.remove_writer(self._feed)
            os.close(self._feed)
            self._feed = None

    async def end(self) -> None:
        """Return when nothing of the run is left, whatever it takes, and all is closed."""
        try:
            if self.taken.is_set() and not self.watch.exited.is_set():
                self.watch.stop()
                await self._ended(_STOP_S)
            if not self.watch.exited.is_set() and self._supervisor:
                for pid in [*descendants(self._supervisor), self._supervisor]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                await self._ended(_STOP_S)
            if not self.watch.closed.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(_DRAIN_S):
                        await self.watch.closed.wait()
        finally:
            self._loop.remove_reader(self._control.fileno())
            self._close_feed()
            for name in list(self._outputs):
                self._close_output(name)

    async def _ended(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.watch.exited.wait(), seconds)
