"""The tool `unit_tests`: what it finds, and that its own troubles are nobody's failure."""

import asyncio
from typing import Any

import pytest

from judge import library
from judge.errors import SettingsError, ToolError
from judge.sandbox import isolation
from judge.types import Call, Case, Evidence, Response, Sample, Tests

tool = library.module("tools", "unit_tests")

RIGHT = "```python\ndef f(x):\n    return x + 2\n```"
SUMS = (Case(stdin="1 2", stdout="3\n"), Case(stdin="2 2", stdout="4"), Case(stdin="5 5", stdout="10"))


def verify(text: str, tests: Tests | None, **options: Any) -> Evidence:
    found: Evidence = asyncio.run(tool.verify(Sample(responses=(Response(text=text),), tests=tests), **options))
    return found


def test_passing_tests_support() -> None:
    found = verify(RIGHT, Tests(code="assert f(2) == 4"))
    assert (found.stance, found.score, found.hard, found.summary) == ("supports", 1.0, True, "1 of 1 checks passed")
    assert found.provenance == f"isolation={isolation().name}, integrity=outside"
    assert found.usage.seconds > 0


def test_a_failing_test_refutes_and_is_quoted() -> None:
    found = verify(RIGHT, Tests(code="import math\nassert f(2) == 4\nassert f(2) == 5"))
    assert (found.stance, found.score, found.hard) == ("refutes", 0.5, True)
    assert found.summary == "1 of 2 checks passed; 4 == 5 is false in line 3: assert f(2) == 5"


def test_cases_are_compared_by_words_in_lines() -> None:
    found = verify("print(sum(map(int, input().split())), end='  \\n\\n')", Tests(cases=SUMS))
    assert (found.stance, found.score, found.summary) == ("supports", 1.0, "3 of 3 cases passed")
    assert found.provenance.endswith("integrity=outside")


def test_a_wrong_case_is_shown() -> None:
    found = verify("a, b = input().split()\nprint(3 if a == '1' else 3 if b == '2' else 10)", Tests(cases=SUMS))
    assert (found.stance, found.score) == ("refutes", 2 / 3)
    assert found.summary == "2 of 3 cases passed; case 2 printed '3' instead of '4'"


def test_a_case_that_breaks_says_how() -> None:
    found = verify("print(10 // int(input()))", Tests(cases=(Case(stdin="5", stdout="2"), Case(stdin="0", stdout="0"))))
    assert found.summary == (
        "1 of 2 cases passed; case 2 failed: it ended with exit code 1 "
        "(ZeroDivisionError: integer division or modulo by zero)"
    )
    assert found.detail["status"] == "runtime_error"


def test_assertions_count_beside_the_cases() -> None:
    text = "def f(x):\n    return x\nif __name__ == '__main__':\n    print(sum(map(int, input().split())))"
    found = verify(text, Tests(code="assert f(1) == 2", cases=SUMS))
    assert (found.stance, found.score) == ("refutes", 3 / 4)
    assert found.summary == "3 of 4 checks passed; 1 == 2 is false in line 1: assert f(1) == 2"


def test_calls_are_checked_too() -> None:
    found = verify(RIGHT, Tests(calls=(Call(args=(1,), expect=3), Call(args=(2,), expect=True)), entry_point="f"))
    assert (found.stance, found.score, found.provenance.partition(" ")[2]) == ("refutes", 0.5, "integrity=outside")
    assert found.summary == "1 of 2 checks passed; f(2) returned 4 instead of True"


IN_PROCESS = "import os\nassert f(2) == {} and os.sep\nassert f(1) == 3"


def test_what_is_judged_inside_says_so_and_can_be_refused() -> None:
    found = verify(RIGHT, Tests(code=IN_PROCESS.format(4)))
    assert (found.stance, found.detail["passed"]) == ("supports", 2)
    assert found.provenance.endswith("integrity=in_process")
    assert found.detail["untranslated"] == [
        "line 1: it imports os",
        "line 2: it uses a value that only the program's own process has",
    ]
    assert verify(RIGHT, Tests(code=IN_PROCESS.format(5))).stance == "refutes"
    with pytest.raises(
        ToolError, match="line 1 of the tests cannot be judged outside of the program's process: it imp"
    ):
        verify(RIGHT, Tests(code=IN_PROCESS.format(4)), integrity="outside")


