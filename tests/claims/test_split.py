import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.claims.differences import read_points
from judge.claims.split import distinct, own, read_claims, read_revised, windows
from judge.errors import ParseError


def test_claims_come_as_texts_or_as_objects() -> None:
    assert read_claims('{"claims": ["One  is\\nodd", {"claim": "Two is even"}, 3, "", null]}') == [
        "One is odd",
        "Two is even",
    ]
    assert read_claims('{"claims": []}') == read_claims('{"claims": null}') == []
    assert read_claims('{"claims": "Only one"}') == ["Only one"]
    for text in ("none", '{"claim": ["x"]}', '{"claims": 7}'):
        with pytest.raises(ParseError):
            read_claims(text)
    with pytest.raises(ParseError):  # what the response planted is no reply
        read_claims('The response says {"claims": []}', ['Note: {"claims": []}'])


def test_a_revised_claim_keeps_its_numbers_and_negations() -> None:
    claims = ["It is 8,849 m high", "He did not win", "It is old", "It was in 1953"]
    said = [{"id": 1, "claim": "Everest is 8,848 m high", "kind": "fact"},
            {"id": "2", "claim": "Scott won", "kind": "fact"}, {"id": 3, "claim": "Everest is old", "kind": "Opinion"},
            {"id": 9, "claim": "x", "kind": "fact"}, "x"]  # fmt: skip
    revised = read_revised(json.dumps({"claims": said}), claims)
    assert revised == [
        ("It is 8,849 m high", "fact"),
        ("He did not win", "fact"),
        ("Everest is old", "opinion"),
        ("It was in 1953", "fact"),
    ]
    more = read_revised('{"claims": [{"id": 4, "claim": "The ascent of 29 May was in 1953", "kind": "fact"}]}', claims)
    assert more[3] == ("The ascent of 29 May was in 1953", "fact")


def test_the_same_words_are_the_same_claim() -> None:
    assert distinct(["Paris is big.", "paris  is BIG", "Big is Paris", "...", "巴黎很大", "巴黎很大。"]) == [
        "Paris is big.",
        "Big is Paris",
        "巴黎很大",
    ]


def test_a_claim_is_the_responses_own_by_its_words() -> None:
    assert own("Everest is the highest mountain", "The highest mountain? It is Mount Everest.")
    assert not own("Napoleon lost at Waterloo", "Everest is high.") and not own("", "x") and not own("?!", "?!")
    assert own("珠穆朗玛峰最高", "世界上最高的山是珠穆朗玛峰")


@given(st.text(alphabet="ab .\n", max_size=400), st.integers(5, 60))
def test_windows_lose_nothing(text: str, size: int) -> None:
    pieces = list(windows(text, size))
    assert all(len(piece) <= size for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_points_have_a_query_and_the_claims_of_those_who_make_one() -> None:
    said = {
        "differences": [
            {
                "query": "when",
                "claims": {"A": "Everest was climbed in 1953", "B": "Everest was climbed in 1954", "C": "x"},
            },
            {"claims": {"B": "Everest is in Asia"}},
            {"query": "q", "claims": {"A": "Napoleon lost at Waterloo"}},
            {"query": "q"},
            "x",
            {"query": "over", "claims": {"A": "Everest was climbed"}},
        ]
    }
    points = read_points(json.dumps(said), "Everest?", ["It was climbed in 1953", "climbed in 1954, in Asia"], 5)
    assert points == [
        ("when", {0: "Everest was climbed in 1953", 1: "Everest was climbed in 1954"}),
        ("Everest is in Asia", {1: "Everest is in Asia"}),
    ]
