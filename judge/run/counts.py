"""Counts: the figures of a run while it goes on, in constant memory."""

import math
from collections import Counter
from collections.abc import Iterable

from judge.types import NOTHING, FailureKind, Status, Usage

BINS = 10


class Spread:
    """Mean, standard deviation and histogram of numbers that come one by one (Welford's method)."""

    def __init__(self) -> None:
        self.n = 0
        self.mean = 0.0
        self.lo = self.hi = 0.0
        self.least, self.most = math.inf, -math.inf
        self.bins = [0] * BINS
        self._squares = 0.0

    def add(self, value: float, lo: float, hi: float) -> None:
        """Count a value of the range [lo, hi]; the bins divide the range evenly."""
        self.n += 1
        step = value - self.mean
        self.mean += step / self.n
        self._squares += step * (value - self.mean)
        self.lo, self.hi = lo, hi
        self.least, self.most = min(self.least, value), max(self.most, value)
        share = (value - lo) / (hi - lo) if hi > lo else 0.0
        self.bins[min(max(int(share * BINS), 0), BINS - 1)] += 1

    @property
    def std(self) -> float:
        """Standard deviation, population formula; 0 without values."""
        return math.sqrt(self._squares / self.n) if self.n else 0.0


class Counts:
    """What is done, what failed and what was spent; those who watch a run read it and never write."""

    def __init__(self) -> None:
        self.total: int | None = None
        """Rows that the run will come to; None while unknown."""
        self.resumed = 0
        """Rows from earlier sittings."""
        self.judged = 0
        """Rows of this sitting."""
        self.in_flight = 0
        self.stopping = False
        """Whether somebody asked the run to stop."""
        self.statuses: Counter[Status] = Counter()
        self.failures: Counter[FailureKind] = Counter()
        """Rows without a number, by kind of failure."""
        self.retryable = 0
        """Rows without a number that may get one another time."""
        self.usage: Usage = NOTHING
        self.spread = Spread()

    @property
    def rows(self) -> int:
        """Rows done in all sittings."""
        return self.resumed + self.judged

    def add(self, status: Status, kind: FailureKind | None, values: Iterable[tuple[float | None, float, float]],
            usage: Usage, *, retryable: bool = False) -> None:  # fmt: skip
        """Count one row; `values` are (value, lo, hi) of its rewards. The caller counts it as resumed or judged."""
        self.statuses[status] += 1
        if kind:
            self.failures[kind] += 1
        self.retryable += retryable
        for value, lo, hi in values:
            if value is not None:
                self.spread.add(value, lo, hi)
        if usage is not NOTHING:
            self.usage = self.usage + usage
