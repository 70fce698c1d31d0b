"""An interpreter that has imported what programs usually import, and forks for each of them.

It starts from nothing, like a supervisor: no settings, no secret, no thread. Standard input is a socket to the caller,
one message at a time: the first is the set-up, each later one brings the descriptors of a run (control, standard input,
output, error), after which all is as with a supervisor that was started for that run alone. The job is read in the
fork; the zygote never sees one, so no run can find anything of another in the memory that it inherits.

Runs share the seed of string hashes and the layout of addresses with their zygote, so the caller replaces it now and
then. When the caller's socket closes, runs end (each has its own socket) and the zygote ends after them.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from judge.sandbox.inside import family, kernel, namespaces, program, supervisor

_SLOTS = 62
"""Runs at once; each has its own user id where the zygote may give ids away."""
_STRIDE = 1 << 22
"""The next user id of a run: process ids, from which the first one is made, stay below this."""
_DESCRIPTORS = 256
"""More than a zygote ever has open."""


def main() -> None:
    """Serve, and return in a child that is to be the program."""
    try:
        requests = socket.socket(fileno=os.dup(0))
        setup = json.loads(requests.recv(1 << 20))
        if setup["isolation"] == "namespaces":
            namespaces.enter(setup)
        else:
            family.adopt_orphans()
        _load(setup["modules"])
        _Zygote(requests, setup).serve()
    except program.Born:
        return
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


class _Zygote:
    """The one process; in a fork of it, what is left of it until the program begins."""

    def __init__(self, requests: socket.socket, setup: dict[str, Any]) -> None:
        self._requests = requests
        self._setup = setup
        self._apart = setup["isolation"] == "namespaces"
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self._slots: dict[int, int] = {}
        """The slot of each supervisor, by process id."""

    def serve(self) -> None:
        """Fork for every request, until the caller has gone and all runs are over."""
        wake = supervisor.wake_on_child()
        self._requests.send(b"ready")
        is_open = True
        while is_open or self._slots:
            listening = is_open and len(self._slots) < _SLOTS
            ready, _, _ = select.select([wake, self._requests] if listening else [wake], [], [])
            if wake in ready:
                os.read(wake, 512)
                self._reap()
            if self._requests in ready:
                descriptors = self._receive()
                is_open = bool(descriptors)
                if descriptors:
                    self._fork(descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)

    def _receive(self) -> list[int]:
        """Return the descriptors of the next run; none when the caller has gone."""
        try:
            return socket.recv_fds(self._requests, 16, 4)[1]
        except ConnectionError:
            return []

    def _fork(self, descriptors: list[int]) -> None:
        slot = min(set(range(1, _SLOTS + 1)).difference(self._slots.values()))
        try:
            pid = namespaces.fork_apart(self._own) if self._apart else os.fork()
        except OSError as error:
            report = {"status": "sandbox_error", "message": f"no process could be started: {error}"}
            os.write(descriptors[0], json.dumps(report).encode() + b"\n")
            return
        if not pid:
            self._supervise(descriptors, slot)
            os._exit(0)
        self._slots[pid] = slot

    def _supervise(self, descriptors: list[int], slot: int) -> None:
        """Be the supervisor of one run, in a fork of the zygote."""
        self._requests.close()
        control, *streams = descriptors
        for target, descriptor in enumerate(streams):
            os.dup2(descriptor, target)
            os.close(descriptor)
        job = supervisor.read_job()
        if "user" in self._setup:
            job["user"] = self._setup["user"] + slot * _STRIDE
        enter = namespaces.nest if self._apart else (lambda _: family.adopt_orphans())
        supervisor.run(job, control, enter, _become)

    def _reap(self) -> None:
        """Collect supervisors that have ended. Whoever else is our child has lost its own, and is killed."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._slots.pop(ended[0], None)
                if ended[1]:
                    self._end_orphans()

    def _end_orphans(self) -> None:
        me = os.getpid()
        for pid in map(int, kernel.read(f"/proc/{me}/task/{me}/children").split()):
            if pid not in self._slots:
                for member in [*family.descendants(pid), pid]:
                    with suppress(ProcessLookupError):
                        os.kill(member, signal.SIGKILL)


def _load(modules: list[str]) -> None:
    """Import what programs will find imported already, and make sure that a fork of this process is whole."""
    with suppress(ImportError):
        importlib.import_module("sitecustomize")  # the one that ours was in the way of
    for name in modules:
        importlib.import_module(name)
    if len(os.listdir("/proc/self/task")) != 1:
        raise OSError("a module started a thread, so this process cannot be forked")
    gc.collect()
    gc.freeze()


def _become(job: dict[str, Any]) -> None:
    """Be what a fresh interpreter would be: the job's environment, nothing open, no handler, no power."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # which a change of user has ended, as a new program would begin
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.argv[:] = ["program.py"]
    sys.orig_argv[:] = job["argv"]
    os.closerange(3, _DESCRIPTORS)
    raise program.Born
