"""Reducing: many judgments become one number. Pure functions of numbers; nothing here acts."""

from judge.reducers.axes import Axis, Cast, Reduction, reduce_axes
from judge.reducers.bradley_terry import bradley_terry
from judge.reducers.criteria import Combine, Risk, combine, risk
from judge.reducers.hedge import hedge
from judge.reducers.intervals import interval, straddles
from judge.reducers.knockout import champion, knockout_rank, placing
from judge.reducers.pairs import Pair, Ratings, cycles, elo, general_preference, preferences, sigmoid, win_rate
from judge.reducers.rules import Rule, RuleName, reduce
from judge.reducers.schedule import Schedule, next_pairs, pairs_in_all
from judge.reducers.stopping import Stop, certain, certainty, settled

__all__ = [
    "Axis", "Cast", "Combine", "Pair", "Ratings", "Reduction", "Risk", "Rule", "RuleName", "Schedule", "Stop",
    "bradley_terry", "certain", "certainty", "champion", "combine", "cycles", "elo", "general_preference",
    "hedge", "interval", "knockout_rank", "next_pairs", "pairs_in_all", "placing", "preferences", "reduce",
    "reduce_axes", "risk", "settled", "sigmoid", "straddles", "win_rate",
]  # fmt: skip
