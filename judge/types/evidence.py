"""What a check found. Evidence is a fact with a source, not an opinion."""

from typing import Literal

from pydantic import Field

from judge.types.failure import Failure
from judge.types.usage import NOTHING, Usage
from judge.types.value import JsonObject, Text, Value

Stance = Literal["supports", "refutes", "neutral", "error"]


class Asked(Value):
    """One question beside a critic's first, such as a tool's or that of a second turn, and what came back."""

    prompt: str
    """Name on the prompts shelf."""
    request: str
    """Hash of the request; the reply cache and recordings use the same."""
    reply: Text = ""
    reasoning: Text = ""
    """The model's thinking, where the endpoint shows it."""
    calls: tuple[JsonObject, ...] = ()
    """Tool calls in the reply: name, arguments and id."""
    labels: dict[str, float] = Field(default_factory=dict)
    """Probabilities of the labels that were read in it, where it was read so."""
    logprob: float | None = None
    """Mean log-probability per token of the text that was given with the question, where it was asked for that."""
    failure: Failure | None = None
    """Why there was no reply, or no whole one."""


class Evidence(Value):
    """The finding of one check on one response.

    `error` means that the check broke: such evidence says nothing about the response and never counts against it.
    """

    id: str = ""
    """By which a critique cites it, such as `E1`; unique within a sample."""
    tool: str
    stance: Stance
    summary: Text
    """One sentence that a critic and a person can read."""
    response: int = 0
    """Index of the response that was checked."""
    score: float | None = Field(default=None, ge=0, le=1)
    """Share of the check that passed, in [0, 1]; None when the finding is no number."""
    hard: bool = False
    """Whether the finding outranks every critic; of a check that broke: whether it would have."""
    detail: JsonObject = Field(default_factory=dict)
    """What the summary rests on: extracted answer, failed test, counts."""
    arguments: JsonObject | None = None
    """What the model asked with, when a model chose to look; None for the checks that a recipe runs by rule."""
    provenance: str = ""
    """Where the finding comes from: tool version, isolation level, document."""
    asked: tuple[Asked, ...] = ()
    """Questions that the tool put to the judge's model."""
    failure: Failure | None = None
    usage: Usage = NOTHING
