"""The meta vote and feature heads: numbers by hand, and fits on planted sets."""

import math
import random

import pytest

from judge.calibration import feature_head, meta
from judge.calibration.meta import Labelled, Meta
from judge.errors import DataError, SettingsError
from judge.types import Failure, Judgment, Score

FAILED = Judgment(critic="x", failure=Failure(kind="timeout", message="too late"))


def verdict(critic: str, best: int | None) -> Judgment:
    value = 0.5 if best is None else float(best == 0)
    scores = (Score(response=0, criterion="c", raw=value, value=value),
              Score(response=1, criterion="c", raw=1 - value, value=1 - value))  # fmt: skip
    return Judgment(critic=critic, shown=(0, 1), scores=scores)


def planted(count: int = 60) -> list[Labelled]:
    """`expert` is always right, three others say what the coin says: their majority is no better than it."""
    draw = random.Random(1)
    sets = []
    for _ in range(count):
        best, coin = draw.randrange(2), draw.randrange(2)
        cast = [verdict("expert", best)] + [verdict(name, coin) for name in ("a", "b", "c")]
        sets.append(meta.labelled(cast, best))
    return sets


def test_a_meta_vote_applies_by_hand() -> None:
    model = Meta(intercept=0.0, slopes={"voice:x": math.log(3), "unknown": 5.0})
    assert model.weigh([verdict("x", 0), FAILED]) == pytest.approx((0.75, 0.0), abs=1e-9)  # sigmoid(log 3) = 3/4
    # x says 0 and is right by 3/4; y says 1 and, with voice:x = -1, is right by 1/4: (3/4 + 1 - 1/4) / 2
    assert model.prefer([verdict("x", 0), verdict("y", 1)]) == pytest.approx(0.75, abs=1e-9)


def test_opinions_are_pooled_by_hand() -> None:
    cast = [verdict("x", 0), verdict("x", 1), verdict("x", None), FAILED]
    assert meta.pool(cast, (0.8, 0.7, 0.9, 0.0)) == pytest.approx(0.55, abs=1e-9)  # (0.8 + 1 - 0.7) / 2
    assert meta.pool([verdict("x", 1)], (0.1,)) == pytest.approx(0.9, abs=1e-9)  # more often wrong than right
    assert meta.pool([verdict("x", None), FAILED], (0.9, 0.0)) is None


def test_a_judgment_is_right_when_the_best_alone_is_on_top() -> None:
    found = [meta.is_right(one, 0) for one in (verdict("x", 0), verdict("x", 1), verdict("x", None), FAILED)]
    assert found == [True, False, False, None]


def test_a_head_finds_the_odds_of_a_table() -> None:
    """Of four rows at 1 three are right, of four at -1 one is: log-odds log 3 and -log 3."""
    rows = [{"x": 1.0}] * 4 + [{"x": -1.0}] * 4
    labels = [1, 1, 1, 0, 1, 0, 0, 0]
    head = feature_head.fit(rows, labels, ridge=1e-12)
    assert head.slopes["x"] == pytest.approx(math.log(3), abs=1e-9)
    assert head.intercept == pytest.approx(0, abs=1e-9)
    assert head.apply({"x": 1.0}) == pytest.approx(0.75, abs=1e-9)
    assert head.apply({"other": 7.0}) == pytest.approx(0.5, abs=1e-9)
    assert head.rows == 8


def test_a_soft_label_is_met_between() -> None:
    head = feature_head.fit([{}, {}], [0.2, 0.6], ridge=10)
    assert head.apply({}) == pytest.approx(0.4, abs=1e-9)


def test_what_hardly_differs_earns_hardly_any_slope() -> None:
    """One row in a thousand has the feature, and it is right: a fit to full spread would give it a slope of dozens."""
    rows = [{"rare": 0.01 * (at == 0), "x": float(at % 2)} for at in range(1000)]
    head = feature_head.fit(rows, [float(at == 0 or at % 4 == 1) for at in range(1000)])
    assert abs(head.slopes["rare"]) < 1 < head.slopes["x"]


def test_the_meta_vote_hears_the_expert_and_not_the_crowd() -> None:
    sets = planted()
    plain = sum(sum(one.judgments[at].scores[0].value for at in range(4)) > 2 for one in sets)
    assert plain < len(sets)
    verdicts = meta.cross_prefer(sets, count=5)
    assert all(p is not None and (p > 0.5) == (one.best == 0) for p, one in zip(verdicts, sets, strict=True))


def test_no_set_is_decided_by_its_own_label() -> None:
    sets = planted(12)
    before = meta.cross_prefer(sets, count=12)
    liar = meta.labelled(sets[3].judgments, 1 - (sets[3].best or 0))
    after = meta.cross_prefer([*sets[:3], liar, *sets[4:]], count=12)
    assert after[3] == before[3]
    assert after[2] != before[2]


def test_sets_of_one_group_are_held_out_together() -> None:
    sets = [meta.labelled(one.judgments, one.best, group=str(at % 6)) for at, one in enumerate(planted(12))]
    before = meta.cross_prefer(sets, count=6)
    liar = meta.labelled(sets[3].judgments, 1 - (sets[3].best or 0), group="3")
    after = meta.cross_prefer([*sets[:3], liar, *sets[4:]], count=6)
    assert (after[3], after[9]) == (before[3], before[9])


def test_every_set_counts_alike_however_large() -> None:
    """One set of one right judgment, one of nine wrong ones: together they say one half."""
    sets = [meta.labelled([verdict("x", 0)], 0), meta.labelled([verdict("x", 0)] * 9, 1)]
    same = [Labelled(one.judgments, one.best, tuple({"bias": 1.0} for _ in one.judgments)) for one in sets]
    model = meta.fit(same)
    assert model.apply({"bias": 1.0}) == pytest.approx(0.5, abs=1e-9)
    assert model.rows == 2


def test_a_judge_that_is_always_right_is_believed() -> None:
    """Ten of ten are right: (10 + 1) / (10 + 2), by the rule of succession, is where the intercept starts."""
    model = meta.fit([meta.labelled([verdict("x", at % 2)], at % 2) for at in range(10)])
    assert 11 / 12 <= model.weigh([verdict("x", 0)])[0] < 1


def test_tied_sets_and_failed_judgments_are_passed_over() -> None:
    sets = planted(20)
    more = [*sets, meta.labelled([verdict("a", 0)], None), meta.labelled([FAILED], 1)]
    assert meta.fit(more) == meta.fit(sets)


@pytest.mark.parametrize(
    ("rows", "labels", "says"),
    [
        ([], [], "got 0 rows and 0 labels"),
        ([{"x": 1.0}], [1.0, 0.0], "got 1 rows and 2 labels"),
        ([{"x": 1.0}, {"x": 0.0}], [1.0, 1.0], "labels of both kinds"),
        ([{"x": 1.0}, {"x": 0.0}], [1.0, 2.0], r"in \[0, 1\], got 2"),
    ],
)
def test_what_cannot_be_fitted_is_refused(rows: list[dict[str, float]], labels: list[float], says: str) -> None:
    with pytest.raises(DataError, match=says):
        feature_head.fit(rows, labels)


def test_a_ridge_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="ridge"):
        meta.fit(planted(4), ridge=0)
