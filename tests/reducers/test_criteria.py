"""Opinions over criteria, worked out by hand."""

import math
from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.reducers import Combine, combine, risk

VALUES = {"right": 0.8, "clear": 0.5, "rude": 0.25}
WEIGHTS = {"right": 2.0, "clear": 1.0, "rude": -1.0}
COMBINES: list[Combine] = list(get_args(Combine))
by_name = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.floats(0, 1), st.floats(-3, 3)), min_size=1)


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [  # absence of rude counts: 1 - 0.25 = 0.75 with weight 1
        ("weighted", 0.7125),  # (2 * 0.8 + 0.5 + 0.75) / 4 = 2.85 / 4
        ("mean", 2.05 / 3),  # (0.8 + 0.5 + 0.75) / 3
        ("min", 0.5),
        ("product", 0.3),  # 0.8 * 0.5 * 0.75
        ("log_sum", (0.64 * 0.5 * 0.75) ** 0.25),
        # odds 4, 1 and 3 with weights 2, 1 and 1: (4^2 * 1 * 3)^(1/4) = 48^0.25, and p = odds / (1 + odds)
        ("log_odds", 48**0.25 / (1 + 48**0.25)),
        ("hierarchical", 0.925),  # h = 0.8; others (0.5 + 0.75) / 2 = 0.625; 0.8 + 0.2 * 0.625
    ],
)
def test_each_rule(rule: Combine, expected: float) -> None:
    assert combine(VALUES, WEIGHTS, rule, holistic="right") == exactly(expected)
    informed = combine(VALUES | {"length": 0.0}, WEIGHTS | {"length": 0.0}, rule, holistic="right")
    assert informed == exactly(expected)  # weight 0 only informs


@pytest.mark.parametrize("rule", COMBINES)
def test_a_broken_rule_makes_it_zero_whatever_its_weight(rule: Combine) -> None:
    weights = WEIGHTS | {"clear": 0.0}
    held = combine(VALUES, weights, rule, rules=["clear"], holistic="right")
    assert combine(VALUES, weights, rule, rules=["clear"], threshold=0.6, holistic="right") == 0.0
    assert held is not None and held > 0  # 0.5 is not below 0.5
    assert combine(VALUES, weights, rule, rules=["unheard of"], holistic="right") == held


def test_a_rule_of_negative_weight_holds_when_absent() -> None:
    assert combine({"slur": 1.0, "right": 1.0}, {"slur": -1.0, "right": 1.0}, "weighted", rules=["slur"]) == 0.0
    assert combine({"slur": 0.0, "right": 1.0}, {"slur": -1.0, "right": 1.0}, "weighted", rules=["slur"]) == 1.0


@pytest.mark.parametrize(
    ("holistic", "tau", "expected"),
    [
        (0.5, 0.5, 0.5),  # not above tau: the aspects do not count
        (0.4, 0.5, 0.4),
        (0.6, 0.5, 0.9),  # 0.6 + 0.4 * (0 * 1 + 1 * 3) / 4
        (0.4, 0.3, 0.85),  # 0.4 + 0.6 * 0.75
        (1.0, 0.5, 1.0),
    ],
)
def test_aspects_count_above_tau_only(holistic: float, tau: float, expected: float) -> None:
    values, weights = {"all": holistic, "a": 0.0, "b": 1.0}, {"all": 5.0, "a": 1.0, "b": 3.0}
    assert combine(values, weights, "hierarchical", holistic="all", tau=tau) == exactly(expected)
    assert combine({"all": holistic}, {"all": 1.0}, "hierarchical", holistic="all", tau=tau) == holistic


