"""Criteria that a model writes before it sees any response, once per prompt."""

from judge.criteria.generated import REQUEST_AGENT, briefed

__all__ = ["REQUEST_AGENT", "briefed"]
