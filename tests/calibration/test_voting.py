"""What rules of voting are worth on recorded judgments, counted by hand."""

import pytest

from judge.calibration import meta, voting
from judge.calibration.meta import Labelled
from judge.errors import SettingsError
from tests.calibration.test_meta import FAILED, planted, verdict


def poll(text: str, best: int | None) -> Labelled:
    """Votes as text: 0 and 1 for a response, - for a tie, x for a judgment that failed."""
    cast = [FAILED if vote == "x" else verdict("c", None if vote == "-" else int(vote)) for vote in text]
    return meta.labelled(cast, best)


def test_the_majority_and_what_it_counts() -> None:
    sets = [poll("001", 0), poll("011", 0), poll("01", 0), poll("00x1", 0), poll("xx", 0), poll("--0", None)]
    found = voting.measure_votes(sets, "majority")
    assert found.verdicts == (1.0, 0.0, None, 1.0, None, 0.5)
    assert found.majority == found.accuracy == pytest.approx((1 + 0 + 0.5 + 1 + 0.5 + 1) / 6, abs=1e-9)
    strict = voting.measure_votes(sets, "majority", tie=0.0)
    assert strict.majority == pytest.approx((1 + 0 + 0 + 1 + 0 + 1) / 6, abs=1e-9)


def test_stopping_early_by_hand() -> None:
    """Eight votes for one side: five decide. Beta: 1 - 2^-(n + 1) is 31/32 after four votes and 0.992 after six."""
    found = voting.measure_votes([poll("0" * 8, 0)], "adaptive")
    asked = {name: row["votes"] for name, row in found.stops.items()}
    assert asked == {"decided": 5, "beta 0.99": 5, "beta 0.98": 5, "beta 0.95": 4, "lead 3": 3}
    assert found.stops["beta 0.95"]["saved"] == pytest.approx(0.5, abs=1e-9)
    assert found.stops["lead 3"]["saved"] == pytest.approx(1 - 3 / 8, abs=1e-9)
    assert all(row["changed"] == 0 and row["accuracy"] == 1 for row in found.stops.values())
    assert (found.accuracy, found.majority, found.verdicts) == (1.0, 1.0, (1.0,))


def test_a_verdict_that_stopping_changed_is_counted() -> None:
    """Six votes for 0, four for 1: a lead of three comes early in some order, and is sometimes that of 1."""
    sets = [poll("0000001111", 0)] * 20
    found = voting.measure_votes(sets, "adaptive").stops
    assert found["decided"]["changed"] == 0
    assert 0 < found["lead 3"]["changed"] < 1
    assert found["lead 3"]["accuracy"] == pytest.approx(1 - found["lead 3"]["changed"], abs=0.05)
    assert voting.measure_votes(sets, "adaptive").stops == found  # seeded


def test_judges_are_pooled_by_votes() -> None:
    """Ten votes of which four were asked for, and two of which two were: 6 of 12."""
    one = {name: {"votes": 4.0, "cast": 10.0, "changed": 0.0, "accuracy": 1.0, "saved": 0.6} for name in voting.STOPS}
    other = {name: {"votes": 2.0, "cast": 2.0, "changed": 0.5, "accuracy": 0.5, "saved": 0.0} for name in voting.STOPS}
    found = voting.pooled([one, other])["decided"]
    assert found == {"votes": 3.0, "cast": 6.0, "changed": 0.25, "accuracy": 0.75, "saved": 0.5}


def test_the_fitted_rule_is_counted_on_sets_it_has_not_seen() -> None:
    sets = planted()
    found = voting.measure_votes(sets, "fitted")
    assert found.accuracy == 1.0 > found.majority
    assert found.figures["lowest"] == found.figures["highest"] == found.figures["half_fitted"] == 1.0
    assert found.figures["half_majority"] < 1


def test_an_unknown_rule_is_refused() -> None:
    assert voting.known_rule("fitted") == "fitted"
    with pytest.raises(SettingsError, match="majority, fitted, adaptive, not by 'loudest'"):
        voting.known_rule("loudest")
