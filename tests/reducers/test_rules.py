"""Rules worked out by hand."""

import math
import statistics
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from judge.errors import DataError
from judge.reducers import Rule, RuleName, reduce

RULES: list[RuleName] = list(get_args(RuleName))
AVERAGES: list[RuleName] = [name for name in RULES if name not in ("majority", "distribution", "last")]
shares = st.lists(st.floats(0, 1), min_size=1, max_size=12)
weighted = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 10)), min_size=1, max_size=12)


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(rule="mean"), 0.475),  # (0.2 + 0.4 + 0.4 + 0.9) / 4 = 1.9 / 4
        (Rule(rule="sum"), 0.475),
        (Rule(rule="median"), 0.4),
        (Rule(rule="majority"), 0.4),
        (Rule(rule="min"), 0.2),
        (Rule(rule="max"), 0.9),
        (Rule(rule="product"), 0.0288),  # 0.2 * 0.16 * 0.9
        (Rule(rule="last"), 0.9),
        # deviations -0.275, -0.075, -0.075, 0.425: squares 0.075625 + 2 * 0.005625 + 0.180625 = 0.2675, over 4
        (Rule(rule="mean_minus_variance"), 0.475 - 0.066875),
        (Rule(rule="mean_minus_variance", lam=2.0), 0.475 - 0.13375),
        (Rule(rule="mean_minus_std", lam=0.5), 0.475 - 0.5 * math.sqrt(0.066875)),
        (Rule(rule="mean_minus_std", lam=9.0), 0.0),  # below 0 is 0
        (Rule(rule="quantile", q=0.5), 0.4),
        (Rule(rule="quantile", q=0.1), 0.26),  # position 0.3: 0.2 + 0.3 * 0.2
        (Rule(rule="quantile", q=0.9), 0.75),  # position 2.7: 0.4 + 0.7 * 0.5
        (Rule(rule="quantile", q=0.0), 0.2),
        (Rule(rule="quantile", q=1.0), 0.9),
        (Rule(rule="cvar", alpha=0.25), 0.2),  # one of four
        (Rule(rule="cvar", alpha=0.4), 0.275),  # 1.6 of four: (0.2 + 0.6 * 0.4) / 1.6 = 0.44 / 1.6
        (Rule(rule="cvar", alpha=1.0), 0.475),
        (Rule(rule="distribution", prior=1.0), 0.48),  # (1.9 + 1 * 0.5) / 5
        (Rule(rule="distribution", prior=0.0), 0.475),
        (Rule(rule="distribution", prior=2.0, levels=(0.0, 0.25, 0.5)), 0.4),  # (1.9 + 2 * 0.25) / 6
        (Rule(rule="log_sum"), 0.0288**0.25),
    ],
    ids=str,
)
def test_each_rule(rule: Rule, expected: float) -> None:
    assert reduce([0.2, 0.4, 0.4, 0.9], rule) == exactly(expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(rule="mean"), 0.68),  # (0.6 * 2 + 1 * 2 + 0.2) / 5 = 3.4 / 5
        (Rule(rule="median"), 0.6),  # weight 1 at 0.2, 3 at 0.6: half of 5 is 2.5
        (Rule(rule="product"), 0.12),  # weights do not count: 0.2 * 0.6 * 1
        # deviations -0.48, -0.08, 0.32: (0.2304 + 2 * 0.0064 + 2 * 0.1024) / 5 = 0.448 / 5 = 0.0896
        (Rule(rule="mean_minus_variance"), 0.68 - 0.0896),
        # middles of the weights at 0.5, 2, 4; q = 0.5 is at 2.25: 0.6 + 0.4 * 0.25 / 2
        (Rule(rule="quantile", q=0.5), 0.65),
        (Rule(rule="cvar", alpha=0.3), 0.2 / 1.5 + 0.2),  # 1.5 of 5: (0.2 + 0.5 * 0.6) / 1.5
        (Rule(rule="distribution", prior=5.0), 0.59),  # (3.4 + 5 * 0.5) / 10
        (Rule(rule="log_sum"), math.exp((math.log(0.2) + 2 * math.log(0.6)) / 5)),
    ],
    ids=str,
)
def test_weights(rule: Rule, expected: float) -> None:
    assert reduce([0.6, 1.0, 0.2], rule, [2, 2, 1]) == exactly(expected)


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([0.0, 1.0], None, None),
        ([0.0, 1.0], [1.0, 1.5], 1.0),
        ([0.0, 1.0, 1.0], [1.0, 0.5, 0.5], None),
        ([0.0, 0.5, 0.5, 1.0], None, 0.5),
    ],
)
def test_a_majority_is_of_weight_and_a_tie_is_no_number(
    values: list[float], weights: list[float] | None, expected: float | None
) -> None:
    assert reduce(values, Rule(rule="majority"), weights) == expected


