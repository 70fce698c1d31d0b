"""Read the letter of a multiple-choice answer: B, (b), B., B) 42, option B. It knows no options."""

import re

_LETTER = re.compile(
    r"(?:(?i:option|choice|answer)\s+)?[(\[]?([A-J])[)\].:]*(?=$|[)\].:,;]|\s+(?i:because|since|as)\b)"
)
_SMALL = re.compile(r"(?:(?i:option|choice|answer)\s+)?[(\[]?([a-j])[)\].:]*")
_CONTENT = re.compile(r"\(([A-J])\)[.:,~\s]*(\S.*)", re.DOTALL)
_ANOTHER = re.compile(r"[)\].:\s]*(?:,|/|&|\band\b|\bor\b|\s)\s*(?:and\s+|or\s+)?[(\[]?[A-J](?![\w'])")


def read_choice(text: str) -> str:
    """Return the letter A to J that an answer chooses; "" when it chooses none or more than one."""
    text = text.strip(" \t\n*_`\"'")
    if small := _SMALL.fullmatch(text):
        return small[1].upper()
    found = _LETTER.match(text)
    if not found or _ANOTHER.match(text, found.end()):
        return ""
    return found[1]


def split_choice(text: str) -> tuple[str, str] | None:
    """Return letter and content of a reference such as (C) 12; None when it is anything else."""
    found = _CONTENT.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found else None
