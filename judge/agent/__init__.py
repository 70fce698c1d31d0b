"""A model that looks things up before a critique: what it may call, and the loop in which it does."""

from judge.agent.catalogue import catalogue
from judge.agent.loop import AGENT, OBSERVATIONS, investigate
from judge.agent.plan import needed

__all__ = ["AGENT", "OBSERVATIONS", "catalogue", "investigate", "needed"]
