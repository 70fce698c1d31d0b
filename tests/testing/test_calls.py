"""Calls with plain data: compared by type, each from the freshly loaded program."""

import asyncio
from typing import Any

import pytest

from judge.errors import ToolError
from judge.sandbox import Limits
from judge.testing.calls import equal, run_calls
from judge.testing.verdict import Checked
from judge.types import Call


def run(program: str, *calls: Call, entry_point: str = "f", names: tuple[str, ...] = ("f",)) -> list[Checked]:
    return asyncio.run(run_calls(program, names, entry_point, calls, Limits(wall_s=2)))


def test_each_call_starts_from_the_loaded_program() -> None:
    program = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    assert [check.passed for check in run(program, Call(args=(5,), expect=1), Call(args=(6,), expect=1))] == [
        True,
        True,
    ]


def test_what_goes_wrong_is_said_and_the_others_run() -> None:
    program = "import os\ndef f(x):\n    if x == 1: os._exit(0)\n    if x == 2: raise ValueError('no')\n    return x"
    found = run(program, *(Call(args=(x,), expect=3) for x in (1, 2, 3, 4)))
    assert [check.message for check in found] == [
        "f(1) did not return: it ended its process with exit code 0",
        "f(2) raised ValueError: no",
        "",
        "f(4) returned 4 instead of 3",
    ]


def test_a_call_that_hangs_takes_the_time_of_the_others() -> None:
    found = run("def f(x):\n    while x == 2: pass\n    return x", *(Call(args=(x,), expect=x) for x in (1, 2, 3)))
    assert [check.message for check in found] == [
        "",
        "f(2) did not return: it ran past 2 s",
        "f(3) was not run, since an earlier call did not return",
    ]


def test_a_method_of_solution_is_found() -> None:
    program = "class Solution:\n    def f(self, x, *, y=0): return (x, y)"
    names = ("Solution", "Solution.f")
    assert run(program, Call(args=(1,), kwargs={"y": 2}, expect=[1, 2]), names=names)[0].passed


def test_another_right_value_is_right() -> None:
    assert [check.passed for check in run("def f(): return 3", Call(expect=[3], also=(3,)), Call(expect=4))] == [
        True,
        False,
    ]


def test_a_function_must_be_named() -> None:
    with pytest.raises(ToolError, match="entry_point"):
        run("def f(): return 3", Call(expect=3), entry_point="")


@pytest.mark.parametrize(
    ("expect", "got", "same"),
    [
        (1, 1.0, True), (1.5, 1.5, True), (True, 1, False), (1, True, False), ("1", 1, False), (None, 0, False),
        ([1, 2], (1, 2), True), ([[1]], [(1,)], True), ([1], {1}, False), ({"1": 2}, {1: 2}, True), ({}, [], False),
        ([1, 2], [1, 2, 3], False), (0, None, False), ("a", b"a", False), (0.3, 0.1 + 0.2, False),
    ],
)  # fmt: skip
def test_equality_is_strict_by_type(expect: Any, got: Any, same: bool) -> None:
    assert equal(expect, got) is same


def test_a_tolerance_is_for_floats() -> None:
    assert equal(0.3, 0.1 + 0.2, 1e-9) and not equal(0.3, 0.31, 1e-9)
    assert not equal(10**9, 10**9 + 1, 1e-3)
