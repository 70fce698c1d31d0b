"""Read numerals with their base: 1011_2, AB_{16}, (212)_3, 101_{two}, 0xFF. Without a base there is none to read."""

import re
from dataclasses import dataclass

MAX_DIGITS = 500

_BASES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "sixteen": 16,
}  # fmt: skip
_NUMERAL = re.compile(
    r"(?P<open>\()?\s*(?P<digits>[0-9A-Za-z]+)\s*(?(open)\))\s*_\s*(?:\{\s*(?P<base>\d{1,2}|[a-z]+)\s*\}|(?P<base1>\d{1,2}))"
)
_PREFIXED = re.compile(r"0(?:x(?P<hex>[0-9A-Fa-f]+)|b(?P<bin>[01]+)|o(?P<oct>[0-7]+))")
_PREFIXES = {"hex": 16, "bin": 2, "oct": 8}
_BARE = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Numeral:
    """Digits and the base that they are said to be in."""

    digits: str
    base: int

    @property
    def value(self) -> int:
        """The whole number that it stands for."""
        return int(self.digits, self.base)


def read_numeral(text: str) -> Numeral | None:
    """Return the numeral that a tidy, unwrapped text is; None when it names no base, or digits that it has not."""
    if len(text) > MAX_DIGITS:
        return None
    if prefixed := _PREFIXED.fullmatch(text):
        digits, base = next(
            (prefixed[name], base) for name, base in (("hex", 16), ("bin", 2), ("oct", 8)) if prefixed[name]
        )
        return Numeral(digits.upper(), base)
    match = _NUMERAL.fullmatch(text)
    if not match:
        return None
    name = match["base"] or match["base1"]
    base = int(name) if name.isdecimal() else _BASES.get(name, 0)
    digits = match["digits"].upper()
    if not 2 <= base <= 36 or not match["digits"][0].isalnum() or any(int(digit, 36) >= base for digit in digits):
        return None
    if not any(digit.isdecimal() for digit in digits) and base <= 10:
        return None
    return Numeral(digits, base)


def same_numeral(gold: Numeral, answer: str) -> bool | None:
    """Whether an answer is the same number: by value if it names its base, else by its digits; None if it is none."""
    if other := read_numeral(answer):
        return gold.value == other.value
    return gold.digits == answer.upper() if _BARE.fullmatch(answer) else None
