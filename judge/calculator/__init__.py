"""A calculator that is exact and cannot run away: every expression is answered, or refused, within milliseconds.

`calculate("1/3 * 3")` returns a Result. Numbers are fractions; roots, logarithms and trigonometry are rounded to 50
digits and marked so. Text is read by a grammar of its own and never evaluated as Python.
"""

from judge.calculator.result import Result, calculate

__all__ = ["Result", "calculate"]
