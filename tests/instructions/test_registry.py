from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.errors import ToolError
from judge.instructions.kinds import CHECKERS, IFBENCH, IFEVAL, IFEVALG, ORIGINALS
from judge.instructions.registry import Compat, check

PIECES = [
    "*a",
    "a. ",
    "<<",
    "[",
    ".)",
    "P.",
    "```\n ",
    "\u0301\u0316",
    "Section 1",
    " ",
    "\n",
    '"',
    "('",
    "A ",
    "- a\n* b\n",
]
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
    "copy:copy": {"prompt_to_repeat": "Say it."},
    "copy:copying_multiple": {"prompt_to_repeat": "Say it.", "N": 2},
    "copy:copying_simple": {"prompt_to_repeat": "Say it."},
    "copy:repeat_phrase": {"phrase": "a b c", "small_n": 2},
    "count:conjunctions": {"small_n": 2},
    "count:count_increment_word": {"keyword1": "a.b", "keyword2": "c"},
    "count:counting_composition": {"n_sent": 2, "n_words": 2},
    "count:keywords_multiple": {f"keyword{number}": "ab(c"[:number] for number in range(1, 6)},
    "count:lowercase_counting": {"N": 2},
    "count:numbers": {"N": 2},
    "count:person_names": {"N": 2},
    "count:pronouns": {"N": 2},
    "count:unique_word_count": {"N": 2},
    "count:word_count_range": {"min_words": 1, "max_words": 9},
    "count:words_japanese": {"N": 2},
    "first_word:first_word_answer": {"first_word": "a"},
    "first_word:first_word_sent": {"first_word": ["a"]},
    "format:list": {"sep": "..."},
    "format:options": {"options": "yes/no/maybe"},
    "keywords:exclude_word_harder": {"keyword": "a.b"},
    "keywords:keyword_specific_position": {"keyword": "a", "n": 1, "m": 2},
    "keywords:word_count_different_numbers": {"keyword": "a", "frequency": 2, "relation": "at least"},
    "keywords:word_once": {"keyword": "a.b"},
    "last_word:last_word_answer": {"last_word": "a"},
    "last_word:last_word_sent": {"last_word": "a"},
    "letters:letter_counting": {"N": 2, "relation": "at least"},
    "letters:letter_counting2": {"letter": "a", "let_frequency": 2, "let_relation": "at least"},
    "new:copy_span_idx": {"prompt_to_repeat": "Say it.", "n_start": 1, "n_end": 3},
    "ratio:overlap": {"reference_text": "It is what it is.", "percentage": 50},
    "ratio:stop_words": {"percentage": 50},
    "repeat:repeat_change": {"prompt_to_repeat": "Say it."},
    "repeat:repeat_span": {"prompt_to_repeat": "Say it.", "n_start": 0, "n_end": 1},
    "sentence:increment": {"small_n": 1},
    "sentence:keyword": {"word": "a.b", "N": 1},
    "words:keywords_specific_position": {"keyword": "a", "n": 1, "m": 2},
    "words:repeats": {"small_n": 2},
    "words:words_position": {"keyword": "a"},
}


def test_there_are_25_types_of_ifeval_58_of_ifbench_and_29_of_open_instruct() -> None:
    assert (len(IFEVAL), len(IFBENCH), len(IFEVALG), len(CHECKERS)) == (25, 58, 29, 112)


@settings(max_examples=200)
@given(st.sampled_from(sorted(CHECKERS)), st.text(), st.sampled_from(["none", "ifbench"]))
def test_every_checker_finds_something_in_every_text(name: str, text: str, compat: Compat) -> None:
    strict = check(name, ARGUMENTS.get(name, {}), text, "strict", compat)
    loose = check(name, ARGUMENTS.get(name, {}), text, "loose", compat)
    assert strict.reason
    assert strict.state != "followed" or loose.state == "followed"


@pytest.mark.parametrize("name", CHECKERS)
def test_an_empty_response_follows_nothing(name: str) -> None:
    for compat in get_args(Compat):
        assert check(name, ARGUMENTS.get(name, {}), " \n ", "strict", compat).state == "not_followed"
        assert check(name, ARGUMENTS.get(name, {}), " \n ", "loose", compat).state == "not_followed"


@pytest.mark.parametrize("name", CHECKERS)
def test_long_texts_are_read_to_the_end(name: str) -> None:
    for piece in PIECES:
        for compat in ("none", "ifbench") if name in ORIGINALS["ifbench"] else ("none",):
            text = f"x{piece * (40_000 // len(piece))}x"
            assert check(name, ARGUMENTS.get(name, {}), text, "strict", compat).reason


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


def test_the_documentation_lists_every_kind_and_every_difference() -> None:
    text = (Path(__file__).parents[2] / "docs/instructions.md").read_text(encoding="utf-8")
    kinds, _, differences = text.partition("## The original programs")
    assert [kind for kind in CHECKERS if f"| `{kind}` |" not in kinds] == []
    assert [kind for kind in ORIGINALS["ifbench"] if f"| `{kind}` |" not in differences] == []
