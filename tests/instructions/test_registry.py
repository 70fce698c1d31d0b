import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import ToolError
from judge.instructions.registry import CHECKERS, check

ARGUMENTS: dict[str, dict[str, object]] = {
    "change_case:capital_word_frequency": {"capital_frequency": 2, "capital_relation": "at least"},
    "combination:repeat_prompt": {"prompt_to_repeat": "Say it."},
    "detectable_content:number_placeholders": {"num_placeholders": 2},
    "detectable_content:postscript": {"postscript_marker": "P.S."},
    "detectable_format:multiple_sections": {"section_spliter": "Section", "num_sections": 2},
    "detectable_format:number_bullet_lists": {"num_bullets": 2},
    "detectable_format:number_highlighted_sections": {"num_highlights": 2},
    "keywords:existence": {"keywords": ["a.b", "c"]},
    "keywords:forbidden_words": {"forbidden_words": ["a.b", "c"]},
    "keywords:frequency": {"keyword": "a", "frequency": 2, "relation": "at least"},
    "keywords:letter_frequency": {"letter": "a", "let_frequency": 2, "let_relation": "at least"},
    "language:response_language": {"language": "en"},
    "length_constraints:nth_paragraph_first_word": {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "a"},
    "length_constraints:number_paragraphs": {"num_paragraphs": 2},
    "length_constraints:number_sentences": {"num_sentences": 2, "relation": "at least"},
    "length_constraints:number_words": {"num_words": 2, "relation": "at least"},
    "startend:end_checker": {"end_phrase": "The end."},
}


def test_there_are_25_types() -> None:
    assert len(CHECKERS) == 25


@given(st.sampled_from(sorted(CHECKERS)), st.text())
def test_every_checker_finds_something_in_every_text(name: str, text: str) -> None:
    strict = check(name, ARGUMENTS.get(name, {}), text)
    loose = check(name, ARGUMENTS.get(name, {}), text, "loose")
    assert strict.reason
    assert strict.state != "followed" or loose.state == "followed"


@pytest.mark.parametrize("name", CHECKERS)
def test_an_empty_response_follows_nothing(name: str) -> None:
    for mode in ("strict", "loose"):
        assert check(name, ARGUMENTS.get(name, {}), " \n ", mode).state == "not_followed"


@pytest.mark.parametrize("name", CHECKERS)
@pytest.mark.parametrize("piece", ["*a", "a. ", "<<", "[", ".)", "P.", "```\n ", "\u0301\u0316", "Section 1", " "])
def test_long_texts_are_read_to_the_end(name: str, piece: str) -> None:
    assert check(name, ARGUMENTS.get(name, {}), f"x{piece * 25_000}x").state in (
        "followed",
        "not_followed",
        "cannot_tell",
    )


def test_loosely_the_first_and_last_line_and_asterisks_do_not_count() -> None:
    text = "Sure, here it is:\n**the end**\nAnything else?"
    args = {"end_phrase": "the end"}
    assert check("startend:end_checker", args, text).state == "not_followed"
    assert check("startend:end_checker", args, text, "loose").state == "followed"


def test_arguments_that_are_null_are_left_out() -> None:
    assert check("punctuation:no_comma", {"num_words": None, "relation": None}, "no comma").state == "followed"


def test_whole_numbers_may_come_as_floats() -> None:
    args = {"num_words": 2.0, "relation": "at least"}
    assert check("length_constraints:number_words", args, "two words").state == "followed"


def test_an_unknown_constraint_lists_the_known_ones() -> None:
    with pytest.raises(ToolError, match=r"no constraint 'keywords:rhyme'; known ones: .*keywords:existence"):
        check("keywords:rhyme", {}, "text")


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"num_words": 3},
        {"num_words": "many", "relation": "at least"},
        {"num_words": 3, "relation": "around"},
        {"num_words": 3, "relation": "at least", "extra": 1},
    ],
)
def test_wrong_arguments_are_an_error_of_the_check(args: dict[str, object]) -> None:
    with pytest.raises(ToolError, match="constraint 'length_constraints:number_words' cannot be checked with"):
        check("length_constraints:number_words", args, "text")
