"""Reducing: many judgments become one number. Pure functions of numbers; nothing here acts."""

from judge.reducers.axes import Axis, Cast, Reduction, reduce_axes
from judge.reducers.rules import Rule, RuleName, reduce

__all__ = ["Axis", "Cast", "Reduction", "Rule", "RuleName", "reduce", "reduce_axes"]
