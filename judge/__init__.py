"""Agentic judges: turn "is this answer good?" into a reward one can train on.

judge = Judge("verify")
reward = judge.score("What is 6 x 7?", "It is 42.", reference="42")
"""

from judge.errors import JudgeError, UnscoredError
from judge.judge import Judge
from judge.recipe import Recipe
from judge.types import (
    Comparison,
    Constraint,
    Criterion,
    Evidence,
    Message,
    Ranking,
    Response,
    Reward,
    Rubric,
    Sample,
    Tests,
)
from judge.version import __version__

__all__ = [
    "Comparison",
    "Constraint",
    "Criterion",
    "Evidence",
    "Judge",
    "JudgeError",
    "Message",
    "Ranking",
    "Recipe",
    "Response",
    "Reward",
    "Rubric",
    "Sample",
    "Tests",
    "UnscoredError",
    "__version__",
]
