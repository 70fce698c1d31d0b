"""The action `run_code`: what a model sees of a run."""

import asyncio
import shutil
from typing import Any

import pytest

from judge import library
from judge.errors import ToolError

tool = library.module("tools", "run_code")


def act(code: str, *arguments: str, **options: Any) -> str:
    seen: str = asyncio.run(tool.act(code, *arguments, **options))
    return seen


def test_a_run_is_shown() -> None:
    assert act("print(input()[::-1])", "python", "abc") == "status: it ended with exit code 0\nstdout:\ncba"
    assert act("pass") == "status: it ended with exit code 0\nstdout: (nothing)"


def test_an_error_is_shown_as_one() -> None:
    seen = act("print('a')\n1 / 0")
    assert seen.startswith("status: runtime_error: it ended with exit code 1\nstdout:\na\nstderr:\nTraceback")
    assert seen.endswith("ZeroDivisionError: division by zero")
    assert act("while True: pass", timeout_s=0.3).startswith("status: timeout: it ran past 0.3 s")


def test_a_long_output_is_cut_in_the_middle() -> None:
    assert act("print('a' * 50 + 'b' * 50)", shown=20).endswith(f"{'a' * 10}\n[... 80 characters ...]\n{'b' * 10}")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_other_languages_run() -> None:
    assert act("read x; echo hello $x", "bash", "you") == "status: it ended with exit code 0\nstdout:\nhello you"


def test_languages_that_are_not_there_are_named() -> None:
    with pytest.raises(ToolError, match="programs in 'cobol' are not run here; choose one of python"):
        act("DISPLAY 'A'.", "cobol")


def test_server_that_is_gone_is_an_error_and_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.sandbox.remote.client._LONGEST_WAIT_S", 0.02)
    with pytest.raises(ToolError, match="the sandbox broke, so nothing was run"):
        act("print(1)", server="http://127.0.0.1:9")
