from fractions import Fraction

import pytest

from judge.answers.units import NONE, Unit, read_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", NONE),
        ("cm", Unit("length", Fraction(1, 100))),
        ("Inches", Unit("length", Fraction("0.0254"))),
        ("cm^2", Unit("length^2", Fraction(1, 10_000))),
        ("cubic meters", Unit("length^3", Fraction(1))),
        ("km/h", Unit("length/time", Fraction(1000, 3600))),
        ("dollars per day", Unit("money $", Fraction(1))),
        ("dollars each", Unit("money $", Fraction(1))),
        ("apples", NONE),
        ("students in the class", NONE),
    ],
)
def test_units(text: str, unit: Unit) -> None:
    assert read_unit(text) == unit


@pytest.mark.parametrize("text", ["x", "+ 3", "sin x", "or 6", "i", "or more than that and then some more"])
def test_mathematics_and_prose_are_no_units(text: str) -> None:
    assert read_unit(text) is None
