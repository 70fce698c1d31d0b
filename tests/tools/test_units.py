import asyncio
from typing import Any

import pytest

from judge import library
from judge.errors import ToolError

units: Any = library.module("tools", "units")


def act(quantity: str, to: str) -> str:
    text: str = asyncio.run(units.act(quantity, to))
    return text


@pytest.mark.parametrize(
    ("quantity", "to", "said"),
    [
        ("12 inches", "feet", "12 inches = 1 feet"),
        ("3 1/2 cups", "ml", "3 1/2 cups = 828.05882775 ml"),
        ("1,000 m", "km", "1,000 m = 1 km"),
        ("1e3 g", "kg", "1e3 g = 1 kg"),
        ("72 °F", "°C", "72 °F = 200/9 ≈ 22.2222222222222 °C"),
        ("5 km", "miles", "5 km = 78125/25146 ≈ 3.10685596118667 miles"),
        ("-40°F", "°C", "-40 °F = -40 °C"),
    ],
)
def test_a_model_sees_both_sides(quantity: str, to: str, said: str) -> None:
    assert act(quantity, to) == said


@pytest.mark.parametrize(
    ("quantity", "to", "said"),
    [("5", "km", "no number with a unit"), ("km", "m", "no number with a unit"), ("5 kg", "m", "same kind"),
     ("9**9**9 m", "km", "370 million digits"), ("1" * 500 + " m", "km", "no number with a unit")],
)  # fmt: skip
def test_errors(quantity: str, to: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        act(quantity, to)
