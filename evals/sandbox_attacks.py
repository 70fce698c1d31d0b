r"""Small hostile programs, and a few that must work: does the sandbox report of each what it should?

One row of `manifest.jsonl`, shortened; the program lies in the file beside it:

    {"id": "s07", "file": "s07_tcp_loopback.py", "category": "network", "mode": "script", "level": "must",
     "tries": "Open a TCP connection to a service on the host's loopback and send data.", "fixtures": ["tcp_listener"],
     "expect": {"status_in": ["ok", "runtime_error"], "listener_must_not_receive": ["exfil-s07"]}}

`fixtures.json` says what must exist on the host. Scripts run on the strongest level of isolation here and on the
strongest one that needs no rights (`landlock`); submissions with tests are graded by the recipe `verify`. A row that a
level does not stop counts all the same if it is one of those that `should` be stopped and the level says in words that
it leaves the row's category open; those are listed as `said_openly`. The victim is a process of whoever runs this;
where that is root, programs run as somebody else.

Run it: `judge eval sandbox_attacks --data PATH`, where PATH holds the manifest, the fixtures and the programs.
"""

import asyncio
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from judge import sandbox
from judge.dataset import read_rows
from judge.errors import DataError
from judge.types import EvalResult, Response, Reward, Sample, Tests

Row = dict[str, Any]
Grade = Callable[[Iterable[Sample], str], Iterator[Reward]]

_PIP_ONLY = "landlock"
_GRACE_S = 0.5
_SETTLE_S = 0.3
"""Seconds that a call may take beyond its limit, and that the kernel has to clear up after it."""
_DEFAULTS = {"timeout_s": 5.0, "memory_mb": 512, "processes": 64, "output_bytes": 1 << 20, "file_mb": 64}
_LIMITS = {"timeout_s": "wall_s", "max_processes": "processes", "disk_mb": "file_mb", "files_mb": "file_mb"}
_OPEN_WORDS = {
    "process": ("processes", "signals"),
    "kernel": ("kernel",),
    "state_leak": ("state",),
    "filesystem": ("files",),
    "secrets": ("secrets",),
    "benign": ("benign programs",),
}
"""How a level says that it leaves a category open; other categories are called by their names."""


def evaluate(data: Path, grade: Grade) -> EvalResult:
    """Run every program and check every key of its `expect`."""
    rows = read_rows(data, "manifest.jsonl")
    fixtures = json.loads((data / "fixtures.json").read_text(encoding="utf-8"))
    works = {found.name: found.does_not_cover for found in sandbox.isolations()}
    levels = list(dict.fromkeys([next(iter(works), "none"), _PIP_ONLY]))
    wrong: list[dict[str, Any]] = []
    openly: list[dict[str, Any]] = []
    unscored = n = 0
    for row in rows:
        program = (data / row["file"]).read_text(encoding="utf-8")
        for level in levels if row["mode"] == "script" else levels[:1]:
            n += 1
            with Host(row, fixtures) as host:
                seen = _run(row, program, level) if row["mode"] == "script" else _grade(row, program, grade)
                problems = [*_problems(row["expect"], seen), *host.problems(row["expect"])]
            if problems:
                said = row["level"] == "should" and _says(works.get(level, ""), row["category"])
                (openly if said else wrong).append({"id": row["id"], "level": level, "failed": problems})
                unscored += seen.get("status") == "sandbox_error" and not said
    return EvalResult(
        name="sandbox_attacks",
        n=n,
        agree=n - len(wrong),
        unscored=unscored,
        figures={"rows": len(rows), "levels": {**works}, "run_on": [*levels], "said_openly": [*openly]},
        differences=tuple(wrong),
    )


def _says(does_not_cover: str, category: str) -> bool:
    return any(word in does_not_cover for word in _OPEN_WORDS.get(category, (category,)))


def _run(row: Row, program: str, level: str) -> dict[str, Any]:
    """Run a script as the row says and return what the caller saw."""
    given = {**_DEFAULTS, **row.get("limits", {})}
    try:
        limits = sandbox.Limits(**{_LIMITS.get(name, name): value for name, value in given.items()})
    except TypeError as error:
        raise DataError(f"the limits {row['limits']!r} of {row['id']!r} are not known: {error}") from error
    line, times = row.get("stdin_repeat", [row.get("stdin", ""), 1])

    async def once() -> sandbox.Run:
        fetch = row.get("fetch_files", [])
        return await sandbox.run_python(program, stdin=line * times, limits=limits, fetch=fetch, level=level)

    for _ in range(2 if row.get("run_twice") else 1):
        begun = time.monotonic()
        run = asyncio.run(once())
        wall_s = time.monotonic() - begun
    peak = run.memory_mb + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    fetched = {name: content.decode("utf-8", "replace") for name, content in run.fetched.items()}
    return {"status": run.status, "stdout": run.stdout, "stderr": run.stderr, "fetched": fetched, "wall_s": wall_s,
            "peak": peak, "isolation": run.isolation, "message": run.message}  # fmt: skip


def _grade(row: Row, program: str, grade: Grade) -> dict[str, Any]:
    """Grade a submission by its tests, on the way that every caller takes."""
    tests = Tests(code="\n".join(row["tests"]), timeout_s=_DEFAULTS["timeout_s"])
    sample = Sample(
        id=row["id"], prompt=row["tries"], responses=(Response(text=f"```python\n{program}\n```"),), tests=tests
    )
    begun = time.monotonic()
    reward = next(iter(grade([sample], "verify")))
    verdict = None if not reward.ok else "pass" if reward.value == 1.0 else "fail"
    return {"verdict": verdict, "wall_s": time.monotonic() - begun, "message": reward.rationale,
            "status": "ok" if reward.ok else "sandbox_error"}  # fmt: skip


