"""`judge sandbox serve`, asked as its callers ask it."""

import asyncio
import base64
import concurrent.futures
import json
import signal
import socket
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from judge.sandbox import Limits, run_python
from judge.sandbox.toolchains import find_language

if TYPE_CHECKING:
    from tests.sandbox.remote.conftest import Serving

    Start = type[Serving]


def verl_verdict(answer: Any, expected: str) -> bool | int:
    """What verl's sandbox_fusion reward reads out of an answer: right or wrong, else its error code."""
    compiled, run = answer.get("compile_result"), answer.get("run_result")
    if answer["status"] == "SandboxError":
        return -1
    if answer["status"] == "Success":
        return run["stdout"].rstrip("\n") == expected.rstrip("\n") if run and run["status"] == "Finished" else -1
    if compiled and (compiled["status"] != "Finished" or compiled["return_code"] != 0):
        return -4
    if run and run["status"] == "TimeLimitExceeded":
        return -3
    return -2 if run and (run["status"] == "Error" or run["return_code"] != 0) else -1


@pytest.mark.parametrize(
    ("code", "stdin", "expected", "verdict"),
    [
        ("print(int(input()) * 2)", "21\n", "42\n", True),
        ("print(int(input()) * 2)", "21\n", "43\n", False),
        ("raise ValueError", "", "", -2),
        ("import os; os._exit(0)", "", "42", False),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "", "", -2),
        ("while True: pass", "", "", -3),
        ("x = '\ud800'; print(1)", "", "1", True),
        ("print('x' * 200_000)", "", "x" * 200_000, True),  # where the original once stopped reading
        ("data = bytearray(2 << 30)", "", "", -2),
    ],
)
def test_a_request_as_verl_sends_it(
    serving: "Serving", code: str, stdin: str, expected: str, verdict: bool | int
) -> None:
    payload: dict[str, Any] = {
        "compile_timeout": 10,
        "run_timeout": 1 if verdict == -3 else 20,
        "code": code,
        "stdin": stdin,
        "memory_limit_MB": 1024,
        "language": "python",
        "files": {},
        "fetch_files": [],
    }
    answer = httpx.post(
        serving.url.replace("http://", f"http://user:{serving.token}@"),  # the only place where verl has room for it
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        content=json.dumps(payload),
        timeout=30,
        trust_env=False,
    ).json()
    assert verl_verdict(answer, expected) is verdict
    assert set(answer) >= {"status", "message", "compile_result", "run_result", "executor_pod_name", "files"}
    assert set(answer["run_result"]) == {"status", "execution_time", "return_code", "stdout", "stderr"}


def test_ping_needs_no_token(serving: "Serving") -> None:
    pong = httpx.get(serving.url.replace("run_code", "v1/ping"), trust_env=False)
    assert (pong.status_code, pong.json()) == (200, "pong")


@pytest.mark.parametrize("token", ["wrong", "a-token-for-tests-onl", "\xff"])
def test_nobody_enters_without_the_token(serving: "Serving", token: str) -> None:
    refused = httpx.post(
        serving.url,
        json={"code": "print(1)", "language": "python"},
        headers=[(b"authorization", f"Bearer {token}".encode("latin-1"))],
        trust_env=False,
    )
    assert refused.status_code == 401 and "stdout" not in refused.text


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        ({"code": "1"}, 422, "language: Field required"),
        ({"code": 1, "language": "python"}, 422, "code: Input should be a valid string"),
        ({"code": "1", "language": "python", "run_timeout": 0}, 422, "run_timeout: "),
        ({"code": "#" * (2 << 20), "language": "python"}, 413, "--body-mb"),
    ],
)
def test_what_is_no_request_is_refused(serving: "Serving", request_: Any, status: int, says: str) -> None:
    refused = serving.post(**request_)
    assert refused.status_code == status and says in refused.json()["detail"]


