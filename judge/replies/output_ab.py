"""The grammars `output_ab` and `output_ab_first`: a preference between "Output (a)" and "Output (b)", as LLMBar asks.

`output_ab` is for replies that reason first: the conclusion counts, wherever the outputs are named before.
`output_ab_first` is for replies that shall be the answer alone: what is explained after it does not count.
"""

import re

from judge.replies.mark import Mark, sentence_before

_OUTPUT = r"Output\s{1,3}[*_`\"]{0,3}\(([ab])\)[*_`\"]{0,3}"
_SO = r"(?:\b(?:therefore|thus|hence|so),?\s{1,3})?"
_IS = r"(?:is|would\sbe|seems|appears)\s(?:to\sbe\s)?"
_WORDS = r"(?:(?!not\b|no\b|never\b)\w{1,20}\s)"
_BETTER = r"(?:better|best|preferred|preferable|superior|winner)\b"
_STATEMENT = re.compile(
    rf"{_SO}{_OUTPUT}\s{{1,3}}{_IS}{_WORDS}{{0,2}}?{_BETTER}"
    rf"|\b(?:choose|select|prefer|pick|favou?r)\s{_WORDS}{{0,2}}?{_OUTPUT}"
    rf"|\b{_BETTER}\s(?:output|one|choice|option|response)\s{_WORDS}{{0,6}}?is:?\s{_OUTPUT}",
    re.IGNORECASE,
)
_EVEN = re.compile(
    r"\b(?:both|the\stwo)\b[^.\n]{0,80}?\bequally\s(?:good|bad|helpful|valid)\b"
    rf"|\bneither\b[^.\n]{{0,60}}?\sis\s{_BETTER}",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^[\s#*_>\"'`]{0,9}(?:(?i:answer|decision|verdict|choice|response)\b\W{1,6})?"
    rf"(?i:{_OUTPUT})(?=[ .*_\"'`]{{0,9}}(?:$|[(,A-Z]|because\b|is\s(?:the\s)?{_BETTER}))",
    re.MULTILINE,
)
_DENIED = re.compile(r"(?:\b(?:not|neither|never|whether|if|which|cannot)|n't)\b[^,;:]*+\Z", re.IGNORECASE)
_REPORTED = re.compile(
    r"\bassistant\s\([ab]\)[^.]{0,60}\b(?:argue|claim|state|say|think|believe|conclude)", re.IGNORECASE
)
_CONCLUDING = re.compile(r"\b(?:therefore|thus|hence|overall|in conclusion|in summary|conclude)\b", re.IGNORECASE)


def marks(text: str) -> list[Mark]:
    """Return the statements that one output is better, or neither, and last those that conclude."""
    found = []
    for match in [*_EVEN.finditer(text), *_STATEMENT.finditer(text)]:
        before = sentence_before(text, match.start())
        if match.lastindex and (_DENIED.search(before) or _REPORTED.search(before)):
            continue
        concluding = _CONCLUDING.search(before + match[0]) is not None
        found.append((concluding, match.end(), Mark(*match.span(), preference=_share(match))))
    return [mark for *_, mark in sorted(found, key=lambda item: item[:2])]


def first(text: str) -> list[Mark]:
    """Return the same statements, then the lines that give the answer and nothing else; the first of all comes last."""
    answers = [Mark(*match.span(), preference=_share(match)) for match in _ANSWER.finditer(text)]
    return sorted(marks(text), key=lambda mark: -mark.start) + answers[::-1]


def _share(match: re.Match[str]) -> float:
    if match.lastindex is None:
        return 0.5
    return 1.0 if match[match.lastindex] in "aA" else 0.0
