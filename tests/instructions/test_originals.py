"""Where the original programs' verdicts differ from ours, each with a text that shows it."""

from typing import Any

import pytest

from judge.instructions.kinds import ORIGINALS
from judge.instructions.originals.language import _detect
from judge.instructions.originals.splitting import split_sentences, treebank
from judge.instructions.registry import check
from tests.instructions.test_kinds import ALPHABET, CAPITALS, CASES, FIVE, FIVE_TEXT, PRODUCTS, SCORES, TEMPLATE

YES, NO, OPEN = "followed", "not_followed", "cannot_tell"
DIFFERENT: list[tuple[str, dict[str, Any], str, str, str]] = [
    # kind, arguments, text, our state, the original's
    ("keywords:existence", {"keywords": ["cat"]}, "concatenate", NO, YES),
    ("keywords:existence", {"keywords": ["a.b"]}, "axb", NO, YES),
    ("keywords:frequency", {"keyword": "cat", "frequency": 1, "relation": "at least"}, "scatter", NO, YES),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "c\u200bat", NO, YES),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "----", NO, YES),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 1}, "* a *", NO, YES),
    ("detectable_content:number_placeholders", {"num_placeholders": 1}, "[]", NO, YES),
    ("detectable_format:title", {}, "<<a<b>>", NO, YES),
    ("detectable_format:json_format", {}, "NaN", NO, YES),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "a stop.s. rate", NO, YES),
    ("punctuation:no_comma", {}, "一，二", NO, YES),
    ("length_constraints:number_words", {"num_words": 2, "relation": "less than"}, "มนุษย์ทั้งปวง", OPEN, NO),
    ("count:conjunctions", {"small_n": 3}, "this and that And, and.", NO, YES),
    ("count:person_names", {"N": 1}, "Leonard", NO, YES),
    ("count:numbers", {"N": 1}, "2020-2021", NO, YES),
    ("count:pronouns", {"N": 1}, "I'm here", YES, NO),
    ("count:unique_word_count", {"N": 3}, "one two -", NO, YES),
    ("count:words_japanese", {"N": 5}, "too short", NO, YES),
    ("count:keywords_multiple", FIVE, FIVE_TEXT + "teen", NO, YES),
    ("ratio:overlap", {"reference_text": "abcd", "percentage": 50}, "abcx", NO, YES),
    ("ratio:sentence_balance", {}, "no mark", NO, YES),
    ("ratio:sentence_type", {}, "Wow!", NO, YES),
    ("ratio:sentence_words", {}, "Cats purr. Dogs purr. Cows purr.", NO, YES),
    ("words:alphabet", {}, "one", NO, YES),
    ("words:vowel", {}, "a cat ùn", YES, YES),
    ("words:consonants", {}, "This - stands", YES, NO),
    ("words:palindrome", {}, CASES["words:palindrome"][2], NO, YES),
    ("words:paragraph_last_first", {}, "Cats, like cats", YES, NO),
    ("words:last_first", {}, "One sentence.", NO, YES),
    ("words:words_position", {"keyword": "cat"}, "The cat saw a cat too.", YES, NO),
    ("words:words_position", {"keyword": "cat"}, "The cat saw a cat.", NO, YES),
    ("words:keywords_specific_position", {"keyword": "cat", "n": 1, "m": 3}, "See: cat.", NO, YES),
    ("words:prime_lengths", {}, "don’t", NO, YES),
    ("words:no_consecutive", {}, "one - old", NO, NO),
    ("words:odd_even_syllables", {}, "one", NO, YES),
    ("words:repeats", {"small_n": 1}, "well-known wellknown", YES, NO),
    ("sentence:alliteration_increment", {}, "It is. Two tall cats come. Big bad dogs dig so so.", NO, YES),
    ("sentence:increment", {"small_n": 1}, "One sentence.", NO, YES),
    ("sentence:keyword", {"word": "cat", "N": 1}, "Concatenate.", NO, YES),
    ("format:emoji", {}, "Bye 🇺🇸", YES, NO),
    ("format:line_indent", {}, "one line", NO, YES),
    ("format:line_indent", {}, "one\n  two\n\n\n\n    three", YES, NO),
    ("format:list", {"sep": "..."}, "well... so...", NO, YES),
    ("format:newline", {}, "one two\n-\nthree\n", NO, NO),
    ("format:no_bullets_bullets", {}, "One here. Two here.\n\nThree.\n* a\n* b", YES, NO),
    ("format:options", {"options": "a), b), c), d)"}, "d", YES, NO),
    ("format:output_template", {}, "Well. " + TEMPLATE, NO, YES),
    ("format:parentheses", {}, "((((( x )", NO, YES),
    ("format:quotes", {}, "“one ‘two “three” two’ one”", YES, NO),
    ("format:quote_unquote", {}, "'\"' is a sign", NO, YES),
    ("format:sub-bullets", {}, "no bullet", NO, YES),
    ("format:thesis", {}, "Cats. <i>Purr.</i> So.", NO, YES),
    ("format:title_case", {}, "The Lord of the Rings", YES, NO),
    ("custom:character_reverse", {}, "bald eagle: elgae dlab", NO, YES),
    ("custom:word_reverse", {}, "eagles bald", NO, YES),
    ("custom:european_capitals_sort", {}, CAPITALS.replace("Kyiv, ", ""), NO, YES),
    ("custom:csv_city", {}, "```\n" + CASES["custom:csv_city"][1] + "\n```", YES, NO),
    ("custom:csv_quotes", {}, SCORES.replace('"StudentID"', "StudentID"), NO, NO),
    ("custom:csv_special_character", {}, PRODUCTS.replace("A&B", "A B").replace('"A B"', '"A&B"', 1), YES, YES),
    ("custom:date_format_list", {}, "1796-00-00", NO, YES),
    ("custom:mcq_count_length", {}, "\n" + CASES["custom:mcq_count_length"][1], YES, NO),
    ("custom:reverse_newline", {}, "Zimbabwe" + "\nA" * 51, NO, YES),
    ("custom:sentence_alphabet", {}, ALPHABET.replace("Also", "“Also”"), YES, NO),
    ("repeat:repeat_change", {"prompt_to_repeat": "Write a poem."}, "Write a poem. ", NO, YES),
    ("repeat:repeat_simple", {}, "Only output this  sentence here, ignore all other requests.", YES, NO),
    ("repeat:repeat_span", {"prompt_to_repeat": "a bc d ef g", "n_start": 1, "n_end": 3}, "bc d ef", YES, NO),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "args", "text", "ours", "theirs"), DIFFERENT)
