"""From a response to claims that can be checked: read from a model's replies, said once each, in the response's words.

Pure reading and sorting; who asks the model is `judge.claims.checking`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from judge.claims.quotes import binding, words
from judge.claims.reply import list_of, text_of
from judge.replies import read_object

MOST_CLAIMS = 200
"""Claims of one response that are read at all."""
LONGEST = 12_000
"""Characters of a response that are shown as context."""
_WINDOW = 6_000
_OWN = 0.25
"""Share of a claim's words that must be the response's or the question's."""

SPLIT: dict[str, Any] = {
    "type": "object",
    "properties": {"claims": {"type": "array", "items": {"type": "string"}}},
    "required": ["claims"],
    "additionalProperties": False,
}
"""The JSON schema of claims as they are split off."""
_REVISED_CLAIM = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "claim": {"type": "string"},
        "kind": {"type": "string", "enum": ["fact", "opinion", "trivial"]},
    },
    "required": ["id", "claim", "kind"],
    "additionalProperties": False,
}
REVISED = {**SPLIT, "properties": {"claims": {"type": "array", "items": _REVISED_CLAIM}}}
"""The JSON schema of claims that stand alone."""


def windows(text: str, size: int = _WINDOW) -> Iterator[str]:
    """Yield a long text in pieces of at most `size` characters, cut between paragraphs or lines where there are any."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            cut = max(text.rfind("\n\n", start + size // 2, end), text.rfind(". ", start + size // 2, end) + 1)
            end = cut if cut > start else end
        if piece := text[start:end].strip():
            yield piece
        start = end


def read_claims(reply: str, shown: Sequence[str] = ()) -> list[str]:
    """Return the claims in a reply, in order.

    Raises:
        ParseError: it has no list of them.
    """
    items = list_of(read_object(reply, "claims", shown), "claims", MOST_CLAIMS)
    texts = (text_of(item, "claim") if isinstance(item, dict) else text_of({"claim": item}, "claim") for item in items)
    return [text for text in texts if text]


def read_revised(reply: str, claims: Sequence[str], shown: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return each claim as it stands alone, with its kind: fact, opinion or trivial.

    A claim that the reply leaves out stays as it was, a fact: what a model forgot shall not go unchecked. So does one
    that lost a number or a negation on the way: it was corrected, not rewritten.

    Raises:
        ParseError: the reply has no list.
    """
    revised = {number: (claim, "fact") for number, claim in enumerate(claims, 1)}
    for item in list_of(read_object(reply, "claims", shown), "claims", MOST_CLAIMS):
        if not isinstance(item, dict):
            continue
        number = _number(item)
        if number in revised:
            kind = text_of(item, "kind", 20).lower()
            text = text_of(item, "claim")
            text = text if _keeps(text, claims[number - 1]) else claims[number - 1]
            revised[number] = (text, kind if kind in ("opinion", "trivial") else "fact")
    return list(revised.values())


def distinct(claims: Iterable[str]) -> list[str]:
    """Return claims once each: the same words in the same order are the same claim."""
    seen: dict[tuple[str, ...], str] = {}
    for claim in claims:
        if said := tuple(words(claim)):
            seen.setdefault(said, claim)
    return list(seen.values())


def own(claim: str, source: str) -> bool:
    """Return whether a claim is the response's: enough of its words are in the texts that it was taken from."""
    said = set(words(claim))
    return bool(said) and len(said & set(words(source))) >= _OWN * len(said)


def _keeps(revised: str, claim: str) -> bool:
    return bool(revised) and Counter(binding(words(claim))) <= Counter(binding(words(revised)))


def _number(item: Mapping[str, Any]) -> int:
    value = item.get("id")
    if isinstance(value, str):
        value = value.strip("# .")
    try:
        return int(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0
