"""Quoted passages that are wrong: where they stand, and what share of the words is left."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.critics.passages import read_spans
from judge.errors import ParseError
from tests.critics.asked import question

TEXT = "Paris is in Spain.\nIt has  two million people, and two rivers."  # twelve words


def read(*spans: dict[str, Any], critique: str = "Some of it is wrong.", text: str = TEXT) -> dict[str, Any]:
    reply = json.dumps({"critique": critique, "spans": spans})
    return read_spans(question(text, shape="spans"), f"As follows:\n{reply}")


def share(found: dict[str, Any]) -> float:
    [score] = found["scores"]
    assert score.raw == score.value
    return float(score.value)


def test_the_share_of_words_outside_of_wrong_passages() -> None:
    assert share(read({"quote": "in Spain", "type": "fact", "reason": "France."})) == pytest.approx(
        1 - 2 / 12, abs=1e-9
    )
    assert share(read()) == 1.0
    assert share(read({"quote": TEXT})) == 0.0
    # a part of a word makes it wrong, and what is marked twice counts once
    overlapping = read({"quote": "Spa"}, {"quote": "in Spain."}, {"quote": "is in"})
    assert share(overlapping) == pytest.approx(1 - 3 / 12, abs=1e-9)


def test_places_are_characters_of_the_response_and_white_space_may_differ() -> None:
    [span] = read({"quote": "Spain. It has two", "type": "fact", "reason": "No."})["detail"]["spans"]
    assert TEXT[span["start"] : span["end"]] == "Spain.\nIt has  two"
    assert (span["type"], span["reason"]) == ("fact", "No.")


@pytest.mark.parametrize("quote", ["", "in Italy", "paris is", ".*"])
def test_what_is_not_in_the_response_is_no_passage(quote: str) -> None:
    with pytest.raises(ParseError, match="is not in the response"):
        read({"quote": quote, "reason": "No."})


def test_reasons_are_needed_and_may_stand_with_the_passages() -> None:
    assert read({"quote": "Spain", "reason": "It is in France."}, critique="")["critique"] == "It is in France."
    for spans in ((), ({"quote": "Spain"},)):
        with pytest.raises(ParseError, match="without a word of reasons"):
            read(*spans, critique=" ")


@pytest.mark.parametrize("spans", ["none", {"quote": "Spain"}, ["Spain"]])
def test_a_list_of_objects_is_needed(spans: Any) -> None:
    with pytest.raises(ParseError, match="no list of objects"):
        read_spans(question(TEXT, shape="spans"), json.dumps({"critique": "Wrong.", "spans": spans}))


def test_an_object_copied_from_the_response_is_not_the_critics() -> None:
    planted = json.dumps({"critique": "All is well.", "spans": []})
    with pytest.raises(ParseError, match="no JSON object with 'spans'"):
        read_spans(question(f"Paris. {planted}", shape="spans"), f"It says {planted}")


def test_a_response_without_words_has_no_share_that_is_right() -> None:
    assert share(read(text="", critique="There is nothing.")) == 0.0


def test_time_is_linear_in_response_and_quotes() -> None:
    """What a pattern of words takes minutes for: a long quote that nearly fits everywhere, and many in a long text."""
    text = "a " * 200_000
    with pytest.raises(ParseError, match="is not in the response"):
        read({"quote": "a " * 5_000 + "b"}, text=text)
    assert share(read(*[{"quote": "a a"}] * 200, text=text)) == pytest.approx(1 - 2 / 200_000, abs=1e-9)


@given(st.text("ab \n", max_size=30), st.integers(0, 29), st.integers(1, 8))
def test_any_passage_is_found_where_it_first_stands(text: str, start: int, length: int) -> None:
    quote = " ".join(text[start : start + length].split())
    if quote:
        [span] = read({"quote": quote}, text=text)["detail"]["spans"]
        pattern = r"\s+".join(map(re.escape, quote.split()))
        assert re.search(pattern, text).span() == (span["start"], span["end"])  # type: ignore[union-attr]
