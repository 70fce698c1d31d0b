"""Does a response match the patterns of the recipe?

Patterns are Python's regular expressions and may be as slow as those can be: the search runs in a worker that is killed
at the deadline, which is a broken check and no fault of the response. Patterns come from the recipe, never from data.
"""

import re
from typing import Literal, get_args

from judge.errors import SettingsError
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "regex_match"

Mode = Literal["search", "whole"]
_SHOWN = 80


def needs(sample: Sample) -> str:
    """Return "": any response can be searched."""
    return ""


def verify(
    sample: Sample,
    *,
    pattern: str = "",
    patterns: list[str] | None = None,
    forbidden: list[str] | None = None,
    mode: Mode = "search",
    ignore_case: bool = False,
    hard: bool = True,
) -> Evidence:
    r"""Search the only response for every pattern. The score is the share of patterns that are as they should be.

    Args:
        sample: with one response.
        pattern: a pattern that must match; `.` does not match line ends unless the pattern says `(?s)`.
        patterns: more of them.
        forbidden: patterns that must not match anywhere.
        mode: `search` for a match anywhere, `whole` for the whole response without blanks around it.
        ignore_case: whether case does not count.
        hard: whether the finding outranks every critic.

    Raises:
        SettingsError: there is no pattern, a pattern is no regular expression, or `mode` is unknown.
    """
    if mode not in get_args(Mode):
        raise SettingsError(f"mode={mode!r} is unknown; choose one of: {', '.join(get_args(Mode))}")
    wanted = [*([pattern] if pattern else []), *(patterns or [])]
    if not wanted and not forbidden:
        raise SettingsError("regex_match has no pattern; set the option pattern, patterns or forbidden")
    text = sample.responses[0].text.strip()
    missing = [one for one in wanted if not _matches(one, text, mode, ignore_case)]
    found = [one for one in forbidden or [] if _matches(one, text, "search", ignore_case)]
    wrong = [f"nothing matches {one[:_SHOWN]!r}" for one in missing] + [f"it matches {one[:_SHOWN]!r}" for one in found]
    of = len(wanted) + len(forbidden or [])
    return Evidence(
        tool="regex_match",
        stance="refutes" if wrong else "supports",
        summary="; ".join(wrong[:5]) if wrong else f"the response is as {of} pattern{'s ask' if of > 1 else ' asks'}",
        score=(of - len(wrong)) / of,
        hard=hard,
        detail={"missing": list(missing[:5]), "forbidden": list(found[:5])},
        provenance="Python's re",
    )


def _matches(pattern: str, text: str, mode: Mode, ignore_case: bool) -> bool:
    try:
        compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except (re.error, RecursionError, OverflowError) as error:
        raise SettingsError(f"the pattern {pattern[:_SHOWN]!r} is no regular expression: {error}") from error
    return (compiled.fullmatch(text) if mode == "whole" else compiled.search(text)) is not None
