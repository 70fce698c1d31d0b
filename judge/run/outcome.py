"""What a run says about itself: before it begins, and when it ends."""

from typing import Literal, Self

from judge.run.counts import Counts
from judge.types import Usage, Value

Stop = Literal["finished", "limit", "budget", "interrupted", "outage", "complete"]


class RunSummary(Value):
    """The figures of a run over all its sittings."""

    data: str
    out: str
    stopped: Stop
    """`finished`: every row is done. `complete`: every row was done before. `limit`: as many as were asked for are.
    `budget`, `interrupted` and `outage`: rows are left."""
    note: str = ""
    """Why it stopped, where that needs words; else why the first row that failed in this sitting did."""
    next: str = ""
    """What to do now, as a sentence; "" when there is nothing."""
    rows: int
    """Rows in the output."""
    judged: int
    """Rows judged in this sitting."""
    resumed: int
    """Rows taken over from earlier sittings."""
    total: int | None = None
    """Rows in the data, or the limit; None when they were not counted."""
    statuses: dict[str, int]
    """Rows by status."""
    failures: dict[str, int]
    """Rows without a number, by kind of failure, the most frequent first."""
    retryable: int = 0
    """Rows without a number that may get one when the same run is started again."""
    scored: int
    """Responses with a number; the figures below are theirs."""
    mean: float | None = None
    std: float | None = None
    """Standard deviation, population formula."""
    least: float | None = None
    most: float | None = None
    lo: float = 0.0
    hi: float = 1.0
    histogram: tuple[int, ...] = ()
    """Responses in equal parts of [lo, hi]."""
    usage: Usage
    """Everything spent."""
    seconds: float
    """Wall seconds of this sitting."""
    failures_out: str = ""
    """Where the rows without a number were written."""

    @classmethod
    def of(cls, counts: Counts, *, data: str, out: str, failures: str, stopped: Stop, note: str,
           seconds: float) -> Self:  # fmt: skip
        """Return the summary of what was counted; `failures` is where rows without a number go, if there are any."""
        spread = counts.spread
        unscored = counts.rows - counts.statuses["ok"]
        figures = {
            "mean": spread.mean, "std": spread.std, "least": spread.least, "most": spread.most,
            "lo": spread.lo, "hi": spread.hi, "histogram": tuple(spread.bins),
        }  # fmt: skip
        return cls.model_validate({
            **(figures if spread.n else {}),
            "data": data, "out": out, "stopped": stopped, "note": note, "seconds": seconds,
            "rows": counts.rows, "judged": counts.judged, "resumed": counts.resumed, "total": counts.total,
            "statuses": dict(counts.statuses), "failures": dict(counts.failures.most_common()),
            "retryable": counts.retryable, "scored": spread.n, "usage": counts.usage,
            "failures_out": failures if unscored else "",
            "next": _advice(stopped, counts.retryable) or (_again(failures) if unscored else ""),
        })  # fmt: skip

    @property
    def unscored(self) -> int:
        """Rows without a number."""
        return self.rows - self.statuses.get("ok", 0)


class RunForecast(Value):
    """What a run would take, found without a call."""

    data: str
    rows: int
    """Rows that would be judged."""
    looked: int
    """Rows that the figures rest on; fewer than `rows` when they are extrapolated."""
    unreadable: int
    """Rows among those looked at that are no sample."""
    first_unreadable: str = ""
    """What is wrong with the first of them."""
    usage: Usage
    """Calls, tokens and (when priced) US dollars foreseen for all rows."""
    fields: str
    """How the columns are read."""

    @property
    def extrapolated(self) -> bool:
        """Whether the figures are scaled up from the first rows."""
        return self.looked < self.rows


def _advice(stopped: Stop, retryable: int) -> str:
    if stopped == "interrupted":
        return "start the same run again to go on"
    if stopped == "outage":
        return "start the same run again when it is mended"
    if stopped == "budget":
        return "raise the budget and start the run again to go on"
    if stopped == "limit":
        return "raise the limit and start the run again to go on"
    rows = "1 row" if retryable == 1 else f"{retryable:,} rows"
    return f"start the same run again to judge the {rows} whose failure may pass" if retryable else ""


def _again(failures: str) -> str:
    return f"give {failures} as the data of a new run to judge these rows again"
