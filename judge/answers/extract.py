"""Find the final answer that a response states. It knows no reference and judges nothing.

Every function is linear in the text's length and looks at text only: nothing is evaluated.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Policy = Literal["final", "boxed", "whole"]
"""`final`: box, then marker, bold, the last formula or number. `boxed`: only a box counts. `whole`: the text itself."""

FEW_BOXES = 3
"""More different boxes than this is guessing, not answering."""

_BRACE = re.compile(r"\\+(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)
_UNCLOSED = re.compile(r"\A\$*\\+boxed\s*\{")
_CONNECTOR = re.compile(
    r"(?:\s|[$,;&]|\\[()\[\],;]|\\q?quad|\\text\s*\{\s*(?:and|or)\s*\}|\band\b|\bor\b)*"
    r"|(?:\s|[$(),]|\\[()\[\],;]|\\text\s*\{|[A-Za-z]){1,40}(?:\band\b|\bor\b|,)(?:\s|[$}]|\\[()\[\],;]){0,9}"
)
_FINAL = re.compile(r"(?i:\bfinal answers?\b)[^\n.:：=]{0,30}?(?:\bis\b|[:：=])")
_MARKER = re.compile(
    r"^[ \t*]*(?:\#{4}|A[ \t]*:)"
    r"|(?i:\banswers?\b)[^\n.:：=]{0,60}?(?:\b(?:is|are|be)\b|[:：=])"
    r"|答案[^\n。]{0,10}?(?:是|为|[:：])",
    re.MULTILINE,
)
_SENTENCE_END = re.compile(r"(?<!\\)(?<!\b[A-Z])(?<!\b(?:St|Mr|Ms|Dr))[.!?](?=\s|$)|。")
_DISPLAY = re.compile(r"\s*(?:\$\$(.+?)\$\$|\\\[(.+?)\\\])", re.DOTALL)
_FORMULA = re.compile(
    r"(?<!\\)\$\$[^$]+\$\$|\\\[(?:(?!\\[\[\]]).)+\\\]|\\\((?:(?!\\[()]).)+\\\)|(?<!\\)\$[^$\n]*[^$\n\s=+*/-]\s*(?<!\\)\$(?!\d)",
    re.DOTALL,
)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_NUMBER = re.compile(
    r"(?<![\w.^/])[-−+]?[$€£¥]?(?:\d[\d,]*+(?>(?:\.\d++)?)|\.\d++)(?>(?:[eE][-+]?\d+|\s*/\s*\d++)?)(?>(?:\s*\\?%)?)"
)
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_BEFORE = " \t\r\n*_,;:。，；：✅`"
_AFTER = _BEFORE + "."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a response says its answer is."""

    text: str
    how: str
    """Where it was found: `box`, `marker`, `whole`, `line`, `bold`, `formula` or `number`."""
    hedge: str = ""
    """Why this is no single answer, in words; empty when it is."""


def stated(text: str) -> Answer | None:
    """Return the answer that is marked as one: the last box, or what follows the last "answer is", "A:" or "####"."""
    text = text.rpartition("</think>")[2]
    return _corrected(text) or _boxed(text) or _marked(text)


def math_answer(text: str, policy: Policy = "final") -> Answer | None:
    """Return the final answer of a solution, or None when there is none."""
    if policy == "boxed":
        return _boxed(text)
    if policy == "whole":
        return _answer(text, "whole")
    return stated(text) or _bare(text) or _last(text)


def text_answer(text: str) -> Answer | None:
    """Return the final answer of a reply in words: the marked one, else the last line that says anything."""
    text = text.rpartition("</think>")[2]
    lines = [line for line in text.splitlines() if line.strip(_AFTER)]
    return stated(text) or (_answer(lines[-1], "whole" if len(lines) == 1 else "line") if lines else None)


def reference_answer(text: str) -> str:
    """Return what a reference says the answer is: the marked one of a whole solution, else the reference itself."""
    answer = stated(text) if "\n" in text or "\\boxed" in text or not _bare(text) else None
    return answer.text if answer else _UNCLOSED.sub("", text.strip())


def last_number(text: str) -> str:
    """Return the last number that stands alone in a text; "" when there is none."""
    return matches[-1].group() if (matches := list(_NUMBER.finditer(text))) else ""


