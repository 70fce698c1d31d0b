"""Replaying votes: how many a rule would have asked for."""

from hypothesis import given
from hypothesis import strategies as st

from judge.reducers import Rule, Stop, reduce
from judge.reducers.replay import replay

VOTES = st.lists(st.sampled_from([0.0, 1.0]), max_size=12)


def test_votes_are_asked_for_until_the_rule_is_content() -> None:
    """Of five equal votes three decide; a lead of two needs two."""
    assert replay([1.0] * 5, Stop(rule="decided"), 0).asked == 3
    assert replay([1.0] * 5, Stop(rule="lead", lead=2), 0).asked == 2
    assert replay([1.0] * 5, Stop(), 0).asked == 5
    assert (replay([], Stop(), 0).asked, replay([], Stop(), 0).verdict) == (0, None)


@given(VOTES, st.integers(0, 99))
def test_a_decided_vote_is_never_another_one(votes: list[float], seed: int) -> None:
    found = replay(votes, Stop(rule="decided"), seed)
    assert found.verdict == reduce(votes, Rule(rule="majority"))
    assert found == replay(votes, Stop(rule="decided"), seed)
