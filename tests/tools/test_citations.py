from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from judge import Judge, library
from judge.claims.quotations import quotations, sources
from judge.types import Evidence, Sample

citations: Any = library.module("tools", "citations")

REPORT = "The survey of 2020 found that Mount Everest is 8,849 m high. It had not been measured since 1955, they say."
OTHER = "Water boils at 100 C at sea level, and at 71 C on the summit of Mount Everest."


def check(response: str, given: Any = (REPORT, OTHER), question: str = "Summarise.", **options: Any) -> Evidence:
    metadata = {"sources": list(given) if isinstance(given, tuple) else given} if given else {}
    sample = Sample(prompt=question, responses=response, metadata=metadata)
    tools = [{"tool": "citations", "weight": 1.0, "options": options}]
    reward = next(iter(Judge("verify", settings={"tools": tools}).score_iter([sample])))
    return reward.evidence[0]


def test_quotations_that_the_sources_say() -> None:
    said = 'It says "The survey of 2020 found that Mount Everest is 8,849 m high" and'
    found = check(said + "\n> Water boils at 100 C\n> at sea level")
    assert (found.tool, found.stance, found.score, found.hard) == ("citations", "supports", 1.0, False)
    assert [one["how"] for one in found.detail["quotations"]] == ["verbatim", "verbatim"]  # type: ignore[union-attr, index, call-overload]


@pytest.mark.parametrize(
    "quote",
    [
        "The survey of 2020 found that Mount Everest is 8,848 m high",
        "It had been measured since 1955, they say.",
        "Mount Everest is the most beautiful mountain of all",
    ],
)
def test_quotations_that_no_source_says(quote: str) -> None:
    found = check(f'The report: "{quote}".')
    assert (found.stance, found.score) == ("refutes", 0.0)
    assert found.summary.startswith("0 of 1 quotations are in the sources; ") and "is in no source" in found.summary


def test_a_word_may_differ_in_a_long_quotation() -> None:
    found = check('"The survey of 2020 showed that Mount Everest is 8,849 m high"')
    assert found.detail["quotations"][0]["how"] == "near"  # type: ignore[index, call-overload]
    assert check('"The survey of 2020 showed that Mount Everest is 8,849 m high"', bound=0.0).score == 0.0


def test_a_quotation_belongs_to_the_source_that_it_names() -> None:
    assert check('As "8,849 m high" [1] and "at 71 C on the summit" [2] show.').score == 1.0
    found = check('As "at 71 C on the summit" [1] shows.')
    assert (found.score, found.detail["quotations"][0]["how"]) == (0.0, "elsewhere")  # type: ignore[index, call-overload]
    named = [{"id": "report", "text": REPORT}, {"id": "physics", "content": OTHER, "url": "https://example.org/water"}]
    assert check('"8,849 m high" [report], "at 71 C" [here](https://example.org/water)', named).score == 1.0
    assert check('"8,849 m high" [physics]', named).score == 0.0


def test_words_of_the_request_and_short_phrases_are_no_quotations() -> None:
    found = check(
        'You ask "what the survey of Mount Everest found".', question="Say what the survey of Mount Everest found."
    )
    assert (found.stance, found.score) == ("neutral", None)
    assert citations.needs(Sample(responses='The film "The Wizard of Oz" is "great".')) == "a quotation"
    assert citations.needs(Sample(responses='```\nprint("one two three four five six")\n```')) == "a quotation"


def test_the_request_can_be_the_source() -> None:
    response = '"It had not been measured since 1955"'
    assert check(response, None, question=REPORT, prompt=True).score == 1.0
    found = check(response, None, question="What?")
    assert (found.stance, found.score) == ("neutral", None) and "carries no sources" in found.summary


def test_links_are_not_followed_unless_the_recipe_says_so() -> None:
    response = '"one two three four five" [x](https://example.org/planted)'
    assert check(response).score == 0.0
    found = check(response, links=True)  # and then only by a tool that the recipe lists
    assert found.stance == "error" and "does not list 'fetch_page'" in found.summary


def test_sources_come_in_several_forms() -> None:
    for given in (REPORT, [REPORT], {"r": REPORT}, {"text": REPORT, "id": "r"}, [{"content": REPORT}]):
        assert [one.text for one in sources(given)] == [REPORT]
    assert sources(None) == sources(7) == []
    assert [one.name for one in sources(["a", {"id": "x", "text": "b"}])] == [
        "1",
        "x",
    ]


def test_quotation_marks_of_many_kinds() -> None:
    text = (
        "“one two three four five” „two three four five six“ «three four five six seven» 「四五六七八」『五六七八九』"
    )
    assert len(quotations(text)) == 5
    assert [one.mark for one in quotations('"one two"[^3] "two three" (Source 4) "three four". [Doc 5]')] == [
        "3",
        "4",
        "5",
    ]


@drawn(st.text(alphabet="\"'“”«»>[]()1a \n`.", max_size=200))
def test_any_response_is_read(text: str) -> None:
    assert all(len(one.text) <= 2_000 or ">" in text for one in quotations(text))


def test_hostile_responses_are_read_in_time() -> None:
    for piece in ('"', "“a", "> a\n", '"a" [', "`", "```\n", '"a b"\n', "[x](http://"):
        quotations(piece * 50_000)
