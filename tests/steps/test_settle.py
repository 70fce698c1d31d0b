"""Rewards worked out by hand: weights, rules, evidence over opinion, and what stays unscored."""

import math

import pytest

from judge.calibration import Calibrator
from judge.calibration.conformal import Conformal
from judge.calibration.elo_shift import EloShift
from judge.calibration.platt import Platt
from judge.calibration.weights import Weights
from judge.opinion import Findings
from judge.recipe import Settlement, VoteRule
from judge.steps.settle import settle
from judge.steps.vote import tally
from judge.types import Criterion, Evidence, Failure, Judgment, Reward, Score

CRITERIA = {
    "right": Criterion(id="right", text="is right", weight=3),
    "padded": Criterion(id="padded", text="is padded", weight=-1),
}
PASSED = Evidence(tool="math", stance="supports", summary="42 equals 42.", score=1.0, hard=True)
FAILED = Evidence(tool="math", stance="refutes", summary="41 is not 42.", score=0.0, hard=True)
BROKE = Evidence(
    tool="tests",
    stance="error",
    summary="broke",
    hard=True,
    failure=Failure(kind="timeout", message="the check ran past 5 s"),
)


def judged(**values: float) -> Judgment:
    scores = tuple(Score(response=0, criterion=name, raw=value, value=value) for name, value in values.items())
    return Judgment(critic="c", critique="It says so.", scores=scores)


def settled(judgments: list[Judgment], *evidence: Evidence, rules: Settlement | None = None, **found: object) -> Reward:
    tallies = tally(judgments, [0], list(CRITERIA), VoteRule()) if judgments else ()
    findings = Findings(0, evidence, tuple(judgments), tallies, **found)  # type: ignore[arg-type]
    criteria = CRITERIA if judgments else {}
    return settle(findings, criteria, {"math": 0.0, "tests": 0.0}, rules or Settlement())


def test_weights_count_what_should_not_be_there_by_its_absence() -> None:
    reward = settled([judged(right=0.8, padded=0.4)])
    assert float(reward) == pytest.approx((3 * 0.8 + 1 * 0.6) / 4)
    assert reward.parts == {"right": 0.8, "padded": 0.4, "math": None, "tests": None}
    assert reward.weights == {"right": 3, "padded": -1, "math": 0, "tests": 0}


def test_a_response_judged_by_what_only_informs_is_unscored() -> None:
    """A model may choose such a criterion of a rubric for a request; a 0 would be a number that nobody gave."""
    judgment = judged(note=0.9)
    found = Findings(0, judgments=(judgment,), tallies=tally([judgment], [0], ["note"], VoteRule()))
    reward = settle(found, {"note": Criterion(id="note", text="is noted", weight=0)}, {}, Settlement())
    assert (reward.status, reward.value, reward.parts) == ("abstained", None, {"note": 0.9})


def test_standard_error_over_votes() -> None:
    reward = settled([judged(right=1, padded=0), judged(right=0, padded=0)], rules=Settlement(lo=0, hi=10))
    # the two judgments weigh 1 and 0.25: deviation 0.75 / sqrt(2), over sqrt(2) votes, times a range of 10
    assert reward.uncertainty == pytest.approx(0.75 / 2 * 10)
    assert float(reward) == pytest.approx(6.25)


def test_failed_check_is_not_outvoted_and_the_contradiction_is_shown() -> None:
    reward = settled([judged(right=1, padded=0)], FAILED)
    assert float(reward) == 0
    assert reward.flags == ("contradiction: checks say 0, critics say 1",)
    assert reward.rationale.startswith("41 is not 42.")


def test_passed_check_is_not_outvoted_either() -> None:
    assert float(settled([judged(right=0, padded=1)], PASSED)) == 1


def test_gates_multiply_the_opinion() -> None:
    gates = Settlement(evidence="gates")
    assert float(settled([judged(right=0.5, padded=0.5)], PASSED, rules=gates)) == 0.5
    assert float(settled([judged(right=1, padded=0)], FAILED, rules=gates)) == 0


def test_broken_check_is_no_zero() -> None:
    reward = settled([], BROKE)
    assert (reward.status, reward.value, reward.failure and reward.failure.kind) == ("failed", None, "timeout")


def test_broken_check_beside_a_passed_one_decides_nothing_and_beside_a_failed_one_changes_nothing() -> None:
    assert settled([], PASSED, BROKE).value is None
    assert float(settled([], FAILED, BROKE)) == 0


def test_lowest_of_several_checks() -> None:
    part = Evidence(tool="tests", stance="refutes", summary="1 of 4", score=0.25, hard=True)
    assert float(settled([], PASSED, part)) == 0.25


def test_nothing_to_verify_says_what_it_would_need() -> None:
    reward = settled([], missing="a reference (for math)")
    assert reward.status == "abstained"
    assert reward.failure is not None
    assert "a reference (for math)" in reward.failure.message


def test_unreadable_replies_are_no_zero() -> None:
    unread = Judgment(critic="c", reply="hm", failure=Failure(kind="unparseable", message="no verdict"))
    reward = settled([unread])
    assert (reward.status, reward.value, reward.failure and reward.failure.kind) == ("failed", None, "unparseable")
    assert reward.flags == ("unscored votes: 1",)


def test_broken_rule_earns_the_lowest() -> None:
    criteria = {"safe": Criterion(id="safe", text="is safe", kind="rule"), "good": Criterion(id="good", text="is good")}
    judgments = [judged(safe=0.0, good=1.0)]
    tallies = tally(judgments, [0], list(criteria), VoteRule())
    reward = settle(Findings(0, (), tuple(judgments), tallies), criteria, {}, Settlement())
    assert float(reward) == 0


