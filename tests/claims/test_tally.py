import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.claims.tally import OUTCOMES, Tally

BIO = ["S", "S", "NS", "NS", "IR", "S", "S", "NS", "NS"]
"""The first two sentences of a biography with human labels (FActScore's ChatGPT set, MIT): IR is not judged."""
BY_LABEL = {"S": "supported", "NS": "not_enough_evidence", "IR": "not_checkable"}


def test_precision_of_a_labelled_biography() -> None:
    tally = Tally.of(BY_LABEL[label] for label in BIO)
    assert (tally.supported, tally.judged, tally.precision) == (4, 8, 0.5)


def test_f1_at_k_is_safes() -> None:
    tally = Tally.of(
        ["supported"] * 12 + ["refuted"] * 3 + ["not_enough_evidence"] + ["failed", "unchecked", "not_checkable"]
    )
    assert tally.precision == 0.75
    assert tally.f1(64) == pytest.approx(2 * 0.75 * (12 / 64) / (0.75 + 12 / 64)) == 0.3
    assert tally.f1(12) == tally.f1(1) == pytest.approx(2 * 0.75 / 1.75)
    assert Tally.of(["refuted"]).f1(5) == 0.0 and Tally.of(["failed", "not_checkable"]).f1(5) is None
    assert Tally.of([]).precision is None
    with pytest.raises(KeyError):
        Tally.of(["true"])


@given(st.lists(st.sampled_from(OUTCOMES)), st.integers(1, 100))
def test_more_support_never_lowers_a_score(outcomes: list[str], k: int) -> None:
    tally = Tally.of(outcomes)
    more = Tally.of([*outcomes, "supported"])
    if (before := tally.f1(k)) is not None and (after := more.f1(k)) is not None:
        assert 0 <= before <= after <= 1
    worse = Tally.of([*outcomes, "refuted"]).f1(k)
    assert worse is not None and (before is None or worse <= before)
