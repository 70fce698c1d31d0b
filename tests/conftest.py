"""What every test shares: no network but loopback, and no settings of whoever runs the tests."""

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
_SURROUNDINGS = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS", "TTY_COMPATIBLE", "GITHUB_ACTIONS")
"""Names that change what rich and typer print."""


def pytest_configure() -> None:
    """Forget keys, proxies and terminals, also for the commands that tests start."""
    for name in list(os.environ):
        if name in _SURROUNDINGS or name.startswith("OPENAI_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    settings.register_profile("any machine", deadline=None)  # a busy one is slow, not wrong
    settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Callable[..., Any] = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}; tests use loopback only")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
