"""Finding the program in a response."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox.programs import fault, find_program

F = "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("text", "program"),
    [
        (F, F),
        (f"Here it is:\n```python\n{F}```\nDone.", F),
        (f"```py\n{F}```", F),
        (f"```\n{F}```", F),
        (f"~~~python\n{F}~~~", F),
        (f"```python\n{F}", F),  # cut off before the fence closes
        (f"First try:\n```python\ndef f(x): pass\n```\nBetter:\n```python\n{F}```\nUse it:\n```python\nf(1)\n```", F),
        ("```python\nx = int(input())\n```\nand then\n```python\nprint(x)\n```", "x = int(input())\n\nprint(x)\n"),
        (f"Output:\n```\n3\n```\n```python\n{F}```", F),
        (f"1. like this\n   ```python\n   {F.replace(chr(10), chr(10) + '   ')}\n   ```", F),
        (f'"""Example:\n```python\nprint(f(1))\n```\n"""\n{F}', f'"""Example:\n```python\nprint(f(1))\n```\n"""\n{F}'),
        ("print(input())", "print(input())"),
        ("I cannot do that.", None),
        ("```python\ndef f(:\n```", None),
        ("", None),
        (" \n", None),
        ("x = '\ud800'", None),
        ("x = '\x00'", None),
        ("(" * 100_000, None),
    ],
)
def test_the_program_in_a_response(text: str, program: str | None) -> None:
    found = find_program(text)
    assert (found and found.strip()) == (program and program.strip())


def test_a_prefix_is_completed_by_a_body_or_followed_by_a_whole() -> None:
    head = 'def f(x):\n    """Double it."""'
    assert find_program("    return 2 * x\n", head) == f"{head}\n    return 2 * x\n"
    assert find_program("Sure:\n```python\n    return 2 * x\n```", head) == f"{head}\n    return 2 * x\n"
    assert find_program(f"```python\n{F}```\n```python\nprint(f(1))\n```", head) == f"{head}\n{F}"


def test_imports_from_the_future_stay_first() -> None:
    found = find_program(f"from __future__ import annotations\n{F}", "import math")
    assert found is not None
    compile(found, "found", "exec")
    assert found.index("__future__") < found.index("import math")


@given(
    st.text(st.sampled_from("`~python \ndef f():=1'\"#"), max_size=200),
    st.sampled_from(["", "import math", "def g():"]),
)
def test_what_is_found_is_python(text: str, prefix: str) -> None:
    found = find_program(text, prefix)
    assert found is None or ast.parse(found)


@given(st.sampled_from(["So:", "", "`f` is:"]), st.sampled_from(["", "That's all.", "```\n3\n```"]))
def test_prose_around_a_program_does_not_hide_it(before: str, after: str) -> None:
    assert find_program(f"{before}\n\n```python\n{F}```\n{after}") == F


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("assert f(1) == 1", ""),
        ("def check(f):\n    assert f(1) == 1\ncheck(f)", ""),
        ("for x in (1, 2):\n    assert f(x) == x", ""),
        ("if f(1) != 1:\n    raise ValueError", ""),
        ("def check(f):\n    assert f(1) == 1", "runs no test"),
        ("class T:\n    def test(self): assert f(1)", "runs no test"),
        ("import math", "runs no test"),
        ("# nothing", "runs no test"),
        ("assert f(1) ==", "is no Python"),
    ],
)
def test_tests_that_test_nothing_are_faulty(code: str, words: str) -> None:
    assert fault(code).startswith(words) and bool(fault(code)) == bool(words)
