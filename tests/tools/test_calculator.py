import asyncio
from typing import Any

import pytest

from judge import library
from judge.errors import ToolError

calculator: Any = library.module("tools", "calculator")


def act(expression: Any) -> str:
    text: str = asyncio.run(calculator.act(expression))
    return text


def test_a_model_sees_what_it_asked_and_the_result() -> None:
    assert act(" 12 * 3 ") == "12 * 3 → 36"
    assert act("1/3") == "1/3 → 1/3 ≈ 0.333333333333333"
    assert act("12 * 3 = 37") == "12 * 3 = 37 → false"


def test_what_cannot_be_computed_is_an_error_and_no_fact() -> None:
    with pytest.raises(ToolError, match="370 million digits"):
        act("9**9**9")
    with pytest.raises(ToolError, match="must be text, not int"):
        act(5)
