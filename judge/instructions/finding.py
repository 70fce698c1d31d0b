"""What a checker takes and finds. It knows no checker."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

State = Literal["followed", "not_followed", "cannot_tell"]
Relation = Literal["less than", "at least"]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Letter = Annotated[str, Field(min_length=1, max_length=1)]


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one instruction was followed, and why that is said."""

    state: State
    reason: str
    """What was found and, where something is wrong, the place."""
    count: int | None = None
    """What was counted, where the instruction is about a number."""


def found(followed: bool, reason: str, count: int | None = None) -> Finding:
    """Return a finding that is sure of itself."""
    return Finding("followed" if followed else "not_followed", reason, count)


def counted(count: int, relation: Relation, wanted: int, what: str) -> Finding:
    """Compare a count with what was asked for."""
    followed = count < wanted if relation == "less than" else count >= wanted
    return found(followed, f"{count} {what}, {relation} {wanted} asked for", count)


def exactly(count: int, wanted: int, what: str) -> Finding:
    """Compare a count with the one number that was asked for."""
    return found(count == wanted, f"{count} {what}, exactly {wanted} asked for", count)


def quote(text: str) -> str:
    """Return the first characters of a text in quotes, on one line."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else f"{line[:57]}...")
