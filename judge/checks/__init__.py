"""Tools at work: found and loaded, described to a model, lent what they need, and run so that they break alone."""

from judge.checks.desk import Desk, Kit
from judge.checks.offers import Offer, offer_of
from judge.checks.run import Check, run_check
from judge.checks.shelf import is_check, load_tool, prompts_of, source_of

__all__ = ["Check", "Desk", "Kit", "Offer", "is_check", "load_tool", "offer_of", "prompts_of", "run_check", "source_of"]
