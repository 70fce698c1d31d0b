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
import marshal
import os
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from judge.sandbox.inside import family, finish, identity, kernel, landlock, namespaces, program, supervisor

_DESCRIPTORS = 256
"""More than a zygote ever has open."""
_PAUSE_S = 0.1
"""Seconds before a supervisor that was killed is replaced."""


def main() -> None:
    """Serve, and return in a child that is to be the program."""
    try:
        requests = socket.socket(fileno=os.dup(0))
        setup = marshal.loads(requests.recv(1 << 20))
        _choose_users(setup)
        if setup["isolation"] == "namespaces":
            namespaces.enter(setup)
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


def _choose_users(setup: dict[str, Any]) -> None:
    """Find user ids for the programs, and try one out."""
    claims = socket.socket(socket.AF_UNIX)

    def claim(number: int) -> bool:
        try:
            claims.bind(f"\0judge-users-{number}")
        except OSError:
            return False
        os.dup(claims.fileno())  # open as long as we are
        return True

    setup["users"] = identity.several(claim)
    setup["proven"] = setup["users"] is not None and identity.can_become(setup["users"][0], [])
    setup["user"] = None
    claims.close()


def _serve(requests: socket.socket, setup: dict[str, Any]) -> None:
    """Keep the supervisors at their number until one of them finds that the caller has gone."""
    apart = setup["isolation"] == "namespaces"
    if not apart:
        family.adopt_orphans()
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    places: dict[int, int] = {}
    is_open = True
    while is_open or places:
        for place in sorted(set(range(setup["supervisors"] if is_open else 0)).difference(places.values())):
            if not (pid := namespaces.fork_apart(own) if apart else os.fork()):
                _Supervisor(requests, setup, place).work()
                os._exit(0)
            places[pid] = place
        pid, status = os.waitpid(-1, 0)
        if places.pop(pid, None) is not None:
            if os.WIFEXITED(status) and status:
                raise OSError("a supervisor could not work")
            _end_orphans(places)
            is_open = is_open and status != 0
            time.sleep(_PAUSE_S if is_open else 0)


def _end_orphans(supervisors: dict[int, int]) -> None:
    """Kill whoever else is our child: a run that has lost its supervisor."""
    for pid in _children(os.getpid()):
        if pid not in supervisors:
            for member in [*family.descendants(pid), pid]:
                kernel.kill(member)


def _children(pid: int) -> list[int]:
    return list(map(int, kernel.read(f"/proc/{pid}/task/{pid}/children").split()))


class _Supervisor:
    """Supervises runs, one after the other. In the fork that becomes a program, what is left of it until then."""

    def __init__(self, requests: socket.socket, setup: dict[str, Any], place: int) -> None:
        self._requests = requests
        self._setup = setup
        self._place = place
        self._apart = setup["isolation"] == "namespaces"
        self._number = 0
        self._reads: bool | None = None
        """Whether a user without rights reaches what programs need: tried once, it is the same for all."""
        self._streams: list[int] = []

    def work(self) -> None:
        """Run what is asked for until the caller has gone."""
        if not self._apart:
            family.adopt_orphans()
        self._requests.send(b"ready")
        while descriptors := self._receive():
            control, results, *self._streams = descriptors
            with suppress(OSError, EOFError, ValueError):  # the caller went away before it had sent the job
                self._run(control, results)
            for descriptor in (control, results, *self._streams):
                os.close(descriptor)
            if self._apart:
                namespaces.clear()
            self._number += 1

    def _receive(self) -> list[int]:
        """Return the descriptors of the next run; none when the caller has gone."""
        try:
            return socket.recv_fds(self._requests, 16, 5)[1]
        except ConnectionError:
            return []

    def _run(self, control: int, results: int) -> None:
        os.write(control, b"taken\n")
        job = supervisor.read_job(self._streams[0])
        job["user"], job["proven"] = self._user(), self._setup["proven"]
        job["shielded"] += self._shielded()
        if not self._apart and job["user"] is not None:
            if self._reads is None:
                self._reads = identity.can_become(job["user"], program.needed(job))
            job["reads"] = self._reads
        job["leave_users"] = self._apart and os.geteuid() != 0
        program.prepare(job)
        supervisor.run(job, control, results, namespaces.renew if self._apart else _stay, self._start)

    def _user(self) -> int | None:
        """Return a user id that no run has at the same time, nor had it lately."""
        if self._setup["users"] is None:
            return None
        first, step = self._setup["users"]
        supervisors = self._setup["supervisors"]
        return int(first + step * (self._place + supervisors * (self._number % (identity.SEVERAL // supervisors))))

    def _shielded(self) -> list[int]:
        """Return whom a program of the same user could signal, were it not refused; itself is added later."""
        if self._apart or landlock.version() >= landlock.SIGNALS:
            return []
        zygote = os.getppid()
        return [zygote, *(pid for pid in _children(zygote) if pid != os.getpid())]

    def _start(self, job: dict[str, Any]) -> int:
        pid = program.start(job, self._become)
        while self._streams:  # so that the caller sees their end when the program and all that it started are gone
            os.close(self._streams.pop())
        return pid

    def _become(self, job: dict[str, Any]) -> None:
        """Be what a fresh interpreter would be: the job's environment, its streams, nothing else open, no power."""
        if job["leave_users"]:
            identity.hold(0)
        os.environ.clear()
        os.environ.update(job["environment"])
        finish.unshare_main()
        sys.argv[:] = ["program.py"]
        sys.orig_argv[:] = job["argv"]
        for target, descriptor in enumerate(self._streams):
            os.dup2(descriptor, target)
        os.closerange(3, _DESCRIPTORS)
        raise program.Born


def _stay(job: dict[str, Any]) -> None:
    """Enter nothing: there are no namespaces."""


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
