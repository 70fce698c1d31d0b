"""An interpreter that has imported what programs usually import, and forks for each of them.

It starts from nothing, like a supervisor: no settings, no secret, no thread. Standard input is a socket to the caller,
one message at a time: the first is the set-up, each later one brings the descriptors of a run (control, standard input,
output, error), after which all is as with a supervisor that was started for that run alone.

The zygote forks supervisors, one for each run at a time; they take the messages, one run after the other, fork the
program and end all that is left of it. A job is read by a supervisor and kept by nobody, so no program finds anything
of another in the memory that it inherits. Runs share the seed of string hashes and the layout of addresses with their
zygote; so the caller replaces it now and then. When the caller has gone, runs end (each has its own socket), then the
supervisors, then the zygote.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from judge.sandbox.inside import family, finish, kernel, namespaces, program, supervisor

_STRIDE = 1 << 22
"""From one user id of a supervisor's runs to the next; process ids, from which the first is made, stay below this."""
_IDS = 63
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
        _serve(requests, setup)
    except program.Born:
        return
    except BaseException as error:
        with suppress(OSError):
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _serve(requests: socket.socket, setup: dict[str, Any]) -> None:
    """Keep the supervisors at their number until one finds that the caller has gone."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    apart = setup["isolation"] == "namespaces"
    supervisors: set[int] = set()
    is_open = True
    while is_open or supervisors:
        while is_open and len(supervisors) < setup["supervisors"]:
            if not (pid := namespaces.fork_apart(own) if apart else os.fork()):
                _Supervisor(requests, setup).work()
                os._exit(0)
            supervisors.add(pid)
        pid, status = os.waitpid(-1, 0)
        if pid in supervisors:
            supervisors.discard(pid)
            is_open = is_open and status != 0
            if os.WIFEXITED(status) and status:
                raise OSError("a supervisor could not work")
            _end_orphans(supervisors)


def _end_orphans(supervisors: set[int]) -> None:
    """Kill whoever else is our child: a run that has lost its supervisor."""
    me = os.getpid()
    for pid in map(int, kernel.read(f"/proc/{me}/task/{me}/children").split()):
        if pid not in supervisors:
            for member in [*family.descendants(pid), pid]:
                with suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)


class _Supervisor:
    """Supervises runs, one after the other. In the fork that becomes a program, what is left of it until then."""

    def __init__(self, requests: socket.socket, setup: dict[str, Any]) -> None:
        self._requests = requests
        self._setup = setup
        self._apart = setup["isolation"] == "namespaces"
        self._streams: list[int] = []

    def work(self) -> None:
        """Run what is asked for until the caller has gone."""
        family.adopt_orphans()
        self._requests.send(b"ready")
        number = 0
        while descriptors := self._receive():
            with suppress(OSError, EOFError):  # the caller went away before it had sent the job
                self._run(descriptors, number % _IDS)
            for descriptor in (descriptors[0], *self._streams):
                os.close(descriptor)
            number += 1

    def _receive(self) -> list[int]:
        """Return the descriptors of the next run; none when the caller has gone."""
        try:
            return socket.recv_fds(self._requests, 16, 4)[1]
        except ConnectionError:
            return []

    def _run(self, descriptors: list[int], place: int) -> None:
        control, *self._streams = descriptors
        os.write(control, b"taken\n")
        job = supervisor.read_job(self._streams[0])
        if "user" in self._setup:
            job["user"] = self._setup["user"] + (1 + place) * _STRIDE
        if not self._apart:
            supervisor.run(job, control, lambda _: None, self._start)
            return
        job["leave_users"] = "user" not in job
        supervisor.run(job, control, namespaces.renew, self._start)
        namespaces.clear()

    def _start(self, job: dict[str, Any]) -> int:
        pid = program.start(job, self._become)
        while self._streams:  # so that the caller sees their end when the program and all that it started are gone
            os.close(self._streams.pop())
        return pid

    def _become(self, job: dict[str, Any]) -> None:
        """Be what a fresh interpreter would be: the job's environment, its streams, no handler, no power."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kernel.drop_capabilities()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # which a change of user has ended, as a new program would begin
        os.environ.clear()
        os.environ.update(job["environment"])
        sys.argv[:] = ["program.py"]
        sys.orig_argv[:] = job["argv"]
        for target, descriptor in enumerate(self._streams):
            os.dup2(descriptor, target)
        os.closerange(3, _DESCRIPTORS)
        raise program.Born


def _load(modules: list[str]) -> None:
    """Import what programs will find imported already, and make sure that a fork of this process is whole."""
    finish.prepare()
    with suppress(ImportError):
        importlib.import_module("sitecustomize")  # the one that ours was in the way of
    for name in modules:
        importlib.import_module(name)
    if len(os.listdir("/proc/self/task")) != 1:
        raise OSError("a module started a thread, so this process cannot be forked")
    finish.remember()
    gc.collect()
    gc.freeze()
