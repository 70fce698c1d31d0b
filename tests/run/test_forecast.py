from pathlib import Path

import pytest

from judge.run.budget import Budget
from judge.run.forecast import dry_run
from judge.run.options import GradeOptions
from judge.run.words import amount, duration, money
from judge.types import Fingerprint, Reward, Sample, Usage


class PricedScorer:
    """Foresees one call of a token per character for each response, at a cent a call; it cannot be called."""

    fingerprint = Fingerprint(judge="j", recipe="r", version="0")

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        raise AssertionError("a dry run calls nobody")

    def foresee(self, sample: Sample) -> Usage:
        return Usage(calls=len(sample.responses), prompt_tokens=len(sample.question), completion_tokens=5, usd=0.01)


def test_a_short_file_is_looked_at_whole(tmp_path: Path) -> None:
    data = tmp_path / "d.jsonl"
    rows = ['{"prompt": "four", "responses": ["a", "b"]}', "broken", '{"prompt": "Q", "responses": null}']
    data.write_text("\n".join(rows))
    forecast = dry_run(PricedScorer(), data)
    assert (forecast.rows, forecast.looked, forecast.unreadable, forecast.extrapolated) == (3, 3, 2, False)
    assert "line 2 is not JSON" in forecast.first_unreadable
    assert forecast.usage == Usage(calls=2, prompt_tokens=4, completion_tokens=5, usd=0.01)
    assert forecast.fields == "prompt = prompt; response = responses"


def test_a_long_file_is_extrapolated_from_its_first_thousand_rows(tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("prompt,response\n" + "abcd,x\n" * 2_500)
    forecast = dry_run(PricedScorer(), data)
    assert (forecast.rows, forecast.looked, forecast.extrapolated) == (2_500, 1_000, True)
    assert (forecast.usage.calls, forecast.usage.prompt_tokens) == (2_500, 10_000)
    assert forecast.usage.usd == pytest.approx(25.0)
    limited = dry_run(PricedScorer(), data, GradeOptions(limit=1_500))
    assert (limited.rows, limited.usage.calls) == (1_500, 1_500)
    assert dry_run(PricedScorer(), data, GradeOptions(limit=10)).usage.calls == 10


def test_a_budget_says_which_limit_is_reached() -> None:
    budget = Budget(usd=2, tokens=100)
    assert budget.reached(Usage(prompt_tokens=99, usd=1.99)) == ""
    assert budget.reached(Usage(usd=2.5)) == "the budget of $2.00 is used up"
    assert budget.reached(Usage(prompt_tokens=60, completion_tokens=40)).endswith("100 tokens is used up")
    assert Budget(usd=0).reached(Usage()) == "the budget of $0.00 is used up"
    assert budget.reached(Usage(prompt_tokens=40), in_flight=1.0) == ""  # ten rows took 40, ten more are under way
    assert budget.reached(Usage(prompt_tokens=40), in_flight=1.5) != ""
    assert Budget().reached(Usage(usd=1e9, prompt_tokens=10**12)) == ""


def test_numbers_in_words() -> None:
    assert [money(usd) for usd in (None, 0.0, 0.0042, 1.266, 12345.6)] == ["", "$0.00", "$0.0042", "$1.27", "$12,346"]
    assert [amount(n) for n in (0, 9_999, 12_345, 4_560_000, 2 * 10**9)] == ["0", "9,999", "12.3 k", "4.56 M", "2 G"]
    spans = (0.42, 4.2, 42.4, 200, 7_500)
    assert [duration(s) for s in spans] == ["0.4 s", "4.2 s", "42 s", "3 min 20 s", "2 h 5 min"]