def test_verdict_that_flips_with_the_order_is_flagged() -> None:
    def compared(shown: tuple[int, int], first: float) -> Judgment:
        values = zip(shown, (first, 1 - first), strict=True)
        scores = tuple(Score(response=r, criterion="preference", raw=v, value=v) for r, v in values)
        return Judgment(critic="c", shown=shown, scores=scores)

    def flags(*judgments: Judgment) -> tuple[str, ...]:
        tallies = tally(judgments, [0], ["preference"], VoteRule())
        return settle(Findings(0, (), judgments, tallies), {"preference": None}, {}, Settlement()).flags

    assert flags(compared((0, 1), 1.0), compared((1, 0), 1.0)) == ("unstable: the verdict flips with the order",)
    assert flags(compared((0, 1), 1.0), compared((1, 0), 0.25)) == ()


SOFT = Evidence(tool="style", stance="neutral", summary="plain", score=0.5)
SOFT_BROKE = Evidence(tool="style", stance="error", summary="no endpoint", failure=Failure(kind="tool", message="x"))


def with_soft(judgments: list[Judgment], *evidence: Evidence, weight: float) -> Reward:
    tallies = tally(judgments, [0], list(CRITERIA), VoteRule()) if judgments else ()
    findings = Findings(0, evidence, tuple(judgments), tallies)
    return settle(findings, CRITERIA if judgments else {}, {"style": weight}, Settlement())


def test_soft_finding_with_a_weight_counts_beside_the_criteria() -> None:
    opinion = (3 * 0.8 + 1 * 0.6) / 4  # the criteria weigh 3 and -1
    reward = with_soft([judged(right=0.8, padded=0.4)], SOFT, weight=1.0)
    assert float(reward) == pytest.approx((4 * opinion + 1 * 0.5) / 5)
    assert reward.parts["style"] == 0.5 and reward.weights["style"] == 1.0
    assert float(with_soft([judged(right=0.8, padded=0.4)], SOFT, weight=0.0)) == pytest.approx(opinion)


def test_soft_findings_may_be_multiplied() -> None:
    tallies = tally([judged(right=0.8, padded=0.4)], [0], list(CRITERIA), VoteRule())
    found = Findings(0, (SOFT, SOFT.model_copy(update={"tool": "tests", "score": 0.2})), (), tallies)
    reward = settle(found, CRITERIA, {"math": 3.0, "tests": 0.1, SOFT.tool: 3.0}, Settlement(join="product"))
    assert float(reward) == pytest.approx(0.75 * 0.5 * 0.2)  # (3 x 0.8 + 0.6) / 4, whatever the weights


def test_soft_findings_alone_make_a_reward_when_they_weigh_something() -> None:
    assert float(with_soft([], SOFT, weight=2.0)) == 0.5
    assert with_soft([], SOFT, weight=0.0).status == "abstained"


def test_soft_check_that_broke_leaves_the_reward_open_only_where_it_weighs() -> None:
    assert with_soft([judged(right=0.8, padded=0.4)], SOFT_BROKE, weight=1.0).value is None
    assert with_soft([judged(right=0.8, padded=0.4)], SOFT_BROKE, weight=0.0).ok


def test_soft_check_that_broke_does_not_keep_a_hard_one_from_deciding() -> None:
    passed = Evidence(tool="math", stance="supports", summary="42 it is.", score=1.0, hard=True)
    assert float(with_soft([], passed, SOFT_BROKE, weight=0.0)) == 1.0


# ------------------------------------------------------------------ calibrators


def judged_as(value: float, calibrators: list[Calibrator], source: str = "") -> Reward:
    judgment = Judgment(critic="c", scores=(Score(response=0, criterion="right", raw=value, value=value),))
    found = Findings(0, judgments=(judgment,), tallies=tally([judgment], [0], ["right"], VoteRule()), source=source)
    return settle(found, {"right": CRITERIA["right"]}, {}, Settlement(lo=-1, hi=1), calibrators)


def test_calibrators_map_the_opinion_in_order_before_the_range() -> None:
    """0.5 by a = 2, b = -2: sigmoid(-1) = 0.268941...; an interval of 0.1 about it, both on -1 to 1."""
    reward = judged_as(0.5, [Platt(a=2, b=-2), Conformal(level=0.9, radius=0.1)])
    p = 1 / (1 + math.exp(1))
    assert reward.value == pytest.approx(2 * p - 1, abs=1e-9)
    assert reward.interval is not None
    assert reward.interval[0] == pytest.approx(2 * (p - 0.1) - 1, abs=1e-9)
    assert reward.interval[1] == pytest.approx(2 * (p + 0.1) - 1, abs=1e-9)
    assert reward.parts == {"right": 0.5}


def test_shift_by_source_ends_at_the_end_of_the_range_and_an_unknown_source_is_unscored() -> None:
    shift = EloShift(shifts={"tall": -0.25, "small": 0.75})
    assert judged_as(0.5, [shift], source="tall").value == pytest.approx(2 * 0.25 - 1, abs=1e-9)
    assert judged_as(0.5, [shift], source="small").value == 1
    reward = judged_as(0.5, [shift], source="who")
    assert (reward.value, reward.failure and reward.failure.kind) == (None, "undecided")


def test_calibrator_without_its_criterion_gives_no_number() -> None:
    weights = Weights(criteria=("right", "kind"), shared={"right": 1.0, "kind": 1.0})
    reward = judged_as(0.5, [weights])
    assert reward.value is None and "the calibrator was fitted on" in reward.rationale
