"""The action `run_code`: what a model sees of a run."""

import asyncio
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


def test_other_languages_are_not_there() -> None:
    with pytest.raises(ToolError, match="there is no 'cobol' here"):
        act("DISPLAY 'A'.", "cobol")
