"""Recipes: which criteria, checks, critics, votes and settlement make a line. They are data; nothing here acts."""

from judge.recipe.critic import Critic, Reading, Shape, Term, Turn
from judge.recipe.load import load_recipe, load_rubric, override
from judge.recipe.recipe import Recipe, Step
from judge.recipe.sources import Agent, CriteriaSource, Examples, GuardRules, ToolUse
from judge.recipe.votes import (
    Bounds,
    Consistent,
    Contradicting,
    Filter,
    Majority,
    Meta,
    Ranked,
    Settlement,
    StepRewards,
    VoteRule,
)

__all__ = [
    "Agent", "Bounds", "Consistent", "Contradicting", "CriteriaSource", "Critic", "Examples", "Filter", "GuardRules",
    "Majority", "Meta", "Ranked", "Reading", "Recipe", "Settlement", "Shape", "Step", "StepRewards", "Term", "ToolUse",
    "Turn", "VoteRule", "load_recipe", "load_rubric", "override",
]  # fmt: skip
