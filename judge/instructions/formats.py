"""Instructions on what a response contains that can be seen: lists, headings, JSON, placeholders."""

import json
import re

from judge.instructions.finding import Finding, Phrase, counted, exactly, found, quote

_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_BULLET = re.compile(r"^[ \t]*[*-][ \t]+\S", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\*\*(?=\S)[^*\n]+\*\*|\*(?=\S)[^*\n]+\*")
_TITLE = re.compile(r"<<([^<>\n]*)>>")
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]+\]")
_FENCE = re.compile(r"```[A-Za-z]*")


def number_bullet_lists(text: str, num_bullets: int) -> Finding:
    """Exactly so many bullet points, lines that start with `*` or `-`."""
    return exactly(len(_BULLET.findall(text)), num_bullets, "bullet points")


def number_highlighted_sections(text: str, num_highlights: int) -> Finding:
    """At least so many highlighted sections: *like this* or **like this**."""
    return counted(len(_HIGHLIGHT.findall(text)), "at least", num_highlights, "highlighted sections")


def multiple_sections(text: str, section_spliter: Phrase, num_sections: int) -> Finding:
    """At least so many sections, each headed by the splitter and a number: `SECTION 2`."""
    heads = re.findall(rf"{re.escape(section_spliter)}\s?\d+", text)
    return counted(len(heads), "at least", num_sections, f"headings {quote(section_spliter)} with a number")


def title(text: str) -> Finding:
    """A title in double angular brackets: <<like this>>."""
    titles = [name.strip() for name in _TITLE.findall(text) if name.strip()]
    return found(bool(titles), f"titled {quote(titles[0])}" if titles else "no title in << >>", len(titles))


def json_format(text: str) -> Finding:
    """The whole response is one JSON object or list; a Markdown fence around it is allowed."""
    body = text.strip()
    if fence := _FENCE.match(body):
        body = body[fence.end() :].removesuffix("```").strip()
    if body[:1] not in ("{", "["):
        return found(False, f"no JSON object or list: it starts with {quote(body[:20])}")
    try:
        json.loads(body, parse_int=str, parse_float=str, parse_constant=_refuse)
    except ValueError as error:
        return found(False, f"no valid JSON: {error}")
    except RecursionError:
        return found(False, "no usable JSON: nested too deep")
    return found(True, "valid JSON")


def constrained_response(text: str) -> Finding:
    """One of three fixed answers occurs."""
    given = [answer for answer in _ANSWERS if answer in text]
    return found(bool(given), f"says {quote(given[0])}" if given else f"none of: {' '.join(_ANSWERS)}")


def number_placeholders(text: str, num_placeholders: int) -> Finding:
    """At least so many placeholders in square brackets, such as [address]."""
    return counted(len(_PLACEHOLDER.findall(text)), "at least", num_placeholders, "placeholders in [ ]")


def postscript(text: str, postscript_marker: Phrase) -> Finding:
    """A postscript that starts with the marker, `P.S.` or `P.P.S`."""
    letters = r"\.\s?".join(re.escape(letter) for letter in re.sub(r"[.\s]", "", postscript_marker))
    marker = rf"(?<!\w){letters}" if "." in postscript_marker else re.escape(postscript_marker)
    there = re.search(marker, text, re.IGNORECASE) is not None
    return found(there, f"{quote(postscript_marker)} {'occurs' if there else 'does not occur'}")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
