"""What a response quotes, from which source, and whether that source says so, word for word or nearly.

Short phrases in quotation marks are mostly titles and turns of speech: without a mark that names a source, only those
of five words or more count. Whether a source bears out what is said without quotation marks is not known here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from judge.claims.quotes import find, flat, verbatim, words

_LEAST_WORDS = 5
_LEAST_MARKED = 2
_MOST = 60
_LONGEST = 2_000
_CODE = re.compile(r"`[^`\n]{1,500}`")
_FENCES = ("```", "~~~")
_QUOTED = re.compile(
    rf'"([^"\n]{{1,{_LONGEST}}})"|\u201c([^\u201c\u201d]{{1,{_LONGEST}}})\u201d|\u201e([^\u201e\u201c\u201d]{{1,{_LONGEST}}})[\u201c\u201d]'
    rf"|\u00ab([^\u00ab\u00bb]{{1,{_LONGEST}}})\u00bb|\u300c([^\u300c\u300d]{{1,{_LONGEST}}})\u300d|\u300e([^\u300e\u300f]{{1,{_LONGEST}}})\u300f"
)
_BLOCK = re.compile(r"^[ \t]{0,3}>[^\n]*(?:\n[ \t]{0,3}>[^\n]*)*", re.MULTILINE)
_MARK = re.compile(
    r"[.,;:]?\s{0,2}(?:\[[^\]\n]{1,200}\]\((https?://[^\s)]{1,1000})\)|\[\^?((?:source |doc(?:ument)? )?[\w.-]{1,40})\]"
    r"|\((?:(?:see|source|doc(?:ument)?):? )?([\w.-]{1,40})\))",
    re.IGNORECASE,
)
_WORD_BEFORE_NUMBER = re.compile(r"^(?:source|doc(?:ument)?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that may be quoted."""

    name: str
    """Its id, or its number counted from 1."""
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage that a response gives as somebody else's words."""

    text: str
    mark: str = ""
    """What names the source: an id, a number, or an address; "" when nothing does."""


def quotations(response: str) -> list[Quotation]:
    """Return what a response quotes, in order; code is left out. Time is linear in the response."""
    text = _without_code(response)
    found = [(match.start(), _block(match[0]), match.end()) for match in _BLOCK.finditer(text)]
    blocks = [(start, end) for start, _, end in found]
    for match in _QUOTED.finditer(text):
        if not any(start <= match.start() < end for start, end in blocks):
            found.append((match.start(), match[match.lastindex or 0], match.end()))
    counted = []
    for _, quoted, end in sorted(found):
        mark = _MARK.match(text, end)
        name = next(filter(None, mark.groups()), "") if mark else ""
        count = len(words(quoted))
        if count >= _LEAST_WORDS or (name and count >= _LEAST_MARKED):
            counted.append(Quotation(" ".join(quoted.split()), _WORD_BEFORE_NUMBER.sub("", name)))
    return counted[:_MOST]


def sources(given: Any) -> list[Source]:
    """Return sources from what a row carries: a text, texts, texts by id, or objects with `text` and `id`, `url`."""
    if isinstance(given, str):
        given = [given]
    if isinstance(given, Mapping):
        if "text" not in given and "content" not in given:
            return [Source(str(name), text) for name, text in given.items() if isinstance(text, str)]
        given = [given]
    found = []
    for number, one in enumerate(given if isinstance(given, list | tuple) else (), 1):
        if isinstance(one, str):
            found.append(Source(str(number), one))
        elif isinstance(one, Mapping):
            text = next((one[name] for name in ("text", "content", "snippet") if isinstance(one.get(name), str)), "")
            found.append(Source(str(one.get("id") or number), text, str(one.get("url") or "")))
    return found


def check(quoted: list[list[str]], given: list[list[str]], question: str, bound: float) -> list[dict[str, Any]]:
    """Look every quotation up, in a worker process: pairs of text and mark in, one outcome each out.

    An outcome has `how`: verbatim, near, elsewhere (in another source than the one named), missing, or the question's
    own words, which are no quotation of a source.
    """
    known = [Source(*one) for one in given]
    return [_look(Quotation(*one), known, question, bound) for one in quoted]


def _look(quote: Quotation, known: Sequence[Source], question: str, bound: float) -> dict[str, Any]:
    named = [one for one in known if quote.mark and _is_named(one, quote.mark)]
    match = find(quote.text, [one.text for one in named or known], bound)
    found = {"quote": quote.text[:300], "mark": quote.mark}
    if match:
        source = (named or known)[match.source]
        near = {"passage": match.passage[:300], "distance": match.distance} if match.how == "near" else {}
        return {**found, "how": match.how, "source": source.name, **near}
    if verbatim(quote.text, question):
        return {**found, "how": "question"}
    others = [one for one in known if one not in named] if named else []
    if others and (match := find(quote.text, [one.text for one in others], bound)):
        return {**found, "how": "elsewhere", "source": others[match.source].name}
    return {**found, "how": "missing"}


def _without_code(text: str) -> str:
    """Blank blocks between fences, and code within a line."""
    lines, fence = [], ""
    for line in text.split("\n"):
        opens = next((mark for mark in _FENCES if line.lstrip(" ").startswith(mark)), "")
        lines.append("" if fence or opens else _CODE.sub(" ", line))
        fence = fence if not opens else opens if not fence else "" if opens == fence else fence
    return "\n".join(lines)


def _is_named(source: Source, mark: str) -> bool:
    return flat(source.name) == flat(mark) or (bool(source.url) and source.url.rstrip("/") == mark.rstrip("/"))


def _block(text: str) -> str:
    return " ".join(line.strip().lstrip(">").strip() for line in text.split("\n"))
