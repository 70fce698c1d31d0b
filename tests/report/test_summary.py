import io
from typing import Any

import pytest
from rich.console import Console

from judge.report.summary import histogram, render, show
from judge.run.counts import Counts
from judge.run.outcome import RunForecast, RunSummary, Stop
from judge.types import Usage


def summary(stopped: Stop = "finished", *, scored: int = 3, failed: int = 1, **changes: Any) -> RunSummary:
    counts = Counts()
    for at in range(scored):
        counts.judged += 1
        counts.add(
            "ok", None, [(at / 2, 0.0, 1.0)], Usage(calls=2, prompt_tokens=9_000, completion_tokens=300, usd=0.5)
        )
    for _ in range(failed):
        counts.judged += 1
        counts.add("failed", "timeout", [], Usage(calls=1))
    made = RunSummary.of(counts, data="rows.jsonl", out="rewards.jsonl", failures="failed.jsonl", stopped=stopped,
                         note="", seconds=80.0)  # fmt: skip
    return made.model_copy(update=changes)


def text(shown: RunSummary | RunForecast, **console: Any) -> str:
    file = io.StringIO()
    screen = Console(file=file, width=100, **console)
    screen.print(render(shown, screen))
    return file.getvalue()


def test_what_has_no_number_is_named_and_is_not_in_the_mean() -> None:
    shown = text(summary())
    assert "Finished" in shown and "mean 0.5, standard deviation 0.408, 0 to 1, 3 responses" in shown
    assert "1 row (25.0%): 1 timeout; not in the mean" in shown
    assert "7 calls, 27 k prompt and 900 completion tokens, $1.50" in shown
    assert "1 min 20 s, 0.05 rows/s" in shown
    assert "rewards.jsonl" in shown and "failed.jsonl as the data of a new run" in shown


def test_a_run_without_any_number_shows_no_mean() -> None:
    shown = text(summary(scored=0, failed=2))
    assert "no response has a number" in shown and "mean 0" not in shown


def test_what_adaptive_votes_spared_is_told_with_the_tokens_that_as_many_calls_would_have_taken() -> None:
    shown = text(summary(usage=Usage(calls=10, prompt_tokens=9_000, completion_tokens=1_000, spared=5)))
    assert "5 judgments spared, about 5,000 tokens" in " ".join(shown.replace("│", " ").split())


def test_a_clean_run_says_nothing_of_failures() -> None:
    shown = text(summary(failed=0))
    assert "Unscored" not in shown and "Next" not in shown


@pytest.mark.parametrize(("stopped", "words"), [
    ("interrupted", "Start the same run again to go on"),
    ("budget", "Raise the budget and start the run again to go on"),
    ("limit", "Raise the limit and start the run again to go on"),
])  # fmt: skip
def test_a_run_that_is_not_at_the_end_says_how_to_go_on(stopped: Stop, words: str) -> None:
    shown = text(summary(stopped, total=1_234, resumed=1, judged=3))
    assert words in shown and "4 of 1,234 (3 now, 1 before)" in shown


def test_a_terminal_without_unicode_gets_ascii() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(summary(), file)
    file.flush()
    shown = file.buffer.getvalue().decode("ascii")
    assert "Finished" in shown and "|" in shown


def test_bars_grow_with_the_counts_and_nothing_is_nothing() -> None:
    assert histogram((0, 1, 4, 8)).plain == "  ▂▂▅▅██"
    assert histogram((0, 1, 4, 8), plain=True).plain == "  ::++@@"
    assert histogram((0, 1_000_000, 1)).plain == "  ██▁▁"


def test_a_forecast() -> None:
    forecast = RunForecast(data="rows.parquet", rows=120_000, looked=1_000, unreadable=2,
                           first_unreadable="row 17: the response is null", fields="prompt = question",
                           usage=Usage(calls=240_000, prompt_tokens=180_000_000, usd=102.5))  # fmt: skip
    shown = text(forecast)
    assert "120,000, extrapolated from the first 1,000" in shown and "prompt = question" in shown
    assert "2 of 1,000 looked at; the first: row 17: the response is null" in shown
    assert "240,000 calls, 180 M prompt and 0 completion tokens, $102.50" in shown


def test_a_summary_goes_to_json_and_back() -> None:
    made = summary()
    assert RunSummary.model_validate_json(made.to_json()) == made and made.unscored == 1


def test_paths_are_not_taken_for_markup() -> None:
    assert "[red]out.jsonl" in text(summary(out="[red]out.jsonl"))
