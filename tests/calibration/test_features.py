"""Features of a judgment within its set, worked out by hand."""

import math

import pytest

from judge.calibration.features import concordance, features
from judge.types import Evidence, Failure, Judgment, Score


def judgment(critic: str, values: tuple[float, ...], *, shown: tuple[int, ...] = (0, 1), **more: object) -> Judgment:
    scores = [Score(response=at, criterion="c", raw=value, value=value) for at, value in enumerate(values)]
    return Judgment.model_validate({"critic": critic, "shown": shown, "scores": tuple(scores), **more})


FIRST, SECOND, TIE = (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)


def test_three_verdicts_on_a_pair() -> None:
    """Two votes of x for response 0, in both orders; one of y for response 1."""
    set_ = [judgment("x", FIRST), judgment("x", FIRST, shown=(1, 0)), judgment("y", SECOND)]
    same, turned, other = features(set_)
    assert (same["agreement"], other["agreement"]) == (0.0, -1.0)  # (1 - 1) / 2; (-1 - 1) / 2
    assert (same["voice:x"], same["voice:y"]) == (1.0, -1.0)
    assert (other["voice:x"], other["voice:y"]) == (-1.0, 1.0)  # its own verdict is in it
    assert (same["order"], turned["order"], other["order"]) == (1.0, 1.0, 0.0)  # y was asked in one order
    assert (same["first"], turned["first"], other["first"]) == (1.0, -1.0, -1.0)
    assert same["distance"] == pytest.approx(1 / 3, abs=1e-9)  # the mean judgment is (2/3, 1/3)
    assert other["distance"] == pytest.approx(2 / 3, abs=1e-9)


def test_a_tie_agrees_with_nobody_and_nobody_with_it() -> None:
    tie, vote = features([judgment("x", TIE), judgment("y", FIRST)])
    assert (tie["tie"], tie["agreement"], tie["voice:x"], tie["first"]) == (1.0, 0.0, 0.0, 0.0)
    assert (vote["tie"], vote["agreement"], vote["voice:y"]) == (0.0, 0.0, 1.0)


def test_concordance_by_hand() -> None:
    ranked, swapped = {0: 0.1, 1: 0.5, 2: 0.9}, {0: 0.1, 1: 0.9, 2: 0.5}
    assert concordance(ranked, swapped) == pytest.approx(1 / 3, abs=1e-9)  # two pairs alike, one not: (2 - 1) / 3
    assert concordance({0: 0.8}, {0: 0.5}) == pytest.approx(0.4, abs=1e-9)  # 1 - 2 * 0.3
    assert concordance({0: 0.8}, {1: 0.8}) == 0.0


def test_models_under_one_prompt_are_voices_of_their_own() -> None:
    found = features([judgment("p", FIRST, model="a"), judgment("p", SECOND, model="b")])
    assert (found[0]["voice:p/a"], found[0]["voice:p/b"]) == (1.0, -1.0)


def test_lengths_and_copies_of_critiques() -> None:
    long = "The first answer keeps to the question, the second does not."
    set_ = [judgment("x", FIRST, critique=text) for text in (long, f" {long}\n", "Short.", "Short.")]
    one, two, three, _ = features(set_)
    assert one["repeated"] == pytest.approx(1 / 3, abs=1e-9)  # one of three others, whatever the blanks
    assert three["repeated"] == 0.0  # short ones are alike by chance
    # logs of 1 + lengths 60, 62, 6, 6 less their mean
    logs = [math.log(61), math.log(63), math.log(7), math.log(7)]
    assert two["length"] == pytest.approx(logs[1] - sum(logs) / 4, abs=1e-9)


@pytest.mark.parametrize(
    "stated", [{"clear": 3, "true": 1}, [{"name": "clear", "weight": 3}, {"name": "true", "weight": 1}]]
)
def test_principles_have_a_number_and_an_entropy(stated: object) -> None:
    found = features([judgment("x", FIRST, detail={"principles": stated})])[0]
    assert found["principles"] == pytest.approx(math.log(3), abs=1e-9)
    # weights 3/4 and 1/4: (0.75 log 4/3 + 0.25 log 4) / log 2 = 2 - 0.75 log2 3
    assert found["entropy"] == pytest.approx(2 - 0.75 * math.log2(3), abs=1e-9)


def test_evidence_against_a_judgment() -> None:
    evidence = [
        Evidence(tool="tests", stance="refutes", summary="fails", response=0, score=0.25),
        Evidence(tool="tests", stance="supports", summary="passes", response=1, score=0.9),
        Evidence(tool="length", stance="supports", summary="is short", response=0),
        Evidence(tool="length", stance="refutes", summary="is long", response=1),
        Evidence(tool="broken", stance="error", summary="broke", response=0, score=0.0),
    ]
    first, second = features([judgment("x", FIRST), judgment("x", SECOND)], evidence)
    assert (first["contradicted"], second["contradicted"]) == (0.5, 0.5)  # by the tests; by the length
    alone = judgment("x", (0.75,), shown=(0,), unfounded=("E9",))
    found = features([alone], evidence)[0]
    assert found["contradicted"] == 0.5  # 0.25 is half the scale from 0.75, 1 is not
    assert found["unfounded"] == 1.0


def test_a_judgment_without_numbers_has_no_features_and_counts_for_nobody() -> None:
    failed = Judgment(critic="x", failure=Failure(kind="unparseable", message="no verdict"))
    found = features([judgment("x", FIRST), failed, judgment("x", FIRST)])
    assert found[1] == {} and found[0]["agreement"] == 1.0
    assert features([]) == ()
