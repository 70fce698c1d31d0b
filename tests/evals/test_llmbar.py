"""The eval `llmbar` on rows small enough to count by hand."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from judge import library
from judge.errors import DataError, SettingsError
from judge.types import EvalResult, Reward, Sample

BETTER = "It is short. Therefore, Output ({}) is better."


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    raise AssertionError("nothing is graded")


def judgment(
    item: str, order: str, text: str, winner: int | None, strategy: str = "CoT", step: int = 0
) -> dict[str, Any]:
    return {
        "item_id": item,
        "judge": "J",
        "strategy": strategy,
        "step": step,
        "order": order,
        "text": text,
        "winner": winner,
    }


def figures(strategy: str, false: str, true: str) -> dict[str, Any]:
    return {"subset": "S", "judge": "J", "strategy": strategy, "correct_False": false, "correct_True": true}


def evaluate(folder: Path, vote: str | None = None, **files: list[dict[str, Any]]) -> EvalResult:
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result: EvalResult = library.module("evals", "llmbar").evaluate(folder, grade, **({"vote": vote} if vote else {}))
    return result


ITEMS = [{"item_id": "x", "subset": "S", "label": 1}, {"item_id": "y", "subset": "S", "label": 2}]
JUDGMENTS = [
    judgment("x", "12", BETTER.format("a"), 1),
    judgment("x", "21", BETTER.format("a"), 2),
    judgment("y", "12", BETTER.format("b"), 2),
    judgment(
        "y", "21", "Output (b) is better. But it is wrong. " + BETTER.format("a"), 1
    ),  # recorded wrongly: we read 2
    judgment("x", "12", "", None, "Vanilla"),
    judgment("x", "21", "Output (b)", 1, "Vanilla"),
    judgment("y", "12", "Output (a)\n\nYet Output (b) is better known.", 1, "Vanilla"),
    judgment("y", "21", "Output (a) and nothing else", None, "Vanilla"),
    judgment("x", "12", BETTER.format("a"), 1, "Swap"),
    judgment("x", "21", BETTER.format("a"), 2, "Swap"),
    judgment("x", "12", "Output (b)", 2, "Swap", 1),
    judgment("x", "21", "Output (b)", 1, "Swap", 1),
    judgment("y", "12", BETTER.format("b"), 2, "Swap"),
    judgment("y", "21", "Both fail.", 2, "Swap"),  # we read nothing
]
RATINGS = [
    {"item_id": "x", "judge": "J", "strategy": "Rating", "text_1": "7", "text_2": "3", "winner_12": 1, "winner_21": 1},
    {"item_id": "y", "judge": "J", "strategy": "Rating", "text_1": "5", "text_2": "5", "winner_12": 2, "winner_21": 1},
]
PUBLISHED = [
    figures("CoT", "2 / 2 = 100.0%", "0 / 2 = 0.0%"),
    figures("Vanilla", "0 / 2 = 0.0%", "2 / 2 = 100.0%"),  # the second does not come out
    figures("Swap", "1 / 2 = 50.0%", "2 / 2 = 100.0%"),  # of the last step
    figures("Rating", "2 / 2 = 100.0%", "1 / 2 = 50.0%"),
]


def test_counts_are_those_made_by_hand(tmp_path: Path) -> None:
    result = evaluate(tmp_path, items=ITEMS, judgments=JUDGMENTS, ratings=RATINGS, published_statistics=PUBLISHED)
    assert (result.reproduced, result.of) == (7, 8)
    assert (result.n, result.agree, result.unscored) == (13, 10, 2)
    assert result.parse_agree == 10 / 12
    assert result.figures["parse_agree_by_strategy"] == {"CoT": 0.75, "Swap": 0.8333, "Vanilla": 1.0}
    assert (result.figures["ratings"], result.figures["ratings_agree"]) == (2, 2)
    kinds = {(kind["strategy"], kind["ours"], kind["recorded"], kind["count"]) for kind in result.differences}
    assert kinds == {("CoT", "(a)", "(b)", 1), ("Swap", "none", "(a)", 1)}


def test_figures_count_only_where_all_their_rows_are_there(tmp_path: Path) -> None:
    rows = [row for row in JUDGMENTS if row["item_id"] == "x"]
    other = [figures("CoT", "1 / 1 = 100.0%", "0 / 1 = 0.0%"), *PUBLISHED]
    result = evaluate(tmp_path, items=ITEMS[:1], judgments=rows, ratings=[], published_statistics=other)
    assert (result.reproduced, result.of) == (2, 2)
    assert result.parse_agree == 1.0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file 'judgments.jsonl'"):
        evaluate(tmp_path, items=ITEMS)


def test_votes_are_counted_as_they_first_came(tmp_path: Path) -> None:
    """Item x (label 1): 1 2 at CoT, none 1 at Vanilla, 1 2 at Swap: three votes for 1, two for 2, right.

    Item y (label 2): 2 1 at CoT, 1 none at Vanilla, 2 2 at Swap: 3 to 2 for 2, right. Step 1 of Swap does not count.
    """
    result = evaluate(tmp_path, "majority", items=ITEMS, judgments=JUDGMENTS)
    # right verdicts of twelve at step 0: x 1, 1, 1 and y 2, 2, 2
    assert result.accuracy == {"J": {"single": 6 / 12, "majority": 1.0}}
    assert (result.n, result.agree, result.unscored) == (2, 2, 0)


def test_a_tie_counts_one_half_and_an_unread_verdict_nothing(tmp_path: Path) -> None:
    rows = [
        judgment("x", "12", "...", 1),
        judgment("x", "21", "...", 2),
        judgment("y", "12", "...", 2),
        judgment("y", "21", "...", None),
    ]
    result = evaluate(tmp_path, "majority", items=ITEMS, judgments=rows)
    assert result.accuracy == {"J": {"single": 2 / 4, "majority": 0.75}}
    assert (result.agree, result.unscored) == (1, 1)


def many(count: int) -> dict[str, list[dict[str, Any]]]:
    """Items on which Reference is right in both orders, and CoT and Vanilla say 1 in both, whatever the label."""
    items: list[dict[str, Any]] = [{"item_id": f"i{at}", "subset": "S", "label": 1 + at % 2} for at in range(count)]
    judgments = [
        judgment(item["item_id"], order, "...", item["label"] if strategy == "Reference" else 1, strategy)
        for item in items
        for strategy in ("Reference", "CoT", "Vanilla")
        for order in ("12", "21")
    ]
    return {"items": items, "judgments": judgments}


def test_a_fitted_vote_trusts_whom_the_labels_trust(tmp_path: Path) -> None:
    result = evaluate(tmp_path, "fitted", **many(40))
    # half of the items have label 1: those are right by majority; single verdicts: all of Reference, half of the others
    assert result.accuracy == {"J": {"single": pytest.approx(2 / 3), "majority": 0.5, "fitted": 1.0}}
    assert result.figures["judges_with_fitted_above_majority"] == 1
    assert (result.n, result.agree) == (40, 40)


def test_stopping_early_asks_for_fewer_of_the_same_votes(tmp_path: Path) -> None:
    """Six votes, two of them 2 on the items with label 2: 1 is decided after four to six votes. Else after four."""
    result = evaluate(tmp_path, "adaptive", **many(40))
    found = cast("dict[str, Any]", result.figures["adaptive"])
    assert found["J"] == found["all"]
    assert found["J"]["decided"]["changed"] == 0 and found["J"]["decided"]["cast"] == 6
    assert 4 <= found["J"]["decided"]["votes"] <= 5
    assert result.accuracy == {
        "J": {"single": pytest.approx(2 / 3), "majority": 0.5, "adaptive": found["J"]["beta 0.99"]["accuracy"]}
    }


def test_an_unknown_rule_of_voting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not by 'loudest'"):
        evaluate(tmp_path, "loudest", items=ITEMS, judgments=JUDGMENTS)


@pytest.mark.parametrize("rule", ["majority", "fitted", "adaptive"])
def test_judgments_of_other_items_are_no_votes(tmp_path: Path, rule: str) -> None:
    with pytest.raises(DataError, match="no votes to count"):
        evaluate(tmp_path, rule, items=[{"item_id": "other", "subset": "S", "label": 1}], judgments=JUDGMENTS)


def test_replies_that_nobody_could_read_stop_nothing_early(tmp_path: Path) -> None:
    rows = many(4)
    unread = [{**row, "winner": None} for row in rows["judgments"]]
    result = evaluate(tmp_path, "adaptive", items=rows["items"], judgments=unread)
    assert (result.n, result.agree, result.unscored) == (4, 0, 4)
    assert cast("dict[str, Any]", result.figures["adaptive"])["all"]["decided"]["saved"] == 0
