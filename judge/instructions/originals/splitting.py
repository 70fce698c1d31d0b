"""How the original programs cut a text into sentences and tokens, rebuilt from what they do."""

import re
import string

from judge.instructions.text import sentences

_KEPT, _STOP = "\ue000", "\ue001"
"""A dot that ends no sentence, and the end of one."""

_DOTS_KEPT = (
    re.compile(r"(?:Mr|St|Mrs|Ms|Dr)\."),
    re.compile(r"\.(?:com|net|org|io|gov|edu|me)"),
    re.compile(r"[0-9]\.[0-9]"),
)
_ELLIPSIS = re.compile(r"\.{2,}")
_LETTER = re.compile(r"\s[A-Za-z]\. ")
_OPENINGS = r"(?:Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|Wherever|(?:He|She|It|They|Their|Our|We|But|However|That|This)\s)"
_ACRONYM = re.compile(rf"([A-Z]\.[A-Z]\.(?:[A-Z]\.)?)(?= {_OPENINGS})")
_INITIALS = (re.compile(r"(?:[A-Za-z]\.){3}"), re.compile(r"(?:[A-Za-z]\.){2}"))
_FIRM = r" (?:Inc|Ltd|Jr|Sr|Co)"
_FIRM_ENDS = re.compile(rf"({_FIRM})\.(?= {_OPENINGS})")
_SHORT = (re.compile(rf"{_FIRM}\."), re.compile(r" [A-Za-z]\."))

_DIVIDED = re.compile(r'([;@#$%&()\[\]{}<>"“”«»?!]|--|\.{2,})')
_COLON = re.compile(r"([:,])(?=\D|$)")
_CONTRACTION = re.compile(r"(?i)(?<=[^' ])('(?:s|m|d|ll|re|ve)|n't)(?=\s|$)")

BARE = str.maketrans("", "", string.punctuation)
"""For `str.translate`: all ASCII punctuation goes."""


def _keep(match: re.Match[str]) -> str:
    return match[0].replace(".", _KEPT)


def split_sentences(text: str) -> list[str]:
    """Return the sentences by the rules of 2025's IFBench: dots of a few abbreviations and numbers end none."""
    text = f" {text}  ".replace("\n", " ")
    for pattern in _DOTS_KEPT:
        text = pattern.sub(_keep, text)
    text = _ELLIPSIS.sub(lambda match: _KEPT * len(match[0]) + _STOP, text)
    text = text.replace("Ph.D.", f"Ph{_KEPT}D{_KEPT}")
    text = _LETTER.sub(_keep, text)
    text = _ACRONYM.sub(rf"\1{_STOP}", text)
    for pattern in _INITIALS:
        text = pattern.sub(_keep, text)
    text = _FIRM_ENDS.sub(rf"\1{_STOP}", text)
    for pattern in _SHORT:
        text = pattern.sub(_keep, text)
    for inside, outside in ((".”", "”."), ('."', '".'), ('!"', '"!'), ('?"', '"?')):
        text = text.replace(inside, outside)
    for mark in ".?!":
        text = text.replace(mark, mark + _STOP)
    parts = [part.strip() for part in text.replace(_KEPT, ".").split(_STOP)]
    return parts if parts[-1] else parts[:-1]


def treebank(text: str) -> list[str]:
    """Return tokens much as the Penn Treebank has them: marks by themselves, `don't` as do and n't."""
    parts: list[str] = []
    for sentence in sentences(text) or [text]:
        body = _COLON.sub(r" \1 ", _DIVIDED.sub(r" \1 ", sentence))
        body = _CONTRACTION.sub(r" \1", body)
        said = body.split()
        for place in range(len(said) - 1, max(-1, len(said) - 4), -1):  # the last dot, before closing marks
            if len(said[place]) > 1 and said[place].endswith(".") and said[place][-2] != ".":
                said[place : place + 1] = [said[place][:-1], "."]
                break
            if any(map(str.isalnum, said[place])):
                break
        parts += said
    return parts
