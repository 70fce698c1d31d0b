"""Coverage, precision and contribution, counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.learn.diagnostics import accuracy, diagnose, wilson
from judge.learn.verdicts import Verdict

C: Verdict = "chosen"
R: Verdict = "rejected"
T: Verdict = "tie"


def test_each_figure_by_hand() -> None:
    verdicts: dict[str, list[Verdict | None]] = {
        "a": [C, C, T, R, None],
        "b": [C, R, C, T, C],
        "c": [T, T, T, T, T],
    }
    found = diagnose(verdicts)
    # a: 4 verdicts, 3 preferences, 2 of them right.
    assert (found["a"].pairs, found["a"].failed) == (4, 1)
    assert found["a"].coverage == pytest.approx(3 / 4, abs=1e-12)
    assert found["a"].precision == pytest.approx(2 / 3, abs=1e-12)
    # b: 5 verdicts, 4 preferences, 3 of them right.
    assert (found["b"].coverage, found["b"].precision) == (4 / 5, 3 / 4)
    # c: no preference, so no precision.
    assert (found["c"].coverage, found["c"].precision, found["c"].precision_interval) == (0, None, None)
    # On the four pairs that all have a verdict on the sums are 2, 0, 1, -1: 2 of 4 right, a tie is not.
    # Without a: 1, -1, 1, 0: 2 of 4. Without b: 1, 1, 0, -1: 2 of 4. Without c nothing changes.
    assert [found[name].contribution for name in "abc"] == [0, 0, 0]
    # Twice the weight for b: 2, -1, 2, -1: 2 of 4; without a 2 of 4; without b 2 of 4.
    weighted = diagnose({"a": [C, C, R], "b": [C, R, C]}, {"a": 1.0, "b": 2.0})
    # a + 2 b = 3, -1, 1: 2 of 3 right. Without a: 2, -2, 2: 2 of 3. Without b: 1, 1, -1: 2 of 3.
    assert weighted["a"].contribution == weighted["b"].contribution == 0
    helped = diagnose({"a": [C, C, T], "b": [T, C, C]})
    # Together 3 of 3; a alone 2 of 3, b alone 2 of 3.
    assert helped["a"].contribution == pytest.approx(1 / 3, abs=1e-12)


def test_one_criterion_contributes_all_its_accuracy() -> None:
    # 2 of 4 right against 0 without any criterion.
    assert diagnose({"a": [C, C, T, R]})["a"].contribution == 0.5


def test_of_a_negative_weight_only_the_size_counts() -> None:
    # A verdict on a fault names the response that has less of it, so nothing is turned round.
    found = diagnose({"a": [C, C, R, T]}, {"a": -1.0})["a"]
    assert (found.precision, found.contribution) == (2 / 3, 0.5)


def test_hard_rules_decide_before_weights() -> None:
    verdicts: dict[str, list[Verdict | None]] = {"rule": [C, R, T, C], "a": [R, C, C, C]}
    weights = {"rule": 0.0, "a": 5.0}
    # The rule decides pairs 1, 2 and 4, the other the third: right, wrong, right, right.
    assert accuracy(verdicts, weights, {"rule"}) == 3 / 4
    found = diagnose(verdicts, weights, {"rule"})
    # Without the rule a is right on 3 of 4. Without a the rule is right on 2 of 4: the third pair is a tie.
    assert (found["rule"].contribution, found["a"].contribution) == (0, 1 / 4)
    assert diagnose({**verdicts, "a": [R, R, R, R]}, weights, {"rule"})["rule"].contribution == 2 / 4  # 2 of 4, and 0


def test_no_verdicts_give_no_numbers() -> None:
    found = diagnose({"a": [None, None], "b": [C, T]})
    assert (found["a"].pairs, found["a"].failed) == (0, 2)
    assert (found["a"].coverage, found["a"].precision, found["a"].contribution) == (None, None, None)
    assert (found["b"].coverage, found["b"].contribution) == (0.5, None)  # no pair has a verdict of both
    assert accuracy({"a": []}, {"a": 1.0}) is None


def test_the_interval_by_hand() -> None:
    # 8 of 10, z^2 = 3.841458821: middle (0.8 + 0.1920729)/1.3841459 = 0.716740, half 1.959964/1.3841459 *
    # sqrt(0.016 + 0.0096036) = 1.416010 * 0.160012 = 0.226577.
    assert wilson(8, 10) == pytest.approx((0.490162, 0.943318), abs=2e-6)
    # None of n: from 0 to z^2 / (n + z^2) = 3.841458821 / 13.841458821.
    assert wilson(0, 10) == pytest.approx((0.0, 3.841458820694124 / 13.841458820694124), abs=1e-12)
    assert wilson(0, 0) is None
    for hits, of in ((-1, 3), (4, 3)):
        with pytest.raises(DataError, match="is no share"):
            wilson(hits, of)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(share: tuple[int, int]) -> None:
    hits, of = share
    low, high = wilson(hits, of) or (1.0, 0.0)
    assert 0 <= low <= hits / of <= high <= 1
    mirrored = wilson(of - hits, of) or (1.0, 0.0)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-12)
