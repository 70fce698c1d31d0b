"""Say what a run would take, without a call."""

from itertools import islice
from pathlib import Path

from judge.errors import DataError
from judge.run import readers
from judge.run.fields import FieldMap
from judge.run.options import GradeOptions
from judge.run.outcome import RunForecast
from judge.run.scorer import Scorer
from judge.types import NOTHING, Usage

LOOK = 1_000
"""Rows that are looked at; the figures of a longer file are extrapolated."""


def dry_run(scorer: Scorer, data: Path, options: GradeOptions | None = None) -> RunForecast:
    """Return calls, tokens and dollars that grading the data would take.

    Raises:
        DataError: the data cannot be read, or its columns are not understood.
    """
    options = options or GradeOptions()
    fields = FieldMap.infer(readers.example(data), options.fields)
    usage, unreadable, looked = NOTHING, [], 0
    for index, row in islice(readers.rows(data), min(LOOK, options.limit or LOOK)):
        looked += 1
        try:
            if isinstance(row, DataError):
                raise row
            usage += scorer.foresee(fields.sample(row, index))
        except DataError as error:
            unreadable.append(str(error))
    total = looked if looked < LOOK else max(readers.count(data), looked)
    total = min(total, options.limit or total)
    return RunForecast(
        data=str(data),
        rows=total,
        looked=looked,
        unreadable=len(unreadable),
        first_unreadable=unreadable[0] if unreadable else "",
        usage=_scaled(usage, total / looked),
        fields=str(fields),
    )


def _scaled(usage: Usage, by: float) -> Usage:
    return Usage(
        calls=round(usage.calls * by),
        prompt_tokens=round(usage.prompt_tokens * by),
        completion_tokens=round(usage.completion_tokens * by),
        usd=None if usage.usd is None else usage.usd * by,
    )
