"""What a calibrator is worth, by cross-validation."""

import random
from dataclasses import replace

import pytest

from judge.calibration.examples import Label, Pair
from judge.calibration.measure import PAIR_KINDS, measure_intervals, measure_pairs, measure_values
from judge.errors import DataError
from tests.calibration.test_pairs import preferred, taste


def overconfident(n: int) -> list[Label]:
    """Values of 0.02 and 0.98 whose labels are right four times of five."""
    chance = random.Random(7)
    drawn = [chance.random() < 0.5 for _ in range(n)]
    return [Label(0.98 if high else 0.02, float(high == (chance.random() < 0.8)), group=str(at // 2))
            for at, high in enumerate(drawn)]  # fmt: skip


@pytest.mark.parametrize("kind", ["isotonic", "platt"])
def test_calibration_takes_the_error_out_and_keeps_the_accuracy(kind: str) -> None:
    fitted, found = measure_values(kind, overconfident(2_000))  # type: ignore[arg-type]
    assert fitted.kind == found.kind == kind and (found.n, found.folds) == (2_000, 5)
    assert found.before is not None and found.after is not None
    # before: |0.98 - 0.8| and |0.02 - 0.2|
    assert found.before.ece == pytest.approx(0.18, abs=0.03) and found.after.ece < 0.03
    assert found.after.accuracy == found.before.accuracy == pytest.approx(0.8, abs=0.03)
    assert found.after.brier == pytest.approx(0.16, abs=0.02) and found.before.brier > found.after.brier + 0.02


def test_rows_of_one_group_do_not_flatter_each_other() -> None:
    # ten groups of ten rows, and all labels of the first are missed by 1, all others by 0. Of 90 rows the radius is the
    # 87th, so it is 1 as soon as some of the first group's rows are known, and 0 when they are left out together
    rows = [Label(0, float(at == 0), group=str(at)) for at in range(10) for _ in range(10)]
    _, together = measure_intervals(rows, level=0.95, count=10)
    _, apart = measure_intervals([Label(row.value, row.label) for row in rows], level=0.95, count=10)
    assert (together.coverage, apart.coverage) == (0.9, 1)
    # values 0 to 4 are wrong and 5 to 9 right; without the rows at 4 or at 5 their place is half way, and half right
    rows = [Label(at, float(at > 4), group=str(at)) for at in range(10) for _ in range(10)]
    for known, accuracy in (rows, 0.9), ([Label(row.value, row.label) for row in rows], 1):
        _, found = measure_values("isotonic", known, count=10)
        assert found.after is not None and found.after.accuracy == accuracy
    # a category that was not seen weighs all criteria alike, which is the wrong way round here
    pairs = [
        replace(pair, category=name, group=name) for name in "abcde" for pair in preferred(taste(-9, -9, -9, -9), 40, 1)
    ]
    for given, right in (pairs, False), ([replace(pair, group="") for pair in pairs], True):
        _, found = measure_pairs("category", given)
        assert found.after is not None and (found.after.accuracy > 0.5) is right


def test_graded_verdicts_are_shares_of_their_range_before() -> None:
    _, found = measure_values("graded", [Label(-2, 0), Label(2, 1), Label(1, 1), Label(-1, 0)] * 5)
    # (v + 2) / 4: 0, 1, 0.75 and 0.25, so the Brier score is (0 + 0 + 0.0625 + 0.0625) / 4
    assert found.before is not None and found.before.brier == pytest.approx(0.03125, abs=1e-9)


def test_intervals_are_checked_on_other_rows() -> None:
    chance = random.Random(3)
    rows = [
        Label(value, min(1, max(0, value + chance.gauss(0, 0.05)))) for value in (chance.random() for _ in range(1_000))
    ]
    fitted, found = measure_intervals(rows, level=0.9)
    assert found.coverage == pytest.approx(0.9, abs=0.03) and found.radius == fitted.radius
    assert fitted.radius == pytest.approx(1.645 * 0.05, abs=0.015)
    with pytest.raises(DataError, match="at least 9 rows, got 5"):
        measure_intervals(rows[:5])


@pytest.mark.parametrize("kind", PAIR_KINDS)
def test_every_kind_of_pairs_beats_the_plain_mean(kind: str) -> None:
    pairs = [*preferred(taste(8, 0, 0, -8), 300, 1, "ann", "a"), *preferred(taste(8, 0, 0, -8), 300, 2, "bob", "b")]
    fitted, found = measure_pairs(kind, pairs, seed=1)  # type: ignore[arg-type]
    assert fitted.kind == kind and (found.n, found.left_out, found.folds) == (600, 0, 5)
    assert found.after is not None and found.after.accuracy > 0.75 and found.after.ece < 0.1
    if found.before is None:
        assert kind == "embedding_head"
    else:
        assert found.before.accuracy < 0.6 and found.before.brier == pytest.approx(0.25, abs=0.02)


def test_unscored_pairs_are_counted_and_left_out() -> None:
    pairs = preferred(taste(8, 0, 0, -8), 60, 1)
    _, found = measure_pairs("weights", [*pairs, Pair({**pairs[0].chosen, "kind": None}, pairs[0].rejected)])
    assert (found.n, found.left_out) == (60, 1)
