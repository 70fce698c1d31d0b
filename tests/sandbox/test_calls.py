"""Calling a function of a program that nobody has read."""

import asyncio
from typing import Any

import pytest

from judge.errors import DataError, ToolError
from judge.sandbox import Called, Limits, Opaque, call_function, run_checker

PROGRAM = """
print("noise")
class Odd:
    def __eq__(self, other): return True
class Count(int): pass
def echo(*args, **kwargs): return args, kwargs
def odd(): return [Odd(), Count(7)]
def fail(): raise KeyError("gone")
def leave(): import os; os._exit(3)
def hang():
    while True: pass
"""


def call(name: str, *args: Any, **kwargs: Any) -> Called:
    return asyncio.run(call_function(PROGRAM, name, args, kwargs, limits=Limits(wall_s=1)))


def test_a_value_comes_back_by_its_type() -> None:
    found = call("echo", 1, (2, {3: "x"}), key={4})
    assert (found.returned, found.value, found.message) == (True, ((1, (2, {3: "x"})), {"key": {4}}), "")
    assert found.run and found.run.stderr == "noise\n"
    assert call("odd").value == [Opaque("Odd"), 7]


@pytest.mark.parametrize(
    ("name", "exception", "message"),
    [
        ("fail", "KeyError", "it raised KeyError: 'gone'"),
        ("nothing", "NameError", "it raised NameError: name 'nothing' is not defined"),
        ("leave", "", "it ended its process: it ended with exit code 3"),
        ("hang", "", "it ran past 1 s"),
    ],
)
def test_what_gives_no_value_says_why(name: str, exception: str, message: str) -> None:
    found = call(name)
    assert (found.returned, found.exception, found.message) == (False, exception, message)


def test_arguments_must_be_plain() -> None:
    with pytest.raises(DataError, match="object is no plain data"):
        call("echo", object())


def test_a_checker_says_something_or_is_an_error() -> None:
    def check(code: str, *arguments: Any) -> Any:
        return asyncio.run(run_checker(code, "check", arguments))

    assert check("def check(response): return len(response) > 3", "hello") is True
    with pytest.raises(ToolError, match="gave no verdict: it raised TypeError"):
        check("def check(response): return response + 1", "hello")
    with pytest.raises(ToolError, match="gave no verdict: the program raised SyntaxError"):
        check("def check(response) return 1", "hello")
    with pytest.raises(ToolError, match="object of 'function'"):
        check("def check(response): return check", "hello")
