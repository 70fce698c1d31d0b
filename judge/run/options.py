"""GradeOptions: how a run goes."""

from pathlib import Path

from pydantic import Field

from judge.run.budget import Budget
from judge.types import Value


class GradeOptions(Value):
    """How a run goes. Nothing in here changes a reward: it may differ from sitting to sitting, but for `fields`."""

    fields: dict[str, str] = Field(default_factory=dict)
    """Columns by field, before every convention; see `FieldMap.infer`."""
    concurrency: int = Field(default=64, ge=1)
    """Rows in flight at once."""
    limit: int | None = Field(default=None, ge=1)
    """Judge only the first so many rows of the data."""
    budget: Budget = Budget()
    failures: Path | None = None
    """Where rows without a number are written with their original rows; None for OUT.run/failures.jsonl, if there are
    any."""
    overwrite: bool = False
    """Throw away what stands at the output, and start anew."""
    grace_s: float = Field(default=5.0, ge=0)
    """Seconds that rows in flight are given when the run is stopped."""
