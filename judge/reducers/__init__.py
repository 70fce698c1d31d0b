"""Reducing: many judgments become one number. Pure functions of numbers; nothing here acts."""

from judge.reducers.axes import Axis, Cast, Reduction, reduce_axes
from judge.reducers.bradley_terry import bradley_terry
from judge.reducers.criteria import Combine, Risk, combine, risk
from judge.reducers.hedge import hedge
from judge.reducers.pairs import Pair, Ratings, cycles, elo, general_preference, preferences, win_rate
from judge.reducers.rules import Rule, RuleName, reduce

__all__ = [
    "Axis", "Cast", "Combine", "Pair", "Ratings", "Reduction", "Risk", "Rule", "RuleName", "bradley_terry", "combine",
    "cycles", "elo", "general_preference", "hedge", "preferences", "reduce", "reduce_axes", "risk", "win_rate",
]  # fmt: skip
