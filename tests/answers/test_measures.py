from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.measures import convert, read_measure
from judge.errors import ToolError


@pytest.mark.parametrize(
    ("value", "of", "to", "result"),
    [
        ("5", "km", "m", "5000"),
        ("1", "mile", "km", "1.609344"),
        ("12", "inches", "feet", "1"),
        ("60", "miles per hour", "m/s", "26.8224"),
        ("10", "m/s", "km/h", "36"),
        ("1", "kWh", "J", "3600000"),
        ("1", "N", "kg*m/s^2", "1"),
        ("1", "W", "J/s", "1"),
        ("100", "cm²", "m²", "0.01"),
        ("1", "square mile", "acres", "640"),
        ("1", "cubic meter", "liters", "1000"),
        ("1", "gallon", "cups", "16"),
        ("1", "GiB", "MB", "1073.741824"),
        ("8", "bits", "byte", "1"),
        ("3", "µm", "nm", "3000"),
        ("2", "weeks", "hours", "336"),
        ("5", "dozen", "pairs", "30"),
        ("212", "°F", "°C", "100"),
        ("-40", "fahrenheit", "celsius", "-40"),
        ("0", "K", "degrees Celsius", "-273.15"),
        ("250", "cents", "dollars", "2.5"),
        ("2", "stone", "pounds", "28"),
    ],
)
def test_conversions_are_exact(value: str, of: str, to: str, result: str) -> None:
    assert convert(Fraction(value), of, to) == Fraction(result)


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ("kg", "m", "'kg' is a measure of mass and 'm' is a measure of length"),
        ("km/h", "km", "a measure of length per time"),
        ("ton", "kg", "use metric ton, short ton or long ton"),
        ("year", "days", "use the calendar"),
        ("dollars", "euros", "same kind"),
        ("smoots", "m", "no unit known here"),
        ("", "m", "is no unit"),
        ("m" * 100, "m", "is no unit"),
        ("/" * 50, "m", "is no unit"),
        ("m^9", "m", "is no unit"),
    ],
)
def test_what_cannot_be_converted_is_said(of: str, to: str, said: str) -> None:
    with pytest.raises(ToolError) as caught:
        convert(Fraction(1), of, to)
    assert said in str(caught.value)


@given(st.fractions(-1000, 1000, max_denominator=60), st.sampled_from([("mile", "mm"), ("°F", "K"), ("mph", "km/h")]))
def test_there_and_back_is_the_same(value: Fraction, units: tuple[str, str]) -> None:
    assert convert(convert(value, *units), *reversed(units)) == value


@given(st.text(alphabet="kmgsh/*^·² per()-0123456789°CF", max_size=30))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        read_measure(text)
    except ToolError as error:
        assert str(error)
