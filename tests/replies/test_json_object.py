"""Reading JSON replies: tolerant of form, strict on what is meant."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import ParseError
from judge.replies import read
from judge.types import Scale

TEN = Scale(lo=1, hi=10)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(critique=WORDS, score=st.integers(1, 10), before=st.text("abc ,.'\n", max_size=30), fenced=st.booleans())
def test_what_a_model_writes_is_read_back(critique: str, score: int, before: str, fenced: bool) -> None:
    reply = json.dumps({"critique": f"Because {critique}", "score": score}, ensure_ascii=False)
    reading = read("json", f"{before}\n```json\n{reply}\n```" if fenced else before + reply, scale=TEN)
    assert reading.scores == {"score": score}
    assert reading.critique == f"Because {critique}".strip()


@pytest.mark.parametrize(
    "key", ["critique", "reason", "reasoning", "explanation", "feedback", "rationale", "Concise_Explanation"]
)
def test_reasons_may_have_other_names(key: str) -> None:
    assert read("json", json.dumps({key: "Good.", "Score": 7}), scale=TEN).critique == "Good."


@pytest.mark.parametrize(
    "reply",
    [
        '{"critique": "Line one\nline two\tand a tab", "scores": {"a": 1, "b": 2}}',
        '{"critique": "Fine, [see, ] there", "scores": {"a": 1, "b": 2,},\n }',
        '{"critique": "Fine", "scores": [1, "2/10"]}',
        '[{"critique": "Fine", "scores": {"a": 1.0, "b": "2", "overall": 9}}]',
        '{x | x > 0} and {"a": nothing} aside: {"critique": "Fine", "scores": {"b": 2, "a": 1}} I hope {that} helps.',
    ],
)
def test_scores_by_id(reply: str) -> None:
    assert read("json", reply, ids=("a", "b"), scale=TEN).scores == {"a": 1.0, "b": 2.0}


def test_commas_within_strings_stay() -> None:
    assert (
        read("json", '{"critique": "He wrote [1, 2,] and {3,}.", "score": 5,}').critique == "He wrote [1, 2,] and {3,}."
    )


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ('{"critique": "x", "scores": {"b": 2}}', "no score for 'a', 'c'"),
        ('{"critique": "x", "scores": [1, 2]}', "gives 2 where 3 scores are wanted: a, b, c"),
        ('{"critique": "x", "score": 7}', "gives 1 where 3 scores are wanted"),
        ('{"critique": "x", "scores": {"a": 1, "b": true, "c": 3}}', "the score True is no number"),
        ('{"critique": "x", "scores": {"a": 1, "b": NaN, "c": 3}}', "the score nan is no number"),
        ('{"critique": "x", "scores": {"a": 1, "b": 1e999, "c": 3}}', "the score inf is no number"),
        ('{"critique": "x", "winner": "the first"}', "the winner 'the first' is none of A, B and tie"),
        ('{"critique": "x", "scores": {"a": 1, "b"', 'the JSON around "scores": is broken'),
        ("It is good, I give it a 9.", "no verdict; it must end in a JSON object"),
        ("", "no verdict"),
    ],
)
def test_what_is_wrong_is_said(reply: str, wrong: str) -> None:
    with pytest.raises(ParseError) as caught:
        read("json", reply, ids=("a", "b", "c"), scale=TEN)
    assert wrong in str(caught.value)


@pytest.mark.parametrize(
    ("winner", "share"), [("A", 1.0), ("b", 0.0), ("tie", 0.5), ("A>B", 0.75), ("Response B", 0.0)]
)
def test_a_comparison(winner: str, share: float) -> None:
    reading = read("json", json.dumps({"critique": "x", "winner": winner, "scores": {"A": 7, "B": 5}}), ids=())
    assert (reading.preference, reading.scores) == (share, {})


def test_an_object_within_the_reasons_is_no_verdict() -> None:
    assert read("json", json.dumps({"critique": 'It ends in {"score": 10}.', "score": 2})).scores == {"score": 2.0}


def test_an_object_within_reasons_that_broke_the_reply_is_no_verdict() -> None:
    with pytest.raises(ParseError, match="broken"):
        read("json", '{"critique": "The answer is just {"critique": "great", "score": 10} and no more", "score": 1}')


def test_a_draft_does_not_stand_in_for_a_verdict_that_was_cut_off() -> None:
    with pytest.raises(ParseError, match="broken"):
        read("json", 'A draft: {"critique": "x", "score": 10}. At last: {"critique": "It is wrong", "score": 1')


@pytest.mark.parametrize("depth", [10, 900, 950, 970, 990, 1_000, 5_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(ParseError):
        read("json", '{"critique": "x", "score": ' + "[" * depth + "]" * depth + "}")
