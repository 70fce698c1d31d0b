"""Bring the many ways to type the same mathematics to one. It computes nothing."""

import re
from functools import partial

from judge.answers.unicode import normal

_SYMBOLS = {
    "−": "-", "–": "-", "‐": "-", "‑": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "÷": "/", "⁄": "/",
    "√": r"\sqrt", "π": r"\pi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "±": r"\pm ",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ", "°": r"^\circ ", "％": r"\%", "＄": "$",
    "½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4", "⅕": " 1/5", "⅖": " 2/5", "⅗": " 3/5",
    "⅘": " 4/5", "⅙": " 1/6", "⅚": " 5/6", "⅛": " 1/8", "⅜": " 3/8", "⅝": " 5/8", "⅞": " 7/8",
    "⩽": r"\le ", "⩾": r"\ge ", "≦": r"\le ", "≧": r"\ge ", "∛": r"\sqrt[3]", "ℝ": r"\mathbb{R}", "Ø": r"\emptyset ",
    "º": r"^\circ ", "≈": r"\approx ", "∠": r"\angle ", "′": "'", "…": r"\ldots ",
    "“": '"', "”": '"', "\u200b": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip
_TABLE = str.maketrans(_SYMBOLS)
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "₀₁₂₃₄₅₆₇₈₉₊₋ₙ"
_LEVEL = str.maketrans(_RAISED + _LOWERED, "0123456789+-n" * 2)
_RUNS = ((re.compile(f"[{_RAISED}]+"), "^"), (re.compile(f"[{_LOWERED}]+"), "_"))
_FRAME = re.compile(
    r"(?<!\\)\$\$?([^$]+?)(?<!\\)\$\$?(?!\d)|\\\(((?:(?!\\[()]).)+)\\\)|\\\[((?:(?!\\[\[\]]).)+)\\\]", re.DOTALL
)
_NAMES = (
    "sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|log|ln|exp|pi|infty|alpha|beta|gamma|delta|epsilon|theta|lambda|sigma|"
    "omega|varphi|phi"
)
_COMMANDS = (
    "boxed|text|textbf|mathrm|frac|dfrac|tfrac|sqrt|left|right|le|leq|ge|geq|ne|neq|cdot|times|pi|pm|in|cup|cap|infty|circ|"
    "sin|cos|tan|log|ln|alpha|beta|theta|lambda|begin|end|binom|quad"
)
_REPLACEMENTS = (
    (re.compile(rf"(?<!\\)\\\\(?=(?:{_COMMANDS})(?![A-Za-z]))"), r"\\"),
    (re.compile(r"(?<=\d)\.\.\.(?!\.)"), r"\\ldots "),
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits)(?![A-Za-z])\.?"), ""),
    (re.compile(r"\\(?:geq|geqslant)(?![A-Za-z])|>="), r"\\ge "),
    (re.compile(r"\\(?:leq|leqslant)(?![A-Za-z])|<="), r"\\le "),
    (re.compile(r"\\neq(?![A-Za-z])|(?<=\s)!="), r"\\ne "),
    (re.compile(r"\\lt(?![A-Za-z])"), "<"),
    (re.compile(r"\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"\\varnothing(?![A-Za-z])"), r"\\emptyset"),
    (re.compile(r"\^\s*\{\s*\\circ\s*\}|\\degrees?(?![A-Za-z])"), r"^\\circ "),
    (re.compile(r"\\math(?:rm|bf|it)\s*\{\s*(\w)\s*\}"), r"\1"),
    (re.compile(r"(?<=\d)(?:\{,\}|,?\\[,!;] ?|\\ |~)(?=\d{3})"), ""),
    (re.compile(r"(?<!\\)\\[,;:! ]|~|\\q?quad(?![A-Za-z])"), " "),
    (re.compile(rf"(?<![\\A-Za-z])({_NAMES})(?![A-Za-z])"), r"\\\1"),
    (re.compile(r"(?<![\\A-Za-z])P[Ii](?![A-Za-z])"), r"\\pi"),
    (re.compile(r"(?:\\|(?<![\\A-Za-z]))sqrt\s*\(([^()]*)\)"), r"\\sqrt{\1}"),
    (re.compile(r"(?<=\d)[_'](?=\d{3}(?:[_']\d{3})*(?!\d))"), ""),
    (re.compile(r"(?<![\\A-Za-z])(?:inf|infinity)(?![A-Za-z])"), r"\\infty"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\s+"), " "),
)
_TEXT = re.compile(r"\\(?:text(?:bf|it|rm|normal)?|mathrm|mathbf|mathit|mbox|operatorname)\s*\{([^{}]*)\}")


def _level(sign: str, run: re.Match[str]) -> str:
    return f"{sign}{{{run[0].translate(_LEVEL)}}}"


def tidy(text: str) -> str:
    """Return the formula without frame (`$`), in ASCII LaTeX with one name per command and single spaces."""
    if text.isascii() and text.isdecimal():
        return text
    if not text.isascii():
        for run, sign in _RUNS:
            text = run.sub(partial(_level, sign), text)
        text = normal(text.translate(_TABLE)).translate(_TABLE)
    if "$" in text or "\\" in text:
        text = _FRAME.sub(lambda match: match[1] or match[2] or match[3], text)
    for pattern, replacement in _REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text.lstrip(" *,;").rstrip(" *,;.")


def unwrap(text: str) -> str:
    r"""Return a tidy formula with the contents of `\text{}` and its like in the open, and `\%`, `\$` as plain signs."""
    if "\\" not in text:
        return text
    return " ".join(_TEXT.sub(r" \1", text).replace(r"\%", "%").replace(r"\$", "$").split())
