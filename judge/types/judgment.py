"""What a critic said, and what its words count for."""

from pydantic import Field

from judge.types.evidence import Asked
from judge.types.failure import Failure
from judge.types.usage import NOTHING, Usage
from judge.types.value import JsonObject, Text, Value


class Score(Value):
    """The number that one judgment gives one response on one criterion."""

    response: int
    criterion: str
    raw: float
    """As the critic said it, on the criterion's scale."""
    value: float = Field(ge=0, le=1)
    """The same as a share of the scale."""
    step: int | None = Field(default=None, ge=0)
    """Which step of the response it is for; None: all of it."""


class Judgment(Value):
    """One act of one critic: its reasons, the numbers that follow, or why there are none.

    For a comparison the winner's value is 1, the loser's 0, and a tie is 0.5 for both.
    """

    critic: str
    """Name of the critic's prompt."""
    model: str = ""
    role: str = "critic"
    """The role of the model."""
    shown: tuple[int, ...] = (0,)
    """The responses the critic saw, in the order in which it saw them."""
    shuffled: bool = False
    """Whether the order was drawn for this sample alone, so that the orders are no axis beside the samples."""
    sample: int = 0
    """Which of the k parallel samples this is."""
    criterion: str = ""
    """The criterion that it was asked about alone; "" when it was asked about all."""
    context: str = ""
    """Under which of several contexts it judged."""
    member: int = 0
    """Which critic of the panel it is."""
    weight: float = Field(default=1.0, ge=0)
    """How much its votes count: what the filters left of its critic's weight."""
    dropped: str = ""
    """Why a filter took it out of the count; "" while it counts."""
    scores: tuple[Score, ...] = ()
    critique: Text = ""
    reply: Text = ""
    """The reply as it came, thinking kept apart."""
    reasoning: Text = ""
    """The model's thinking, where the endpoint shows it. Never read for a verdict."""
    asks: tuple[str, ...] = ()
    """Tools that the critic asks for before it decides."""
    cites: tuple[str, ...] = ()
    """Ids of the evidence that the critique rests on, such as `E1`."""
    unfounded: tuple[str, ...] = ()
    """Evidence that the critique cites and that was not there; such a judgment weighs less."""
    failure: Failure | None = None
    request: str = ""
    """Hash of the request that brought the reply; the reply cache and recordings use the same."""
    seed: int | None = None
    detail: JsonObject = Field(default_factory=dict)
    """What else was read: `labels` with their probabilities, `ranking`, `spans`."""
    asked: tuple[Asked, ...] = ()
    """Further questions that it took: a second turn, what a filter asked about it."""
    usage: Usage = NOTHING


class Vote(Value):
    """One judgment's number for one response and criterion, with the weight that it is given."""

    response: int
    criterion: str
    value: float = Field(ge=0, le=1)
    weight: float = Field(default=1.0, ge=0)
    judgment: int
    """Index into the reward's judgments."""
    step: int | None = None


class Tally(Value):
    """The votes on one response and criterion, counted."""

    response: int
    criterion: str
    value: float | None = Field(default=None, ge=0, le=1)
    """None when too few votes stand."""
    rule: str
    """How the votes were reduced, such as `mean`, or `orders mean, critics min`."""
    votes: tuple[Vote, ...] = ()
    unscored: int = 0
    """Judgments that were asked for and gave no number."""
    spread: float = 0.0
    """Standard deviation of the votes, population formula."""
    total: float | None = None
    """Sum of the raw scores over the votes that count: S* of SPCT (arXiv 2504.02495)."""
    steps: tuple[float | None, ...] = ()
    """The votes on each step, reduced, where steps were judged."""
    spared: int = 0
    """Votes that were not asked for because the verdict was certain enough."""