def test_what_is_no_json_is_refused(serving: "Serving") -> None:
    headers = {"authorization": f"Bearer {serving.token}", "content-type": "application/json"}
    for body in (b"{", b"\xff", b"[" * 100_000, b"[]"):
        assert httpx.post(serving.url, content=body, headers=headers, trust_env=False).status_code == 422
    form = {**headers, "content-type": "text/plain"}  # which a web page may send anywhere
    assert httpx.post(serving.url, content=b"{}", headers=form, trust_env=False).status_code == 415


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"language": "go"}, "programs in 'go' are not run here; choose one of python, "),
        ({"run_timeout": 61}, "61 s is more than this server allows; ask for 60 s at most"),
        ({"memory_limit_MB": 2049}, "2049 MB is more than this server allows; ask for 2048 MB at most"),
        ({"files": {"../x": ""}}, "is no name for a file in the sandbox"),
        ({"files": {"/etc/x": ""}}, "is no name for a file in the sandbox"),
        ({"files": {"x": "?"}}, "the content of 'x' is no base64"),
    ],
)
def test_what_cannot_be_run_says_why(serving: "Serving", request_: Any, says: str) -> None:
    answer = serving.run(**{"code": "print(1)", **request_})
    assert answer["status"] == "SandboxError" and says in answer["message"] and answer["run_result"] is None


def test_files_go_in_and_come_out(serving: "Serving") -> None:
    data = bytes(range(256))
    answer = serving.run(
        "import helper; open('out/copy', 'wb').write(helper.read())",
        files={
            "helper.py": base64.b64encode(b"def read(): return open('in/data', 'rb').read()").decode(),
            "in/data": base64.b64encode(data).decode(),
            "out/empty": "",
            "left out": None,
        },
        fetch_files=["out/copy", "nowhere"],
    )
    assert answer["status"] == "Success", answer
    assert {name: base64.b64decode(content) for name, content in answer["files"].items()} == {"out/copy": data}


def test_waiting_in_the_queue_uses_up_no_time(start: "Start") -> None:
    server = start("--concurrency", "1")
    with concurrent.futures.ThreadPoolExecutor(5) as threads:
        runs = [threads.submit(server.run, "import time; time.sleep(0.9)", run_timeout=3) for _ in range(5)]
        answers = [run.result() for run in runs]
    assert [answer["status"] for answer in answers] == ["Success"] * 5  # though the last one waited longer than 3 s
    assert all(answer["run_result"]["execution_time"] < 4.5 for answer in answers)


