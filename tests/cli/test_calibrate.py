"""`judge calibrate`, as people use it."""

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from judge.calibration import load
from judge.calibration.isotonic import Isotonic

if TYPE_CHECKING:
    from tests.cli.conftest import Command, Endpoint


def write(judge: "Command", name: str, rows: list[dict[str, Any]]) -> None:
    (judge.folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def overconfident(n: int) -> list[dict[str, Any]]:
    """Values of 0.9 and 0.1 whose labels are right three times of four."""
    return [{"value": 0.9 if at % 2 else 0.1, "label": (at % 2) ^ (at % 8 < 2)} for at in range(n)]


def test_a_calibrator_is_written_with_figures_from_unseen_rows(judge: "Command") -> None:
    write(judge, "labels.jsonl", overconfident(400))
    done = judge("calibrate", "labels.jsonl", "--kind", "isotonic", "--out", "cal.json")
    assert done.returncode == 0, done.stderr
    title, head, before, after, use = [line.split() for line in done.stdout.splitlines()]
    assert title[:3] == ["isotonic:", "400", "rows,"] and head == ["accuracy", "ECE", "Brier"]
    # values 0.9 and 0.1 against a rate of 3/4 and 1/4: ECE 0.15, Brier 0.75 * 0.01 + 0.25 * 0.81 = 0.21
    assert before == ["before", "0.750", "0.150", "0.210"]
    assert after[:2] == ["after", "0.750"] and float(after[2]) < 0.02 and float(after[3]) < 0.19
    assert " ".join(use) == "written to cal.json; in a recipe: settle: {calibrator: cal.json}"
    fitted = load(judge.folder / "cal.json")
    assert isinstance(fitted, Isotonic) and fitted.apply(0.9) == pytest.approx(0.75, abs=1e-9)


def test_json_is_one_object(judge: "Command") -> None:
    write(judge, "labels.jsonl", [*overconfident(80), {"value": None, "label": 1}])
    found = json.loads(judge("calibrate", "labels.jsonl", "-k", "platt", "-o", "cal.json", "--json").stdout)
    assert (found["out"], found["kind"], found["n"], found["left_out"]) == ("cal.json", "platt", 80, 1)
    assert found["before"]["brier"] == pytest.approx(0.21, abs=1e-9) and len(found["after"]["bins"]) == 10
    again = json.loads(judge("calibrate", "labels.jsonl", "-k", "platt", "-o", "cal.json", "--json").stdout)
    assert again == found


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_rewards_of_a_run_are_joined_by_id_and_unscored_ones_are_no_zeros(
    judge: "Command", endpoint: "Endpoint", suffix: str
) -> None:
    answers = [{"id": f"q{at}", "prompt": "Q", "response": f"A{at}" if at else ""} for at in range(12)]
    write(judge, "answers.jsonl", answers)
    graded = judge("grade", "answers.jsonl", "-o", f"rewards.{suffix}", "-r", "direct", "-m", endpoint.model,
                   "--set", 'guard.empty="unscored"', "--set", "settle.hi=10")  # fmt: skip
    assert graded.returncode in (0, 1, 3), graded.stderr
    write(judge, "labels.jsonl", [{"id": f"q{at}", "label": at % 2} for at in range(13)])
    done = judge("calibrate", "labels.jsonl", "--rewards", f"rewards.{suffix}", "-k", "isotonic", "-o", "cal.json",
                 "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["n"], found["left_out"]) == (11, 2)  # q0 has no reward, and q12 is not there
    fitted = load(judge.folder / "cal.json")
    # 7 on a scale of 1 to 10 is 6.67 in [0, 10], and a share of 2/3 of that range
    assert isinstance(fitted, Isotonic) and fitted.x == pytest.approx((2 / 3,), abs=1e-9)


def pairs(n: int) -> list[dict[str, Any]]:
    chance = random.Random(1)
    found = []
    for at in range(n):
        a, b = ({"tone": chance.random(), "facts": chance.random()} for _ in range(2))
        better = a["facts"] > b["facts"]
        found.append({"chosen": a if better else b, "rejected": b if better else a, "user": "ann", "prompt": at // 2})
    return found


def test_pairs_give_a_users_weights(judge: "Command") -> None:
    write(judge, "pairs.jsonl", pairs(200))
    said = judge.refused("calibrate", "pairs.jsonl", "-k", "weights", "--group", "topic", "-o", "ann.json")
    assert "has no field 'topic', which --group names; there are chosen, rejected, user, prompt" in said
    done = judge("calibrate", "pairs.jsonl", "-k", "weights", "--group", "prompt", "-o", "ann.json")
    assert done.returncode == 0, done.stderr
    fitted: Any = load(judge.folder / "ann.json")
    assert fitted.apply({"tone": 0.1, "facts": 0.9}, "ann") > 0.8
    assert judge("calibrate", "pairs.jsonl", "-k", "low_rank", "--heads", "1", "-o", "one.json").returncode == 0
    one: Any = load(judge.folder / "one.json")
    assert len(one.basis) == 1


def test_pairs_may_name_the_responses_of_a_run(judge: "Command") -> None:
    def reward(tone: float | None) -> dict[str, Any]:
        return {"status": "ok", "value": 0.5, "parts": {"tone": tone}}

    rows = [{"id": f"q{at}", "status": "ok", "rewards": [reward(0.9), reward(None), reward(0.1)]} for at in range(9)]
    write(judge, "rewards.jsonl", rows)
    write(judge, "pairs.jsonl", [{"id": f"q{at}", "chosen": 0, "rejected": 2 if at else 1} for at in range(9)])
    done = judge("calibrate", "pairs.jsonl", "--rewards", "rewards.jsonl", "-k", "weights", "-o", "c.json", "--json")
    found = json.loads(done.stdout)
    assert (found["n"], found["left_out"], found["after"]["accuracy"]) == (8, 1, 1)


def test_conformal_and_elo_shift_show_what_they_found(judge: "Command") -> None:
    write(judge, "labels.jsonl", [{"value": 0.5, "label": 0.5 + at / 1_000} for at in range(100)])
    done = judge("calibrate", "labels.jsonl", "-k", "conformal", "--level", "0.8", "-o", "cal.json")
    # the ceil(101 * 0.8) = 81st of 0, 0.001, ...
    assert "value ± 0.08 holds the label of " in done.stdout, done
    assert done.stdout.count("conformal: 100 rows, by 5-fold cross-validation") == 1
    scores = {"a": [0.1, 0.3], "b": [0.5, 0.7]}
    write(
        judge,
        "scores.jsonl",
        [{"value": value, "source": name, "elo": 1000} for name in scores for value in scores[name]],
    )
    done = judge("calibrate", "scores.jsonl", "-k", "elo_shift", "-o", "elo.json")
    # equal ratings bring both means to 0
    assert [line.split() for line in done.stdout.splitlines()[2:4]] == [["a", "-0.2000"], ["b", "-0.6000"]]


def test_calibration_that_does_not_help_is_said(judge: "Command") -> None:
    chance = random.Random(2)
    values = [chance.random() for _ in range(60)]
    write(judge, "labels.jsonl", [{"value": value, "label": int(chance.random() < value)} for value in values])
    shown = judge("calibrate", "labels.jsonl", "-k", "isotonic", "-o", "cal.json").stdout
    assert "calibrating does not help on rows that were not seen" in shown
    assert "with fewer than 200 rows these figures are rough" in shown


def test_mistakes_are_one_sentence(judge: "Command") -> None:
    def refused(rows: list[dict[str, Any]], *words: object, kind: str = "platt") -> str:
        write(judge, "rows.jsonl", rows)
        return judge.refused("calibrate", "rows.jsonl", "-k", kind, "-o", "cal.json", *words)

    good = overconfident(40)
    assert "there is no calibrator 'nope'; choose one of: isotonic, " in refused(good, kind="nope")
    assert "--level is for --kind conformal" in refused(good, "--level", "0.9")
    assert "--heads is for low_rank, " in refused(good, "--heads", "2")
    assert "row 1 of 'rows.jsonl' has no label" in refused([{"value": 1}])
    assert "row 1 of 'rows.jsonl' has no value; write one, or write an id" in refused([{"id": "a", "label": 1}])
    assert "has 'high' for 'value'; write a number" in refused([{"value": "high", "label": 1}])
    assert "none of the 1 rows of 'rows.jsonl' has a score" in refused([{"value": None, "label": 1}])
    assert "must be in [0, 1], got 7" in refused([{"value": 1, "label": 7}, {"value": 0, "label": 0}])
    assert "all 2 are 1; give rows of the other kind" in refused([{"value": 1, "label": 1}, {"value": 0, "label": 1}])
    assert "has no 'rejected'" in refused([{"chosen": {"a": 1}}], kind="weights")
    assert "has -1 for a response" in refused([{"id": "a", "label": 1, "rewards": [], "response": -1}])
    assert "is no reward; give the output of `judge grade`" in refused(good, "--rewards", "rows.jsonl")
    assert "is no reward" in refused([{"label": 1, "rewards": [3]}])
    assert "there is no file 'none.jsonl'" in refused(good, "--rewards", "none.jsonl")
    assert "row 1 of 'rows.jsonl' needs a source and its elo" in refused(good, kind="elo_shift")
    assert not (judge.folder / "cal.json").exists()


def test_what_maps_no_opinion_of_a_recipe_is_not_recommended_for_one(judge: "Command") -> None:
    """Scores of a reward model and verdicts from -3 to 3 are no opinions, which are in [0, 1]."""
    write(judge, "scores.jsonl", [{"value": at % 7 - 3.0, "label": at % 2} for at in range(20)])
    said = judge("calibrate", "scores.jsonl", "-k", "platt", "-o", "cal.json").stdout.splitlines()[-1]
    assert "values beyond [0, 1], not opinions" in said and "settle" not in said
    write(judge, "verdicts.jsonl", [{"value": -1 if at < 5 else 1, "label": int(at % 5 > 0)} for at in range(10)])
    said = judge("calibrate", "verdicts.jsonl", "-k", "graded", "-o", "cal.json").stdout.splitlines()[-1]
    # of ten verdicts five agree and five do not, but for one each: 4 of 5 say 1 on either side, so beta is 0
    assert said.endswith("in a recipe:  critic: {beta: 0}")
    write(judge, "pairs.jsonl", [{"chosen": [1.0, at], "rejected": [0.0, 1]} for at in range(9)])
    said = judge("calibrate", "pairs.jsonl", "-k", "embedding_head", "-o", "cal.json").stdout.splitlines()[-1]
    assert "embeddings, not opinions" in said


def test_values_and_labels_in_two_units_give_no_interval(judge: "Command") -> None:
    write(judge, "labels.jsonl", [{"value": at / 20, "label": 1 + at % 5} for at in range(20)])
    done = judge("calibrate", "labels.jsonl", "-k", "conformal", "-o", "cal.json")
    assert done.returncode == 2 and "another unit; rescale them" in done.stderr
    assert not (judge.folder / "cal.json").exists()


def test_a_fold_that_cannot_be_fitted_is_named(judge: "Command") -> None:
    write(judge, "labels.jsonl", [{"value": at / 10, "label": int(at == 7)} for at in range(10)])
    done = judge("calibrate", "labels.jsonl", "-k", "platt", "-o", "cal.json")
    assert done.returncode == 2 and "with one of 5 folds left out, a fit needs labels of both kinds" in done.stderr


def test_numbers_that_no_float_can_square_are_refused(judge: "Command") -> None:
    write(judge, "labels.jsonl", [{"value": 1e308 * (-1) ** at, "label": at % 2} for at in range(10)])
    for kind in ("isotonic", "platt", "graded", "conformal"):
        done = judge("calibrate", "labels.jsonl", "-k", kind, "-o", "cal.json")
        assert done.returncode == 2 and "write a number of at most 1e+12" in done.stderr, done.stderr