def _answer(text: str, how: str, hedge: str = "") -> Answer | None:
    text = text.lstrip(_BEFORE).rstrip(_BEFORE if text.rstrip(_BEFORE).endswith("..") else _AFTER)
    return Answer(text, how, hedge) if text else None


def _boxed(text: str) -> Answer | None:
    boxes = _boxes(text) if "boxed" in text or "fbox" in text else []
    if not boxes:
        return None
    run = _runs(text, boxes)[-1]
    contents = list(dict.fromkeys(text[start:end].strip("\\{} ") for start, end in boxes))
    hedge = f"it boxes {len(contents)} different answers" if len(contents) > FEW_BOXES and len(run) < len(boxes) else ""
    inside = (text[text.index("{", start) + 1 : end - 1].strip() for start, end in run)
    return _answer(", ".join(dict.fromkeys(inside)), "box", hedge)


def _boxes(text: str) -> list[tuple[int, int]]:
    """Return the spans of outermost boxes, closing brace included; an unclosed box is none."""
    spans: list[tuple[int, int]] = []
    depth, start, floor = 0, -1, 0
    for token in _BRACE.finditer(text):
        if token[0] == "{" or len(token[0]) > 2:
            if start < 0 and token[0] != "{":
                start, floor = token.start(), depth
            depth += 1
        elif token[0] == "}":
            depth = max(depth - 1, 0)
            if start >= 0 and depth <= floor:
                spans.append((start, token.end()))
                start = -1
    return spans


def _runs(text: str, spans: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Group spans that only commas, "and" or "or" keep apart: together they are one answer."""
    runs = [[spans[0]]]
    for before, span in pairwise(spans):
        if _CONNECTOR.fullmatch(text, before[1], span[0]):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _corrected(text: str) -> Answer | None:
    """Return the number or formula that is called the final answer behind the last box: the last word counts."""
    final = next(reversed(list(_FINAL.finditer(text))), None) if "\\boxed" in text else None
    if final is None or "\\boxed" in text[final.start() :]:
        return None
    segment = _segment(text[final.end() :])
    found = _answer(segment, "marker")
    return found if found and len(_WORD.findall(segment)) <= 3 and _NUMBER.search(segment) else None


def _marked(text: str) -> Answer | None:
    for marker in reversed(list(_MARKER.finditer(text))):
        if answer := _answer(_segment(text[marker.end() :]), "marker"):
            return answer
    return None


def _segment(rest: str) -> str:
    """Return the answer at the head of what follows a marker: a displayed formula, or the first sentence."""
    rest = rest.lstrip(_BEFORE)
    if display := _DISPLAY.match(rest):
        return display[1] or display[2]
    line = rest.partition("\n")[0]
    if end := _SENTENCE_END.search(line):
        line = line[: end.start()]
    return _without_prose(line)


def _without_prose(line: str) -> str:
    """Return the formulas of a sentence that wraps them in words, with a unit behind; else the line as it is."""
    formulas = [match.span() for match in _FORMULA.finditer(line)]
    if not formulas:
        return line
    runs = _runs(line, formulas)
    run = runs[-1] if _WORD.search(line, 0, formulas[0][0]) else runs[0]
    start = run[0][0] if _WORD.search(line, 0, run[0][0]) else 0
    tail = line[run[-1][1] :]
    return line[start : run[-1][1]] + (tail if len(_WORD.findall(tail)) <= 2 else "")


def _bare(text: str) -> Answer | None:
    """Return the whole text when it is nothing but an answer: one line with hardly a word."""
    text = text.strip()
    if "\n" in text or len(_WORD.findall(text)) > 3:
        return None
    return _answer(_without_prose(text), "whole")


def _last(text: str) -> Answer | None:
    if bold := _BOLD.findall(text):
        return _answer(_without_prose(bold[-1]), "bold")
    found: list[tuple[int, int, str]] = []
    for pattern, how in ((_FORMULA, "formula"), (_NUMBER, "number")):
        if spans := [match.span() for match in pattern.finditer(text)]:
            run = _runs(text, spans)[-1]  # 1 or 2 or 3 is one answer, and hedged
            found.append((run[-1][1], run[0][0], how))
    if not found:
        return None
    end, start, how = found[0] if len(found) == 1 or found[0][0] >= found[1][0] else found[1]
    return _answer(text[start:end], how)