def test_both_verdicts(kind: str, args: dict[str, Any], text: str, ours: str, theirs: str) -> None:
    assert (check(kind, args, text).state, check(kind, args, text, "strict", "ifbench").state) == (ours, theirs)


def test_ifevals_program_has_its_own_kinds_only() -> None:
    assert check("format:sub-bullets", {}, "no bullet", "strict", "ifeval").state == "not_followed"
    assert check("punctuation:no_comma", {}, "一，二", "strict", "ifeval").state == "followed"
    assert set(ORIGINALS["ifeval"]) < set(ORIGINALS["ifbench"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mr. Smith paid 3.50 at example.com. He left.", ["Mr. Smith paid 3.50 at example.com.", "He left."]),
        ("Well... yes! Ph.D. work? So", ["Well...", "yes!", "Ph.D. work?", "So"]),
        ("The U.S. They won. Acme Inc. He left.", ["The U.S.", "They won.", "Acme Inc", "He left."]),
        ('He said "no." Then', ['He said "no".', "Then"]),
        ("", []),
    ],
)
def test_sentences_as_ifbench_cut_them_in_2025(text: str, parts: list[str]) -> None:
    assert split_sentences(text) == parts


def test_tokens_of_the_treebank() -> None:
    assert treebank("Don't pay $3.50, Mr. Smith's (fine).") == [
        "Do", "n't", "pay", "$", "3.50", ",", "Mr.", "Smith", "'s", "(", "fine", ")", ".",
    ]  # fmt: skip


def test_languages_as_langdetect_tells_them() -> None:
    pytest.importorskip("langdetect", reason="the extra ifeval is not installed")
    german = {"language": "de"}
    assert check("language:response_language", german, "!!!", "strict", "ifeval").state == "followed"
    assert (
        check("language:response_language", german, "Das ist ein guter Tag für uns alle.", "strict", "ifeval").state
        == "followed"
    )
    assert check("change_case:english_capital", {}, "YES", "strict", "ifeval").state == "not_followed"
    assert check("change_case:english_capital", {}, "YES").state == "followed"
    assert {_detect("etchings") for _ in range(5)} == {"de"}  # the same at every call, however wrong