def test_the_median_of_an_even_number_is_one_that_somebody_gave() -> None:
    assert reduce([0.9, 0.1, 0.6, 0.4], Rule(rule="median")) == 0.4
    assert reduce([0.2, 0.8], Rule(rule="median"), [1.0, 3.0]) == 0.8


@pytest.mark.parametrize("name", RULES)
def test_what_weighs_nothing_does_not_count(name: RuleName) -> None:
    rule = Rule(rule=name)
    assert reduce([], rule) is None
    assert reduce([0.3], rule, [0.0]) is None
    assert reduce([0.0, 0.3, 0.3, 1.0], rule, [0, 1, 1, 0]) == reduce([0.3, 0.3], rule)


def test_a_zero_makes_the_soft_and_zero() -> None:
    assert reduce([0.0, 1.0], Rule(rule="log_sum")) == 0.0


@pytest.mark.parametrize(
    ("values", "weights", "says"),
    [
        ([1.2], None, "value 1.2 is outside"),
        ([math.nan], None, "value nan is outside"),
        ([0.5], [-1.0], "weight -1 is no weight"),
        ([0.5], [math.inf], "weight inf is no weight"),
        ([0.5, 0.5], [1.0], "2 values came with 1 weights"),
    ],
)
def test_what_is_no_vote_is_refused(values: list[float], weights: list[float] | None, says: str) -> None:
    with pytest.raises(DataError, match=says):
        reduce(values, Rule(), weights)


def test_a_bare_name_is_a_rule() -> None:
    assert TypeAdapter(tuple[Rule, ...]).validate_python(["min", {"rule": "cvar", "alpha": 0.1}]) == (
        Rule(rule="min"),
        Rule(rule="cvar", alpha=0.1),
    )
    with pytest.raises(ValidationError, match="mean_minus_std"):
        Rule.model_validate("average")
    with pytest.raises(ValidationError, match="distinct"):
        Rule(rule="distribution", levels=(0.0, 0.0))


@given(weighted, st.sampled_from(RULES))
def test_every_number_is_in_range(pairs: list[tuple[float, float]], name: RuleName) -> None:
    values, weights = zip(*pairs, strict=True)
    found = reduce(values, Rule(rule=name), weights)
    assert name == "majority" or found is not None
    assert found is None or 0 <= found <= 1


@given(weighted, st.sampled_from(AVERAGES))
def test_no_rule_is_above_the_highest_vote_and_few_below_the_lowest(
    pairs: list[tuple[float, float]], name: RuleName
) -> None:
    values, weights = zip(*pairs, strict=True)
    found = reduce(values, Rule(rule=name), weights)
    assert found is not None
    assert found <= max(values) + 1e-12
    if name not in ("product", "mean_minus_std", "mean_minus_variance"):
        assert min(values) - 1e-12 <= found


@given(weighted, st.sampled_from([name for name in RULES if name != "last"]))
def test_the_order_of_votes_does_not_matter(pairs: list[tuple[float, float]], name: RuleName) -> None:
    shuffled = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    first = reduce([value for value, _ in pairs], Rule(rule=name), [weight for _, weight in pairs])
    second = reduce([value for value, _ in shuffled], Rule(rule=name), [weight for _, weight in shuffled])
    assert first == (second if second is None else pytest.approx(second, rel=0, abs=1e-12))


@given(shares)
def test_rules_are_ordered(values: list[float]) -> None:
    found: dict[str, float] = {name: reduce(values, Rule(rule=name)) or 0.0 for name in AVERAGES}
    for lower, higher in [
        ("min", "cvar"), ("cvar", "mean"), ("mean_minus_std", "mean"), ("mean_minus_std", "mean_minus_variance"),
        ("product", "min"), ("min", "log_sum"), ("log_sum", "mean"), ("mean", "max"),
    ]:  # fmt: skip
        assert found[lower] <= found[higher] + 1e-12, (lower, higher)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.integers(1, 9))
def test_equal_weights_give_the_usual_quantile(values: list[float], tenth: int) -> None:
    usual = statistics.quantiles(values, n=10, method="inclusive")[tenth - 1]
    assert reduce(values, Rule(rule="quantile", q=tenth / 10), [2.0] * len(values)) == exactly(usual)
