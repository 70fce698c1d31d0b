"""Values that cross the wall of a sandbox come out as they went in, and forged ones do no harm."""

import datetime
import json
from collections import Counter, OrderedDict, deque
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox.inside.plain import Reader, UnreadableError, Writer


def refuse(*_: Any) -> Any:
    raise UnreadableError("no plain data")


def crossed(value: Any) -> Any:
    return Reader(refuse).read(json.loads(json.dumps(Writer(refuse).write(value))))


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.complex_numbers(allow_nan=False) | st.fractions() | st.decimals(allow_nan=False) | st.dates() | st.times()
    | st.datetimes() | st.timedeltas()
)  # fmt: skip
HASHABLE = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HASHABLE, inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=15,
)


@given(VALUES)
def test_values_come_out_as_they_went_in(value: Any) -> None:
    found = crossed(value)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        Counter("aab"), OrderedDict(b=1, a=2), deque([1, 2], 5), bytearray(b"x"), range(1, 9, 2), slice(1, None), ...,
        {1, (2, 3)}, -(2**80), float("inf"), Fraction(1, 3), Decimal("1.50"), "\ud800",
        datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC),
    ],
)  # fmt: skip
def test_more_types(value: Any) -> None:
    found = crossed(value)
    assert found == value and type(found) is type(value) and repr(found) == repr(value)


TAGS = st.sampled_from(["i", "f", "t", "s", "d", "C", "q", "R", "F", "D", "dt", "n", "c", "o"])
FORGED = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TAGS, inner, max_size=2),
    max_leaves=8,
)


@given(FORGED)
def test_forged_data_is_a_value_or_unreadable(data: Any) -> None:
    with suppress(UnreadableError):
        Reader(refuse).read(data)


@pytest.mark.parametrize(
    "data",
    [
        {"s": [k * (2**61 - 1) for k in range(3000)]},
        {"R": [0, 10**15, 1]},
        {"F": [{"i": "1" + "0" * 9000}, 3]},
        {"D": "9" * 30_000},
        {"n": ["<U9999", [9999], [""] * 9999]},
        {"n": ["O", [1], [1]]},
        {"s": [[1]]},
        {"x": 3},
        1.5,
    ],
)
def test_data_made_to_do_harm_is_unreadable(data: Any) -> None:
    with pytest.raises(UnreadableError):
        Reader(refuse).read(data)
