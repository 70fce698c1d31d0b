"""`judge eval` with a rule of voting."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Command

VOTES = [
    {"item_id": "x", "judge": "J", "strategy": "CoT", "step": 0, "order": order, "text": "...", "winner": winner}
    for order, winner in (("12", 1), ("21", 1), ("12", 2))
]


def test_a_rule_is_passed_to_an_eval_that_counts_votes(judge: "Command") -> None:
    (judge.folder / "items.jsonl").write_text(json.dumps({"item_id": "x", "subset": "S", "label": 1}))
    (judge.folder / "judgments.jsonl").write_text("\n".join(map(json.dumps, VOTES)))
    done = judge("eval", "llmbar", "--data", ".", "--vote", "majority", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accuracy"] == {"J": {"single": 2 / 3, "majority": 1.0}}
    assert "not by 'loudest'" in judge.refused("eval", "llmbar", "--data", ".", "--vote", "loudest")


def test_an_eval_that_counts_no_votes_refuses_a_rule(judge: "Command") -> None:
    said = judge.refused("eval", "gsm8k_solutions", "--data", ".", "--vote", "majority")
    assert said == "judge: the eval 'gsm8k_solutions' counts no votes; leave --vote majority out"


def test_a_field_of_another_type_is_one_sentence(judge: "Command") -> None:
    (judge.folder / "mt_bench.jsonl").write_text(json.dumps({"item_id": "x", "category": "c", "gpt4_scores": [3, "4"]}))
    assert "is not laid out as the eval 'rubric_multisample' says (TypeError" in judge.refused(
        "eval", "rubric_multisample", "--data", "."
    )
