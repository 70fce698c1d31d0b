"""Programs sent to servers that behave, misbehave and are gone."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from judge.errors import SettingsError
from judge.sandbox import Limits, Run
from judge.sandbox.languages import run_language
from judge.sandbox.remote import client

FINE = {
    "status": "Success",
    "message": "",
    "compile_result": None,
    "run_result": {"status": "Finished", "execution_time": 0.5, "return_code": 0, "stdout": "hi\n", "stderr": ""},
    "executor_pod_name": None,
    "files": {"out.txt": "b25l"},
}
Start = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LONGEST_WAIT_S", 0.02)


def run(server: Any, code: str = "print('hi')", **how: Any) -> Run:
    return asyncio.run(run_language("python", code, server=server, **how)).last


def test_what_is_sent_and_what_comes_back(foreign: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_SANDBOX_TOKEN", "a-token-for-tests")
    server = foreign((200, FINE))
    done = run(
        f"{server.url}/",
        "x",
        stdin="in",
        files={"a": b"one"},
        limits=Limits(wall_s=2, memory_mb=256),
        fetch=["out.txt"],
    )
    assert server.asked == [
        {
            "path": "/run_code",
            "code": "x",
            "language": "python",
            "stdin": "in",
            "compile_timeout": 30,
            "run_timeout": 2,
            "memory_limit_MB": 256,
            "files": {"a": "b25l"},
            "fetch_files": ["out.txt"],
            "args": [],
        }
    ]
    assert server.headers[0]["authorization"] == "Bearer a-token-for-tests"
    assert (done.status, done.stdout, done.wall_s, done.isolation) == ("ok", "hi\n", 0.5, "remote")
    assert done.fetched == {"out.txt": b"one"}


def test_other_languages_go_by_the_protocols_names(foreign: Start) -> None:
    server = foreign((200, FINE))
    for name in ("js", "c++", "sh", "py"):
        asyncio.run(run_language(name, "", server=f"{server.url}/run_code"))
    assert [request["language"] for request in server.asked] == ["nodejs", "cpp", "bash", "python"]
    assert {request["path"] for request in server.asked} == {"/run_code"}


@pytest.mark.parametrize("trouble", [(502, "x"), (503, "x"), (504, "x"), (429, "x"), "hang up"])
def test_what_may_pass_is_tried_again(foreign: Start, trouble: Any) -> None:
    server = foreign(trouble, trouble, (200, FINE))
    assert run(server.url).status == "ok"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("trouble", "asked", "message"),
    [
        ((503, "x"), 8, "answered 503, 8 times"),
        ("hang up", 8, "did not answer: "),
        ((401, "x"), 1, "refused the token; set JUDGE_SANDBOX_TOKEN"),
        ((404, "no such page"), 1, "answered 404: no such page"),
        ((307, "x"), 1, "answered 307: x"),
        ((200, "<html>"), 1, "does not speak SandboxFusion's protocol: JSON: "),
        ((200, {"status": "Fine"}), 1, "does not speak SandboxFusion's protocol: status: "),
        ((200, {**FINE, "files": {"a": "b"}}), 1, "a file that is no base64"),
    ],
)
def test_a_broken_server_is_never_a_failed_program(foreign: Start, trouble: Any, asked: int, message: str) -> None:
    server = foreign(trouble)
    secret = server.url.replace("http://", "http://user:secret@")
    done = run(secret)
    assert done.status == "sandbox_error" and message in done.message and "secret" not in done.message
    assert len(server.asked) == asked


def test_a_server_that_is_gone_is_a_sandbox_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        done = run(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert done.status == "sandbox_error" and "did not answer: ConnectError" in done.message


def test_servers_take_turns_and_stand_in_for_each_other(foreign: Start) -> None:
    one, two, gone = foreign((200, FINE)), foreign((200, FINE)), foreign("hang up")

    async def main() -> list[str]:
        urls = [one.url, gone.url, two.url]
        runs = await asyncio.gather(*(run_language("python", "x", server=urls) for _ in range(30)))
        return [done.last.status for done in runs]

    assert asyncio.run(main()) == ["ok"] * 30
    assert min(len(one.asked), len(two.asked)) >= 10


def test_a_server_is_not_flooded(foreign: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_IN_FLIGHT", 3)
    server = foreign((200, FINE))

    async def main() -> None:
        await asyncio.gather(*(run_language("python", "x", server=server.url) for _ in range(20)))

    asyncio.run(main())
    assert server.most_at_once <= 3 and len(server.asked) == 20


@pytest.mark.parametrize("server", ["127.0.0.1:8080", "ftp://x", "http://", "http://x:99999", []])
def test_what_is_no_address_is_a_wrong_setting(server: Any) -> None:
    with pytest.raises(SettingsError, match=r"is no address; write for example|is empty; give at least one"):
        run(server)


def test_halves_of_characters_travel(foreign: Start) -> None:
    server = foreign((200, FINE))
    assert run(server.url, "x = '\ud800'", stdin="\udfff").status == "ok"
    assert server.asked[0]["code"] == "x = '?'"


def test_an_isolation_cannot_be_demanded_of_a_server_that_says_nothing_of_it(foreign: Start) -> None:
    done = run(foreign((200, FINE)).url, at_least="process")
    assert done.status == "sandbox_error" and "the server does not say how it shuts programs in" in done.message