def _problems(expect: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """Return what of `expect` the caller did not see."""
    wrong = []
    stdout, said = seen.get("stdout", ""), seen.get("stdout", "") + seen.get("stderr", "")
    fetched = "\n".join(seen.get("fetched", {}).values())
    for key, wanted in expect.items():
        match key:
            case "status_in":
                holds = seen["status"] in wanted
            case "verdict":
                holds = seen["verdict"] == wanted
            case "stdout_must_contain" | "stdout_must_contain_if_ok":
                holds = all(text in stdout for text in wanted) or (key.endswith("if_ok") and seen["status"] != "ok")
            case "stdout_must_not_contain":
                holds = not any(text in (said if text.startswith("canary-") else stdout) for text in wanted)
            case "stdout_max_bytes" | "stderr_max_bytes":
                holds = len(seen[key[:6]].encode()) <= wanted
            case "result_json_safe":
                holds = json.loads(json.dumps(seen, ensure_ascii=False).encode("utf-8")) == seen
            case "fetched_must_contain":
                holds = all(text in fetched for text in wanted)
            case "fetched_must_not_contain":
                holds = not any(text in fetched for text in wanted)
            case "host_peak_rss_mb":
                holds = seen["peak"] < wanted
            case "max_wall_s":
                holds = seen["wall_s"] <= wanted + _GRACE_S
            case _:
                holds = key in _OF_HOST
        if not holds:
            wrong.append(
                f"{key}: {seen.get('status')}, {seen['wall_s']:.1f} s, {seen['message'][:200]}, {stdout[:200]}"
            )
    return wrong


_OF_HOST = ("host_must_not_exist", "listener_must_not_receive", "no_survivors", "victim_must_live", "workdir_removed")


class Host:
    """What one row finds on the host: made when entered, removed when left."""

    def __init__(self, row: Row, fixtures: dict[str, Any]) -> None:
        self._row, self._fixtures, self._things = row, fixtures, ExitStack()
        self._received = bytearray()
        self._victim = 0

    def __enter__(self) -> "Host":
        """Make the fixtures; what an earlier run may have left behind goes first."""
        self._remove()
        for name in self._row.get("fixtures", []):
            self._make(name, self._fixtures[name])
        self._own = self._things.enter_context(tempfile.TemporaryDirectory())
        os.chmod(self._own, 0o755)
        self._things.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = self._own  # where runs have their directories: those of others are not our business
        return self

    def __exit__(self, *_: object) -> None:
        """Remove them."""
        self._things.close()
        self._remove()

    def _make(self, name: str, about: dict[str, Any]) -> None:
        if "value" in about:
            os.environ[about["name"]] = about["value"]
            self._things.callback(os.environ.pop, about["name"], None)
        elif "content" in about:
            path = Path(about["path"])
            path.parent.mkdir(exist_ok=True)
            path.parent.chmod(0o777)
            self._things.callback(shutil.rmtree, path.parent, ignore_errors=True)
            path.write_text(about["content"], encoding="utf-8")
            path.chmod(0o644)
        elif "address" in about:
            self._listen(about["address"], socket.SOCK_DGRAM if "udp" in name else socket.SOCK_STREAM)
        elif "argv_tail" in about:
            sleep = [sys.executable, "-c", "import time; time.sleep(600)", *about["argv_tail"]]
            self._victim = os.posix_spawn(sys.executable, sleep, {**os.environ, **about["env"]})
            self._things.callback(self._end_victim)
        else:
            raise DataError(f"the fixture {name!r} is of no known kind; give it a value, content, address or argv_tail")

    def _end_victim(self) -> None:
        with suppress(OSError):  # it may have been ended, and seen so
            os.kill(self._victim, signal.SIGKILL)
            os.waitpid(self._victim, 0)

    def _listen(self, address: list[Any] | str, kind: int) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        server = self._things.enter_context(socket.socket(family, kind))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address if isinstance(address, str) else tuple(address))
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.settimeout(0.1)
        done = threading.Event()
        thread = threading.Thread(target=self._hear, args=(server, done))
        thread.start()
        self._things.callback(thread.join)
        self._things.callback(done.set)

    def _hear(self, server: socket.socket, done: threading.Event) -> None:
        while not done.is_set():
            with suppress(OSError):
                if server.type == socket.SOCK_DGRAM:
                    self._received += server.recv(65536)
                    continue
                link, _ = server.accept()
                with link:
                    link.settimeout(1)
                    self._received += link.recv(65536)

    def problems(self, expect: dict[str, Any]) -> list[str]:
        """Return what of `expect` does not hold on the host after the run."""
        time.sleep(_SETTLE_S if set(expect) & {"no_survivors", "listener_must_not_receive", "victim_must_live"} else 0)
        wrong = []
        for key, wanted in expect.items():
            match key:
                case "host_must_not_exist":
                    holds = not any(map(os.path.lexists, wanted))
                case "listener_must_not_receive":
                    holds = not any(text.encode() in self._received for text in wanted)
                case "no_survivors":
                    holds = not _processes(wanted)
                case "victim_must_live":
                    holds = os.waitpid(self._victim, os.WNOHANG)[0] == 0
                case _:
                    holds = key != "workdir_removed" or not os.listdir(self._own)
            if not holds:
                wrong.append(f"{key}: {wanted}")
        return wrong

    def _remove(self) -> None:
        for path in [*self._row.get("cleanup", []), *self._row["expect"].get("host_must_not_exist", [])]:
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            elif os.path.lexists(path):
                os.unlink(path)


def _processes(mark: str) -> list[str]:
    """Return the processes that call themselves so."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if mark.encode() in Path("/proc", name, "comm").read_bytes() + Path("/proc", name, "cmdline").read_bytes():
                found.append(name)
    return found
