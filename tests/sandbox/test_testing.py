"""Tests in the sandbox: right programs pass, and the cheap ways around them do not work."""

import asyncio

import pytest

from judge.sandbox import Limits, TestRun, run_tests

TESTS = "assert solve(3) == 10\nassert solve(7) == 50\n"
RIGHT = "def solve(n):\n    return n * n + 1\n"
WRONG = "def solve(n):\n    return 0\n"


def outcome(program: str, tests: str = TESTS) -> TestRun:
    return asyncio.run(run_tests(program, tests, Limits(wall_s=5)))


@pytest.mark.parametrize(
    "program",
    [
        RIGHT,
        "print('FAILED, 0 passed')\nimport sys; print('error', file=sys.stderr)\n" + RIGHT,
        RIGHT + "if __name__ == '__main__':\n    solve(int(input()))\n",
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n  x: int\n"
        + RIGHT,
        RIGHT + "import os; os.close(1)\n",
        RIGHT + "print('x' * 3_000_000)\n",
        RIGHT + "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()\n",
        "import pickle\nclass A: pass\npickle.loads(pickle.dumps(A()))\n" + RIGHT,
    ],
)
def test_a_right_program_passes(program: str) -> None:
    result = outcome(program)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (WRONG, "AssertionError in line 1: assert solve(3) == 10"),
        ("def solve(n): return 10", "AssertionError in line 2: assert solve(7) == 50"),
        ("def solve(n): return n / 0", "ZeroDivisionError: division by zero in line 1: assert solve(3) == 10"),
        ("solve = None", "TypeError: 'NoneType' object is not callable in line 1: assert solve(3) == 10"),
        ("oops", "the program raised NameError: name 'oops' is not defined before the tests"),
        ("x = '\ud800'", "the program raised SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xed"),
        (
            "import sys\nsys.exit(0)\n" + WRONG,
            "the program raised SystemExit: 0 before the tests",
        ),
        (
            "import os\nprint('all tests passed\\n{}', flush=True)\nos._exit(0)",
            "the program ended before its tests did: it ended with exit code 0",
        ),
        (
            "import os\ndef solve(n): os._exit(0)",
            "the program ended before its tests did: it ended with exit code 0",
        ),
        ("def solve(n): raise SystemExit(0)", "SystemExit: 0 in line 1: assert solve(3) == 10"),
        (
            "import os, sys\nsys.excepthook = lambda *a: os._exit(0)\n" + WRONG,
            "AssertionError in line 1: assert solve(3) == 10",
        ),
        (
            "import atexit\natexit.register(print, 'all tests passed')\n" + WRONG,
            "AssertionError in line 1: assert solve(3) == 10",
        ),
        (
            "import builtins\nbuiltins.exec = builtins.compile = lambda *a: None\n" + WRONG,
            "AssertionError in line 1: assert solve(3) == 10",
        ),
        (
            "import re, sys\ndef solve(n):\n    text = open(sys.argv[0]).read() + open('/dev/stdin').read()\n"
            "    return int(re.search(r'solve.%d.\\s*==\\s*(\\d+)' % n, text)[1])",
            "TypeError: 'NoneType' object is not subscriptable in line 1: assert solve(3) == 10",
        ),
        (
            "class E(Exception):\n    def __str__(self): raise ValueError\ndef solve(n): raise E",
            "E in line 1: assert solve(3) == 10",
        ),
        ("def solve(n): raise ValueError('\ud800')", "the program raised SyntaxError: (unicode error)"),
        ("def solve(n): raise ValueError(chr(0xd800))", "ValueError: ? in line 1: assert solve(3) == 10"),
    ],
)
def test_a_wrong_program_does_not(program: str, message: str) -> None:
    result = outcome(program)
    assert not result.passed
    assert result.message.startswith(message)


def test_a_program_that_hangs_does_not_pass() -> None:
    hanging = asyncio.run(run_tests("def solve(n):\n    while True: pass", TESTS, Limits(wall_s=0.5)))
    assert (hanging.passed, hanging.message) == (False, "the tests did not end: it ran past 0.5 s")


def test_a_failure_deep_in_the_tests_is_named_by_its_line() -> None:
    tests = "def check(f):\n    for n, wanted in ((3, 10), (4, 18)):\n        assert f(n) == wanted, n\n\ncheck(solve)"
    assert outcome(RIGHT, tests).message == "AssertionError: 4 in line 3: assert f(n) == wanted, n"


def test_tests_may_keep_behind_a_main_guard() -> None:
    assert not outcome(WRONG, "if __name__ == '__main__':\n    assert solve(3) == 10").passed
