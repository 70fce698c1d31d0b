from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge import library
from judge.errors import SettingsError
from judge.types import Evidence, Sample

xml_structure: Any = library.module("tools", "xml_structure")


def verify(text: str, **options: Any) -> Evidence:
    evidence: Evidence = xml_structure.verify(Sample(responses=text), **options)
    return evidence


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("<think>Hm.</think><answer>4</answer>", {}),
        ("\n<think>a < b and <b>bold</b></think>\n\n<answer kind='x'>4</answer>\n", {}),
        ("Sure: <think>Hm.</think> so <answer>4</answer>.", {"only": False}),
        ("<think></think><answer> </answer>", {"filled": False}),
        ("<answer><value>4</value> <unit>m</unit></answer>", {"structure": [{"answer": ["value", "unit"]}]}),
    ],
)
def test_right_structures(text: str, options: dict[str, Any]) -> None:
    found = verify(text, **options)
    assert (found.stance, found.score, found.hard) == ("supports", 1.0, True)


@pytest.mark.parametrize(
    ("text", "score", "said"),
    [
        ("", 1 / 3, "<think> is missing; <answer> is missing"),
        ("<think>Hm.</think>", 2 / 3, "<answer> is missing"),
        ("<think>Hm.</think><answer>4</answer>!", 2 / 3, "text outside of the tags: '!'"),
        ("<answer>4</answer><think>Hm.</think>", 2 / 3, "<answer> comes too early"),
        ("<think>Hm.</think><answer>4</answer><answer>5</answer>", 2 / 3, "<answer> stands 2 times"),
        ("<think>Hm.</think><answer> </answer>", 2 / 3, "<answer> is empty"),
        ("<think>Hm.<answer>4</answer></think><answer>4</answer>", 2 / 3, "<answer> stands in the wrong place"),
        ("<think>Hm.</think><answer>4", 0, "<answer> is not closed"),
        ("<think>Hm.<answer></think>4</answer>", 0, "</think> stands where </answer> is due"),
        ("</answer>", 0, "</answer> closes nothing"),
    ],
)
def test_wrong_structures(text: str, score: float, said: str) -> None:
    found = verify(text)
    assert found.stance == "refutes"
    assert found.score == pytest.approx(score)
    assert said in found.summary


def test_children_stand_in_their_parent() -> None:
    found = verify("<value>4</value><answer><unit>m</unit></answer>", structure=[{"answer": ["value", "unit"]}])
    assert found.stance == "refutes"
    assert "<value> is missing" in found.summary and "<value> stands in the wrong place" in found.summary


@pytest.mark.parametrize("structure", [[], ["a", "a"], "think", ["<b>"], [5]])
def test_structures_that_are_none(structure: Any) -> None:
    with pytest.raises(SettingsError):
        verify("x", structure=structure)


@pytest.mark.parametrize("text", ["<think>" * 50_000, "<" * 200_000, "<think " * 50_000, "</think>" * 50_000])
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    assert verify(text).stance == "refutes"


@given(st.text(alphabet="<>/thinkaswer \n&;!", max_size=120))
def test_any_text_is_read(text: str) -> None:
    verify(text)
