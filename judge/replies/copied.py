"""Which passages of a reply are copied from texts that the critic was shown. A verdict in there is not the critic's."""

from bisect import bisect_right
from collections.abc import Sequence

RUN = 20
"""Characters in a row that make a copy."""


class Copied:
    """The verbatim runs of at least RUN characters that a reply shares with its sources; found when first needed."""

    def __init__(self, text: str, sources: Sequence[str]) -> None:
        self._text = text
        self._sources = sources
        self._runs: list[tuple[int, int]] | None = None

    def covers(self, start: int, end: int) -> bool:
        """Return whether text[start:end] lies within one copied run."""
        if self._runs is None:
            if not any(self._text[start:end] in source for source in self._sources):
                return False
            self._runs = _runs(self._text, self._sources)
        last = bisect_right(self._runs, start, key=lambda run: run[0]) - 1
        return last >= 0 and end <= self._runs[last][1]


def _runs(text: str, sources: Sequence[str]) -> list[tuple[int, int]]:
    """Return the runs as (start, end), both rising. Time and memory are linear in the texts."""
    windows = {source[i : i + RUN] for source in sources for i in range(len(source) - RUN + 1)}
    runs: list[tuple[int, int]] = []
    for i in range(len(text) - RUN + 1):
        if text[i : i + RUN] in windows:
            goes_on = bool(runs) and runs[-1][1] == i + RUN - 1
            start = runs.pop()[0] if goes_on else i
            runs.append((start, i + RUN))
    return runs
