"""Runs in both ways: in a fresh interpreter, and in a fork of one that has started already."""

import math

import pytest

from judge.sandbox import warm


@pytest.fixture(params=["cold", "warm"])
def temperature(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no fork be used, as where none works, or let them be used."""
    if request.param == "cold":
        monkeypatch.setattr(warm, "_cold", dict.fromkeys(("namespaces", "landlock"), math.inf))
