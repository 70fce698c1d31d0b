"""Arrays of votes reduced by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.reducers import Axis, Cast, Reduction, Rule, reduce_axes

MEAN = Rule(rule="mean")


def test_samples_by_majority_then_critics_by_min() -> None:
    votes = {("a", 0): 1.0, ("a", 1): 1.0, ("a", 2): 0.0, ("b", 0): 0.5, ("b", 1): 0.5, ("b", 2): 1.0}
    casts = [Cast(value, at={"critics": critic, "samples": k}) for (critic, k), value in votes.items()]
    samples, critics = Reduction(axis="samples", rule="majority"), Reduction(axis="critics", rule="min")
    assert reduce_axes(casts, [samples, critics], MEAN) == 0.5  # a says 1, b says 0.5
    # the other way round: min over critics 0.5, 0.5, 0, of which the majority is 0.5; then only critics: 1, 0.5
    assert reduce_axes(casts, [critics, samples], MEAN) == 0.5
    assert reduce_axes(casts, [samples], MEAN) == 0.75
    assert reduce_axes(casts, [], MEAN) == pytest.approx(4 / 6, rel=0, abs=1e-9)


def test_the_order_of_the_plan_matters() -> None:
    casts = [
        Cast(v, at={"orders": o, "samples": k}) for o, k, v in [(0, 0, 0.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 0.0)]
    ]
    low, high = Reduction(axis="samples", rule="min"), Reduction(axis="orders", rule="max")
    assert reduce_axes(casts, [low, high], MEAN) == 0.0
    assert reduce_axes(casts, [high, low], MEAN) == 1.0


def test_the_probability_of_a_context_survives_its_samples() -> None:
    """p = sum_z p(z) p(z): 0.75 * 0.5 + 0.25 * 1 = 0.625, though the second context has one vote of three left."""
    casts = [Cast(1.0, 0.75, {"contexts": "a", "samples": 0}), Cast(0.0, 0.75, {"contexts": "a", "samples": 1})]
    casts += [Cast(1.0, 0.25, {"contexts": "b", "samples": 0}), Cast(0.3, 0.0, {"contexts": "b", "samples": 1})]
    plan = [Reduction(axis="samples", rule="mean"), Reduction(axis="contexts", rule="mean")]
    assert reduce_axes(casts, plan, MEAN) == pytest.approx(0.625, rel=0, abs=1e-9)


def test_a_weight_counts_inside_its_group() -> None:
    """Critic a: (1 * 1 + 0 * 0.5) / 1.5 = 2/3 of weight 0.75; b: 0 of weight 1; together 0.5 / 1.75."""
    casts = [Cast(1.0, 1.0, {"critics": "a", "samples": 0}), Cast(0.0, 0.5, {"critics": "a", "samples": 1})]
    casts += [Cast(0.0, 1.0, {"critics": "b", "samples": 0})]
    plan = [Reduction(axis="samples", rule="mean")]
    assert reduce_axes(casts, plan, MEAN) == pytest.approx(0.5 / 1.75, rel=0, abs=1e-9)


def test_a_tied_group_drops_out() -> None:
    casts = [Cast(v, at={"critics": c, "samples": k}) for c, k, v in [("a", 0, 1.0), ("a", 1, 0.0), ("b", 0, 0.25)]]
    plan = [Reduction(axis="samples", rule="majority")]
    assert reduce_axes(casts, plan, MEAN) == 0.25
    assert reduce_axes(casts[:2], plan, MEAN) is None
    assert reduce_axes([], plan, MEAN) is None


def test_last_goes_by_the_coordinate() -> None:
    casts = [Cast(0.1, at={"steps": 10}), Cast(0.9, at={"steps": 2}), Cast(0.5, at={"steps": 9})]
    assert reduce_axes(casts, [Reduction(axis="steps", rule="last")], MEAN) == 0.1
    assert reduce_axes(casts, [], Rule(rule="last")) == 0.1


def test_a_vote_without_the_axis_is_a_group_by_itself() -> None:
    casts = [
        Cast(0.0, at={"samples": 0, "steps": 0}),
        Cast(1.0, at={"samples": 1, "steps": 0}),
        Cast(1.0, at={"steps": 1}),
    ]
    plan = [Reduction(axis="samples", rule="mean"), Reduction(axis="steps", rule="product")]
    assert reduce_axes(casts, plan, MEAN) == 0.5


def test_a_reduction_is_read_from_a_recipe() -> None:
    read = Reduction.model_validate({"axis": "steps", "rule": "cvar", "alpha": 0.5})
    assert (read.axis, read.rule, read.alpha) == ("steps", "cvar", 0.5)


axes: list[Axis] = ["samples", "orders", "critics"]
casts_anywhere = st.lists(
    st.builds(
        Cast,
        value=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
        weight=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
        at=st.dictionaries(st.sampled_from(axes), st.one_of(st.integers(0, 2), st.sampled_from("ab")), max_size=3),
    ),
    max_size=10,
)
plans = st.lists(
    st.builds(
        Reduction,
        axis=st.sampled_from(axes),
        rule=st.sampled_from(["mean", "majority", "min", "last", "median", "quantile"]),
    ),
    max_size=3,
)


@given(casts_anywhere, plans, st.data())
def test_the_order_of_the_casts_does_not_matter(casts: list[Cast], plan: list[Reduction], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(casts))
    found = reduce_axes(casts, plan, MEAN)
    assert found == reduce_axes(shuffled, plan, MEAN)
    assert found is None or 0 <= found <= 1


@given(casts_anywhere)
def test_without_a_plan_the_rest_is_everything(casts: list[Cast]) -> None:
    total = sum(cast.weight for cast in casts)
    expected = sum(cast.value * cast.weight for cast in casts) / total if total else None
    assert reduce_axes(casts, [], MEAN) == (expected if expected is None else pytest.approx(expected, abs=1e-12))
