"""Critics: one act of judging. What is shown, how it is asked, and how the answer becomes scores."""

from judge.critics.asking import AGAIN, LARGER, ask
from judge.critics.casts import cast, compared, voice, weight, win_share
from judge.critics.orders import Show, pairs_of, shows, shows_of_pair
from judge.critics.probabilities import spoken
from judge.critics.question import (
    OVERALL,
    PREFERENCE,
    TOP,
    Member,
    Question,
    examples_of,
    findings,
    lacking,
    letters,
    request_of,
    unmet,
)

__all__ = [
    "AGAIN", "LARGER", "OVERALL", "PREFERENCE", "TOP", "Member", "Question", "Show", "ask", "cast", "compared",
    "examples_of", "findings", "lacking", "letters", "pairs_of", "request_of", "shows", "shows_of_pair", "spoken",
    "unmet", "voice", "weight", "win_share",
]  # fmt: skip
