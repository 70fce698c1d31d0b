from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.quantities import read_quantity, same


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("007", Fraction(7)),
        ("−3", Fraction(-3)),
        ("-$3", Fraction(-3)),
        ("1,000,000", Fraction(10**6)),
        ("12\\,345", Fraction(12345)),
        ("1 000 000", Fraction(10**6)),
        ("1{,}234.5", Fraction(2469, 2)),
        (".5", Fraction(1, 2)),
        ("2½", Fraction(5, 2)),
        ("2\\frac{1}{2}", Fraction(5, 2)),
        ("2 1/2", Fraction(5, 2)),
        ("\\dfrac{-2}{3}", Fraction(-2, 3)),
        ("\\frac13", Fraction(1, 3)),
        ("0.\\overline{3}", Fraction(1, 3)),
        ("0.1\\overline{6}", Fraction(1, 6)),
        ("1.5 \\times 10^{3}", Fraction(1500)),
        ("1e-10", Fraction(1, 10**10)),
        ("2^{64}", Fraction(2**64)),
        ("$5 million", Fraction(5 * 10**6)),
        ("Twelve", Fraction(12)),
        ("$\\text{13}$", Fraction(13)),
        ("twenty-one", Fraction(21)),
        ("7 and 3/4", Fraction(31, 4)),
        ("0.\\dot{3}", Fraction(1, 3)),
        ("0.1\\bar{6}", Fraction(1, 6)),
        ("0.(3)", Fraction(1, 3)),
        ("0.333...", Fraction(1, 3)),
        ("3万", Fraction(30_000)),
        ("百分之五", Fraction(1, 20)),
        ("45^\\circ 30'", Fraction(91, 2)),
        ("1'234'567", Fraction(1_234_567)),
    ],
)
def test_numbers_in_many_dresses(text: str, value: Fraction) -> None:
    read = read_quantity(text)
    assert read is not None
    assert read.value == value


@pytest.mark.parametrize(
    "text", ["", "x", "5x", "3m", "2xy", "1, 2", "3:4", "5 or 6", "1/0", "3i", "2 \\pi", "10^{9}!"]
)
def test_what_is_no_single_number_is_not_read(text: str) -> None:
    assert read_quantity(text) is None


@pytest.mark.parametrize("text", ["9" * 5000, "10^99999", "1e99999", f"{'9' * 300}^9"])
def test_numbers_that_would_grow_are_not_read(text: str) -> None:
    assert read_quantity(text) is None


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("5 cm", "5 m", False),
        ("5 cm", "0.05 m", True),
        ("5 cm", "5 厘米", True),
        ("2 hours", "120 minutes", True),
        ("60 km/h", "60 kilometers per hour", True),
        ("36 cm^2", "36 square centimeters", True),
        ("18", "$18 per day", True),
        ("$1", "100 cents", True),
        ("18 apples", "18", True),
        ("50\\%", "0.5", True),
        ("50", "50%", True),
        ("0.5", "0.5%", False),
        ("20", "2000", False),
        ("1/12", "0.083333", True),
        ("1/3", "0.33", False),
        ("1/8", "0.1250001", False),
        ("4036082/4036081", "1", False),
        ("1/3000001", "0", False),
        ("1/3000001", "0.0000003", False),
        ("99999999999999999999", "99999999999999999998", False),
        ("1e-400", "0", False),
        ("3 ft", "36 inches", True),
        ("3 ft", "3 in", False),
        ("2 hours 30 minutes", "150 minutes", True),
        ("5 ft 3 in", "63 inches", True),
        ("5 kJ", "5000 J", True),
        ("5 N", "5 J", False),
        ("100^\\circ C", "100 degrees Celsius", True),
        ("100^\\circ C", "100^\\circ F", False),
        ("10 m/s", "10\\,\\frac{\\text{m}}{\\text{s}}", True),
        ("10 m s^{-1}", "36 km/h", True),
        ("25 cm^2", "25平方厘米", True),
        ("12", "12个", True),
    ],
)
def test_units_percentages_and_rounding(gold: str, answer: str, equal: bool) -> None:
    left, right = read_quantity(gold), read_quantity(answer)
    assert left is not None
    assert right is not None
    assert same(left, right) is equal


def test_digits_round_before_comparing() -> None:
    third, decimal = read_quantity("1/3"), read_quantity("0.33")
    assert third is not None
    assert decimal is not None
    assert not same(third, decimal)
    assert same(third, decimal, digits=2)
    assert not same(third, decimal, digits=3)


@given(st.fractions())
def test_a_fraction_reads_back_from_every_form(number: Fraction) -> None:
    top, bottom = number.numerator, number.denominator
    for form in (f"{top}/{bottom}", f"\\frac{{{top}}}{{{bottom}}}", f"$\\dfrac{{{top}}}{{{bottom}}}$."):
        read = read_quantity(form)
        assert read is not None
        assert read.value == number


@given(st.integers(), st.integers(min_value=0, max_value=10**6))
def test_thousands_separators_change_nothing(whole: int, decimals: int) -> None:
    plain, parted = read_quantity(f"{whole}.{decimals}"), read_quantity(f"{whole:,}.{decimals}")
    assert plain is not None
    assert plain == parted


@given(st.text())
def test_any_text_is_read_or_not_but_never_fails(text: str) -> None:
    read = read_quantity(text)
    assert read is None or isinstance(read.value, Fraction)
