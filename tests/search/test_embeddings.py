from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import ToolError
from judge.search.embeddings import cosine

NUMBERS = st.floats(-1e6, 1e6, width=32)


def test_cosines_by_hand() -> None:
    one = array("f", [3.0, 4.0])
    assert cosine(one, array("f", [4.0, 3.0])) == pytest.approx(24 / 25)
    assert cosine(one, array("f", [-3.0, -4.0])) == -1.0
    assert cosine(one, array("f", [4.0, -3.0])) == 0.0
    with pytest.raises(ToolError, match="vectors of 2 and 3 numbers"):
        cosine(one, array("f", [1.0, 2.0, 3.0]))
    with pytest.raises(ToolError, match="zeros"):
        cosine(one, array("f", [0.0, 0.0]))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_a_cosine_stays_within_its_bounds_and_knows_no_order(pairs: list[tuple[float, float]]) -> None:
    one, other = (array("f", numbers) for numbers in zip(*pairs, strict=True))
    if any(one) and any(other):
        assert -1 <= cosine(one, other) == cosine(other, one) <= 1
        assert cosine(one, one) == pytest.approx(1.0)