def test_what_is_judged_outside_cannot_be_outvoted_inside() -> None:
    lie = "class Yes:\n    def __eq__(self, other): return True\ndef f(x): return Yes()"
    found = verify(f"```python\n{lie}\n```", Tests(code=IN_PROCESS.format(4)))
    assert (found.stance, found.detail["passed"], found.detail["of"]) == ("refutes", 1, 3)


def test_tests_that_a_runner_would_find_are_run_inside_too() -> None:
    code = "import os\ndef test_f():\n    assert os.sep and f(2) == {}"
    assert verify(RIGHT, Tests(code=code.format(4))).stance == "supports"
    assert verify(RIGHT, Tests(code=code.format(5))).stance == "refutes"


def test_the_prefix_comes_first() -> None:
    tests = Tests(prefix="import math\ndef f(x):", code="assert f(4) == 2")
    assert verify("    return math.isqrt(x)", tests).stance == "supports"


def test_a_program_that_runs_too_long_is_refuted() -> None:
    found = verify("def f(x):\n    while True: pass", Tests(code="f(1)", timeout_s=0.3))
    assert (found.stance, found.summary) == ("refutes", "f(1) did not return: it ran past 0.3 s in line 1: f(1)")


def test_no_program_is_refuted() -> None:
    found = verify("I would rather not.", Tests(code="f(1)"))
    assert (found.stance, found.score, found.summary) == ("refutes", 0.0, "no program found in the response")


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        (None, "has no tests"),
        (Tests(), "has no tests"),
        (Tests(code="  \n"), "has no tests"),
        (Tests(code="def check(f):\n    assert f(2) == 4"), "runs no test"),
        (Tests(code="assert ="), "is no Python"),
        (Tests(code="assert True"), "runs no test"),
        (Tests(code="for x in []:\n    assert f(x)"), "runs no test"),
    ],
)
def test_no_test_is_an_error_and_never_a_pass(tests: Tests | None, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        verify(RIGHT, tests)


def test_a_broken_sandbox_is_an_error_and_never_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    isolation()
    monkeypatch.setattr("judge.sandbox.warm.works", lambda *_: False)  # no zygote that runs already may help out
    monkeypatch.setattr("judge.sandbox.launch._BOOT", "/nowhere/boot.py")
    with pytest.raises(ToolError, match="the sandbox broke, so the tests say nothing"):
        verify(RIGHT, Tests(code="assert f(2) == 4"))


def test_needs_names_what_is_missing() -> None:
    assert tool.needs(Sample(responses=(Response(text=""),))) == "tests"
    assert tool.needs(Sample(responses=(Response(text=""),), tests=Tests(cases=SUMS))) == ""


def test_a_wrong_option_is_refused() -> None:
    with pytest.raises(SettingsError, match="memory_mb=8 is too little"):
        verify(RIGHT, Tests(code="f(1)"), memory_mb=8)
    with pytest.raises(SettingsError, match="integrity='inside'"):
        verify(RIGHT, Tests(code="f(1)"), integrity="inside")


def test_programs_run_where_the_recipe_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.sandbox.remote.client._LONGEST_WAIT_S", 0.02)
    found = verify(RIGHT, Tests(code="assert f(2) == 4"), at_least="process")
    assert found.stance == "supports" and "isolation=" in found.provenance
    with pytest.raises(ToolError, match="the sandbox broke, so the tests say nothing"):
        verify(RIGHT, Tests(code="assert f(2) == 4"), server="http://127.0.0.1:9")
    with pytest.raises(SettingsError, match="'vault' is no level of isolation"):
        verify(RIGHT, Tests(code="assert f(2) == 4"), at_least="vault")


def test_code_that_tests_another_language_is_an_error() -> None:
    with pytest.raises(ToolError, match="test code is Python's, and the program is in 'cpp'"):
        verify(RIGHT, Tests(code="assert f(2) == 4", language="cpp"))
