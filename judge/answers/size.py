"""Say which mathematics is too large to hand to a parser: it would only be killed at the deadline."""

import re

MAX_CHARACTERS = 20_000
MAX_DEPTH = 200
MAX_DIGITS = 5_000

_DIGITS = re.compile(rf"(?<!\d)\d{{{MAX_DIGITS}}}")
_TOO_LARGE = (
    (re.compile(r"\d\s*[)}]*\s*\^\s*[({]*\s*\d+\s*[)}]*\s*\^\s*[({]*\s*\d"), "a tower of exponents"),
    (re.compile(r"\^\s*[({][^(){}^]*\^\s*[({]?[^(){}^]*\^"), "a tower of exponents"),
    (re.compile(r"\^\s*[({]*\s*-?\d{5}"), "an exponent of five digits or more"),
    (re.compile(r"\d{5}\s*!|\d\s*[)}]\s*!|!\s*[)}]*\s*!"), "a factorial of a large number"),
    (re.compile(r"\\(?:binom|prod|sum|dbinom|tbinom)[^\\]*(?:\d{6}|\d\s*\^\s*\{?\s*\d)"), "a range of large numbers"),
)


def too_large(formula: str) -> str:
    """Return what makes a formula too large, in words; "" when nothing does."""
    if len(formula) > MAX_CHARACTERS:
        return f"{len(formula):,} characters"
    if _DIGITS.search(formula):
        return f"a number of more than {MAX_DIGITS:,} digits"
    if _depth(formula) > MAX_DEPTH:
        return f"brackets nested more than {MAX_DEPTH} deep"
    return next((what for pattern, what in _TOO_LARGE if pattern.search(formula)), "")


def _depth(formula: str) -> int:
    depth = deepest = 0
    for character in formula:
        if character in "({[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")}]":
            depth -= 1
    return deepest
