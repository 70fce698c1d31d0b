"""Verdicts between Output (a) and Output (b).

The replies marked LLMBar are recorded ones (princeton-nlp/LLMBar, MIT licence), some of them shortened.
"""

import json
from pathlib import Path

import pytest

from judge.errors import ParseError
from judge.replies import read

EXAMPLES = Path(__file__).parents[2] / "examples" / "llmbar_gpt4"


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        # LLMBar
        ("Output (b) is better. Output (a) is not a synonym of 'deceptive'. Therefore, Output (a) is better.", 1.0),
        ("Output (b) is better.\n\nOutput (a) is too short and does not summarize the content.", 0.0),
        ("In terms of detail, Output (a) is better. However, brevity counts. Therefore, Output (b) is better.", 0.0),
        ("While Assistant (a) argues that Output (a) is better because it changes more words, Assistant (b) points out"
         " that the word may imply more. In this case, meaning counts more. Therefore, Output (b) is better.", 0.0),
        ("Therefore, based on the evaluation, the better output for the given instruction is Output (a).", 1.0),
        ("Therefore, both Output (a) and Output (b) are equally good for the given instruction.", 0.5),
        ("Therefore, neither Output (a) nor Output (b) is better as they both fail to resolve the conflict.", 0.5),
        # made up
        ("It depends, but **Output (b)** is clearly better.", 0.0),
        ("After all this I would choose Output (a).", 1.0),
        ("Therefore, Output (a) is better. Output (b) is better only in its tone.", 1.0),
    ],
)  # fmt: skip
def test_the_conclusion_counts(reply: str, share: float) -> None:
    assert read("output_ab", f"One is short, one is long. {reply}").preference == share


@pytest.mark.parametrize(
    "reply",
    [
        # LLMBar
        "Therefore, I cannot claim that either Output (a) or Output (b) is better, as both do not meet the standards.",
        "1. Is it fictional?\nOutput (a): Yes\nOutput (b): Yes",
        "Output (a) simplifies the explanation.\n\nTherefore, considering the age-appropriateness and clarity",
        # made up
        "Output (b) is not better in any way that matters.",
        "Assistant (a) claims that Output (a) is better, and goes no further",
        "It is hard to say whether Output (a) is better.",
    ],
)
def test_what_is_no_verdict(reply: str) -> None:
    with pytest.raises(ParseError, match="Output"):
        read("output_ab", reply)


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        # LLMBar
        ("Output (b)", 0.0),
        ("# Output (a) is better.", 1.0),
        ("Output (b)\n\nExplanation:\n\nOutput (a) suggests creating a scene at the school, which", 0.0),
        ("Output (b) is better.\n\nOutput (a) focuses on interviewing skills, which are important, but", 0.0),
        ("Output (a) (Output (b) provides appropriate options)", 1.0),
        ('# Which is better, Output (a) or Output (b)? Your response should be either "Output (a)" or "Output (b)":\n'
         "Output (b)", 0.0),
        ("I would choose Output (b) as the better response. While it is understandable to be angry", 0.0),
        # made up
        ("**Output (b)** because Output (a) is better known", 0.0),
        ("Answer: Output (a)", 1.0),
    ],
)  # fmt: skip
def test_the_first_answer_counts_where_it_had_to_be_the_answer_alone(reply: str, share: float) -> None:
    assert read("output_ab_first", reply, reasons=False).preference == share


def test_the_shipped_replies_of_gpt4_are_read_as_their_source_says() -> None:
    items, replies = (
        [json.loads(line) for line in (EXAMPLES / name).read_text(encoding="utf-8").split("\n") if line]
        for name in ("items.jsonl", "replies.jsonl")
    )
    labels = {item["id"]: item["label"] for item in items}
    winners: dict[str, list[int]] = {}
    for reply in replies:
        share = read("output_ab", reply["text"]).preference
        shown = reply["labels"]["shown"]
        winners.setdefault(reply["labels"]["sample_id"], []).append(shown[0 if share == 1.0 else 1] + 1)
    assert (len(labels), len(replies)) == (40, 80)
    assert sum(winner == labels[item] for item, found in winners.items() for winner in found) == 67
    assert sum(len(set(found)) == 2 for found in winners.values()) == 5
    assert sum(set(found) == {3 - labels[item]} for item, found in winners.items()) == 4
