"""What a check found. Evidence is a fact with a source, not an opinion."""

from typing import Literal

from pydantic import Field, JsonValue

from judge.types.failure import Failure
from judge.types.usage import NOTHING, Usage
from judge.types.value import Text, Value

Stance = Literal["supports", "refutes", "neutral", "error"]


class Evidence(Value):
    """The finding of one check on one response.

    `error` means that the check broke: such evidence says nothing about the response and never counts against it.
    """

    tool: str
    stance: Stance
    summary: Text
    """One sentence that a critic and a person can read."""
    response: int = 0
    """Index of the response that was checked."""
    score: float | None = Field(default=None, ge=0, le=1)
    """Share of the check that passed, in [0, 1]; None when the finding is no number."""
    hard: bool = False
    """Whether the finding outranks every critic."""
    detail: dict[str, JsonValue] = Field(default_factory=dict)
    """What the summary rests on: extracted answer, failed test, counts."""
    provenance: str = ""
    """Where the finding comes from: tool version, isolation level, document."""
    failure: Failure | None = None
    usage: Usage = NOTHING
