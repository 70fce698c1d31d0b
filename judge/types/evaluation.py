"""What an eval found: how often the judge agrees with labels that others gave."""

from pydantic import Field, JsonValue

from judge.types.value import Value


class EvalResult(Value):
    """Counts over one data set. `judge eval NAME --json` prints it as the last line, unset fields left out."""

    name: str
    n: int
    """Rows (labels) looked at."""
    agree: int
    """Rows whose label the judge reproduces."""
    unscored: int = 0
    """Rows without a number; they are not in `agree`."""
    reproduced: int | None = None
    """Published figures that come out exactly..."""
    of: int | None = None
    """...out of so many."""
    recovered: int | None = None
    """Rows that the authors' parser could not read and ours can."""
    parse_agree: float | None = Field(default=None, ge=0, le=1)
    """Share of the rows with a recorded verdict in which our parser reads the same one."""
    false_positives: int | None = None
    """Rows that are wrong by their label and right by the judge: what a policy would be paid for without earning it."""
    accuracy: dict[str, dict[str, float]] | None = None
    """Share right, by judge and by rule of voting, where recorded votes were counted."""
    figures: dict[str, JsonValue] = Field(default_factory=dict)
    """Further figures by name."""
    differences: tuple[dict[str, JsonValue], ...] = ()
    """The rows (or kinds of rows) that differ, for a person to look at, each with its `id`."""
