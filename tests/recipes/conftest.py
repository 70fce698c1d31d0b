"""Servers on loopback that recipes ask: a model's endpoint, and a service that answers in JSON."""

from tests.models.conftest import _nothing_set, endpoint
from tests.tools.conftest import json_service

__all__ = ["_nothing_set", "endpoint", "json_service"]
