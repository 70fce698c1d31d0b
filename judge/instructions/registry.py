"""Every checker by the public name of its instruction, and the two ways to apply one: strictly and loosely."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import ValidationError, validate_call

from judge.errors import ToolError
from judge.instructions import formats, keywords, language, lengths, letters, shapes
from judge.instructions.finding import Finding

Mode = Literal["strict", "loose"]
"""`strict`: the response as it is. `loose`: also without its first or last line and without asterisks."""

CHECKERS: Mapping[str, Callable[..., Finding]] = {
    "change_case:capital_word_frequency": letters.capital_word_frequency,
    "change_case:english_capital": letters.english_capital,
    "change_case:english_lowercase": letters.english_lowercase,
    "combination:repeat_prompt": shapes.repeat_prompt,
    "combination:two_responses": shapes.two_responses,
    "detectable_content:number_placeholders": formats.number_placeholders,
    "detectable_content:postscript": formats.postscript,
    "detectable_format:constrained_response": formats.constrained_response,
    "detectable_format:json_format": formats.json_format,
    "detectable_format:multiple_sections": formats.multiple_sections,
    "detectable_format:number_bullet_lists": formats.number_bullet_lists,
    "detectable_format:number_highlighted_sections": formats.number_highlighted_sections,
    "detectable_format:title": formats.title,
    "keywords:existence": keywords.existence,
    "keywords:forbidden_words": keywords.forbidden_words,
    "keywords:frequency": keywords.frequency,
    "keywords:letter_frequency": keywords.letter_frequency,
    "language:response_language": language.response_language,
    "length_constraints:nth_paragraph_first_word": lengths.nth_paragraph_first_word,
    "length_constraints:number_paragraphs": lengths.number_paragraphs,
    "length_constraints:number_sentences": lengths.number_sentences,
    "length_constraints:number_words": lengths.number_words,
    "punctuation:no_comma": letters.no_comma,
    "startend:end_checker": shapes.end_checker,
    "startend:quotation": shapes.quotation,
}


def check(id: str, args: Mapping[str, Any], text: str, mode: Mode = "strict") -> Finding:
    """Check one instruction on a response. An empty response follows nothing; arguments that are None are left out.

    Raises:
        ToolError: the instruction is unknown, or its arguments are not what it needs.
    """
    if id not in CHECKERS:
        raise ToolError(f"there is no constraint {id!r}; known ones: {', '.join(CHECKERS)}")
    given = {name: value for name, value in args.items() if value is not None}
    first: Finding | None = None
    for variant in [text] if mode == "strict" else _variants(text):
        if not variant.strip():
            continue
        finding = _apply(id, given, variant)
        if finding.state == "followed":
            return finding
        first = first or finding
    return first or Finding("not_followed", "the response is empty")


def _apply(id: str, args: Mapping[str, Any], text: str) -> Finding:
    try:
        return _checked(id)(text, **args)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ToolError(f"constraint {id!r} cannot be checked with {dict(args)!r}: {place}: {first['msg']}") from error


@cache
def _checked(id: str) -> Callable[..., Finding]:
    return validate_call(CHECKERS[id])


def _variants(text: str) -> Iterator[str]:
    """Give the eight variants of the loose convention, the response as it is first."""
    lines = text.split("\n")
    for kept in (lines, lines[1:], lines[:-1], lines[1:-1]):
        body = "\n".join(kept)
        yield from (body if len(kept) == len(lines) else body.strip(), body.replace("*", "").strip())