def test_who_would_wait_too_long_is_told_so(start: "Start", survivors: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start("--concurrency", "1", "--queue-s", "0.3")
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        mark = uuid.uuid4().hex
        code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(2)', '{mark}'])"
        first = threads.submit(server.run, code, run_timeout=30)
        assert survivors(mark, some=True)
        busy = server.post(code="print(1)", language="python")
        monkeypatch.setenv("JUDGE_SANDBOX_TOKEN", server.token)
        patient = asyncio.run(run_python("print(1)", server=server.url))  # our client says that it will wait
        assert (patient.status, patient.message) == ("ok", "")
        assert first.result()["status"] == "Success"
    assert (busy.status_code, busy.headers["retry-after"]) == (504, "1")


def test_a_caller_that_hangs_up_leaves_no_program(start: "Start", survivors: Any) -> None:
    server, mark = start("--concurrency", "1"), uuid.uuid4().hex
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(60)', '{mark}'])"
    request = {"code": code, "language": "python", "run_timeout": 60}
    body = json.dumps(request)
    head = f"POST /run_code HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.token}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname or "", where.port or 0)) as asking:
        asking.sendall((head + body).encode())
        assert survivors(mark, some=True)
    assert survivors(mark, some=False) == []
    assert server.run("print(1)")["status"] == "Success"  # the place is free again


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_end_kills_programs_and_tells_callers(start: "Start", survivors: Any, how: signal.Signals) -> None:
    server, mark = start(), uuid.uuid4().hex
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(60)', '{mark}'])"
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        asking = threads.submit(server.post, code=code, language="python", run_timeout=60)
        assert survivors(mark, some=True)
        server.process.send_signal(how)
        assert asking.result().status_code == 504
    assert server.process.wait(20) in (0, -how)
    assert survivors(mark, some=False) == []
    said = server.stop()
    assert mark not in said and "Traceback" not in said, said


def test_no_program_is_logged(start: "Start") -> None:
    server = start()
    server.run("print('printed-by-program')  # code-of-program", stdin="input-of-program")
    server.post(code={"code-of-program": 1}, language="python")
    server.run("code-of-program", language="go")
    assert "of-program" not in (said := server.stop()) and "by-program" not in said


def test_without_a_token_requests_must_name_this_machine(start: "Start") -> None:
    server = start("--no-token")
    request = {"code": "print(1)", "language": "python"}
    assert httpx.post(server.url, json=request, trust_env=False).json()["status"] == "Success"
    rebound = httpx.post(server.url, json=request, headers={"host": "evil.example:80"}, trust_env=False)
    assert rebound.status_code == 401


def test_a_token_is_made_when_none_is_given_and_shown_once(start: "Start") -> None:
    server = start(token="")
    assert server.process.stdout is not None
    said = server.process.stdout.readline()
    assert said.startswith("token, shown this once: JUDGE_SANDBOX_TOKEN=")
    server.token = said.partition("=")[2].strip()
    assert len(server.token) >= 32 and server.run("print(1)")["status"] == "Success"


def test_our_client_gets_from_our_server_what_a_run_here_gives(
    serving: "Serving", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_SANDBOX_TOKEN", serving.token)
    program = "import sys; print(sys.stdin.read()); open('out', 'w').write('left')"
    how: Any = {"stdin": "in", "fetch": ["out"], "limits": Limits(wall_s=20)}
    here, there = (asyncio.run(run_python(program, server=server, **how)) for server in (None, serving.url))
    assert (
        (there.status, there.stdout, there.fetched)
        == (here.status, here.stdout, here.fetched)
        == (
            "ok",
            "in\n",
            {"out": b"left"},
        )
    )
    assert there.isolation == f"remote:{here.isolation}"
    killed = asyncio.run(run_python("x = bytearray(1 << 30)", limits=Limits(memory_mb=256), server=serving.url))
    assert (killed.status, killed.message) == ("memory_limit", "it needed more than 256 MB of memory")


def test_a_weaker_isolation_than_demanded_is_not_believed(serving: "Serving", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_SANDBOX_TOKEN", serving.token)
    weak = asyncio.run(run_python("print(1)", at_least="gvisor", server=serving.url))
    assert weak.status == "sandbox_error" and "isolation gvisor was demanded, and the server shut " in weak.message
    assert asyncio.run(run_python("print(1)", at_least="process", server=serving.url)).status == "ok"


def test_other_languages_are_served_by_the_protocols_names(serving: "Serving") -> None:
    for language, code in (("cpp", "int main() { return x; }"), ("cpp", "int main() {}"), ("nodejs", ""), ("bash", "")):
        if find_language(language).missing:
            continue
        answer = serving.run(code, language, compile_timeout=30)
        right = "return x" not in code
        assert (answer["status"], verl_verdict(answer, "")) == (("Success", True) if right else ("Failed", -4))
        assert (answer["compile_result"] is not None) == (language == "cpp")
        assert (answer["run_result"] is not None) == right


def test_pytest_takes_words(serving: "Serving") -> None:
    answer = serving.run("def test_a(): assert 0\ndef test_b(): pass", "pytest", args=["-k", "test_b"], run_timeout=30)
    assert answer["status"] == "Success" and "1 passed, 1 deselected" in answer["run_result"]["stdout"]