def test_what_gives_no_opinion_is_refused() -> None:
    with pytest.raises(DataError, match="no criterion has a value"):
        combine({}, {}, "weighted")
    with pytest.raises(DataError, match="no weight for b"):
        combine({"a": 1.0, "b": 1.0}, {"a": 1.0}, "weighted")
    with pytest.raises(DataError, match="value 7 of a is outside"):
        combine({"a": 7.0}, {"a": 1.0}, "weighted")
    with pytest.raises(DataError, match="holistic criterion '' has no value; name one of a"):
        combine({"a": 1.0}, {"a": 1.0}, "hierarchical")


@given(by_name, st.sampled_from(COMBINES), st.data())
def test_an_opinion_is_in_range_and_knows_no_order(
    drawn: Mapping[str, tuple[float, float]], rule: Combine, data: st.DataObject
) -> None:
    values, weights = {n: v for n, (v, _) in drawn.items()}, {n: w for n, (_, w) in drawn.items()}
    found = combine(values, weights, rule, holistic=min(values))
    if found is None:
        assert rule != "hierarchical" and not any(weights.values())
    else:
        assert 0 <= found <= 1
    shuffled = {name: values[name] for name in data.draw(st.permutations(list(values)))}
    assert combine(shuffled, weights, rule, holistic=min(values)) == found


@given(by_name)
def test_all_bad_is_zero_and_all_good_is_one(drawn: Mapping[str, tuple[float, float]]) -> None:
    weights = {name: weight or 1.0 for name, (_, weight) in drawn.items()}
    good = {name: 1.0 if weight > 0 else 0.0 for name, weight in weights.items()}
    assert combine(good, weights, "weighted") == exactly(1.0)
    assert combine({name: 1 - value for name, value in good.items()}, weights, "weighted") == exactly(0.0)


@given(by_name, st.sampled_from(COMBINES), st.data())
def test_a_better_value_never_makes_the_opinion_worse(
    drawn: Mapping[str, tuple[float, float]], rule: Combine, data: st.DataObject
) -> None:
    values, weights = {n: v for n, (v, _) in drawn.items()}, {n: abs(w) for n, (_, w) in drawn.items()}
    name = data.draw(st.sampled_from(sorted(values)))
    better = values | {name: data.draw(st.floats(values[name], 1))}
    assume(any(weights.values()))
    first = combine(values, weights, rule, holistic=min(values), rules=[max(values)])
    after = combine(better, weights, rule, holistic=min(values), rules=[max(values)])
    assert first is not None and after is not None and first <= after + 1e-12


def test_what_only_informs_gives_no_opinion_and_a_broken_rule_still_does() -> None:
    assert combine({"note": 0.9}, {"note": 0.0}, "weighted") is None
    assert combine({"note": 0.9, "rule": 1.0}, {"note": 0.0, "rule": 0.0}, "weighted", rules=["rule"]) is None
    assert combine({"note": 0.9, "rule": 0.0}, {"note": 0.0, "rule": 0.0}, "weighted", rules=["rule"]) == 0.0
    assert combine({"whole": 0.7, "note": 1.0}, {"whole": 0.0, "note": 0.0}, "hierarchical", holistic="whole") == 0.7


def test_risk_within_and_between() -> None:
    """Judge a: 0.2, 0.4 (mean 0.3, variance 0.01); b: 0.9 four times (0.9, 0): means vary by 0.3 ** 2."""
    found = risk({"a": [0.2, 0.4], "b": [0.9] * 4, "silent": []})
    assert (found.mean, found.n) == (exactly(0.6), 6)
    assert (found.within, found.between) == (exactly(0.005), exactly(0.09))
    assert found.std == exactly(math.sqrt(0.095))
    with pytest.raises(DataError, match="no judge gave a vote"):
        risk({"silent": []})


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_of_judges_with_as_many_votes_the_variances_add_up(votes: list[list[float]]) -> None:
    flat = [vote for own in votes for vote in own]
    mean = sum(flat) / len(flat)
    found = risk({str(number): own for number, own in enumerate(votes)})
    assert found.std**2 == exactly(sum((vote - mean) ** 2 for vote in flat) / len(flat))
