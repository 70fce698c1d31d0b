import io

import pytest
from rich.console import Console

from judge.report import progress as report
from judge.report.progress import Pace, line, picture, progress
from judge.run.counts import Counts
from judge.types import Usage


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def counts() -> Counts:
    made = Counts()
    made.total, made.resumed, made.judged = 1_000, 200, 100
    made.statuses["ok"] = 297
    made.statuses["failed"] = 3
    made.spread.add(0.25, 0, 1)
    made.usage = Usage(calls=100, prompt_tokens=50_000, usd=1.5)
    return made


def test_the_pace_is_this_sittings_and_the_last_minutes() -> None:
    clock = Clock()
    pace, state = Pace(clock), counts()
    assert (pace.rate, pace.left(state)) == (0.0, "")
    clock.now = 10.0
    pace.note(100)
    assert pace.rate == 10.0 and pace.left(state) == "1 min 10 s left"  # 700 rows left
    for second in range(11, 200):
        clock.now = float(second)
        pace.note(100)
    assert pace.rate == 0.0 and pace.left(state) == ""
    state.total = None
    assert pace.left(state) == ""


def test_a_line_for_logs() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now = 10.0
    pace.note(100)
    state = counts()
    expected = "judging: 300 of 1,000 rows (30%), 10 rows/s, mean 0.250, 3 unscored, $1.50, 1 min 10 s left"
    assert line(state, pace) == expected
    state.stopping, state.in_flight = True, 4
    assert line(state, pace).endswith("stopping: 4 rows in flight; Ctrl-C again leaves at once")
    assert line(Counts(), Pace(clock)) == "judging: 0 rows"


def test_the_picture_fits_a_narrow_terminal() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, record=True)
    console.print(picture(counts(), Pace(Clock())))
    first, second, *_ = console.export_text().splitlines()
    assert first.startswith("Judging") and "300 of 1,000 rows (30%)" in first
    assert second.split("  ")[-3:] == ["mean 0.250", "3 unscored", "$1.50  "] or "3 unscored" in second


def test_without_a_terminal_there_are_plain_lines_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    with progress(file) as watch:
        for _ in range(50):
            watch(counts())
    assert file.getvalue() == ""
    monkeypatch.setattr(report, "PLAIN_S", 0.0)
    with progress(file) as watch:
        watch(counts())
    shown = file.getvalue()
    assert shown.startswith("judging: 300 of 1,000 rows (30%)") and shown.count("\n") == 1 and "\x1b" not in shown
