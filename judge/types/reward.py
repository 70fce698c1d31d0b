"""What a judge gives back: a number that training can use, with everything behind it, or why there is none."""

from typing import Literal

from pydantic import Field, model_validator

from judge.errors import UnscoredError
from judge.types.brief import Brief
from judge.types.evidence import Evidence
from judge.types.failure import Failure
from judge.types.judgment import Judgment, Tally
from judge.types.usage import NOTHING, Usage
from judge.types.value import Text, Value

Status = Literal["ok", "abstained", "failed"]


class Fingerprint(Value):
    """What produced a reward, as hashes: enough to tell two rewards apart and to compute one again."""

    judge: str
    """Hash of everything below but the sample: rewards compare only under one judge."""
    recipe: str
    rubric: str = ""
    prompts: str = ""
    tools: str = ""
    files: str = ""
    """What stands in files of the user's that the recipe names: calibrators, fitted meta votes, pairs."""
    model: str = ""
    """Model as it was asked for, by name."""
    sample: str = ""
    version: str
    """Version of agentic-judge."""


class Reward(Value):
    """The judge's answer for one response. `float(reward)` works only when `status` is `ok`."""

    status: Status
    """`ok`: there is a number. `abstained`: the judge does not know. `failed`: something broke."""
    value: float | None = None
    """In [lo, hi]; None unless `status` is `ok`."""
    lo: float = 0.0
    hi: float = 1.0
    failure: Failure | None = None
    """Why there is no number."""
    rationale: Text = ""
    """Why the number is what it is, in words."""
    parts: dict[str, float | None] = Field(default_factory=dict)
    """Value by criterion and check, each in [0, 1] or None; the keys depend on the judge alone, not on the sample."""
    weights: dict[str, float] = Field(default_factory=dict)
    """Weight of each part; 0 for parts that only gate or inform."""
    uncertainty: float | None = Field(default=None, ge=0)
    """Standard error of the value over the votes, in units of the value; None with fewer than two votes."""
    interval: tuple[float, float] | None = None
    """Where the value lies at the level that a calibrator was fitted for, in units of the value; None without one."""
    steps: tuple[float | None, ...] = ()
    """Rewards of the response's steps, for recipes that judge steps."""
    flags: tuple[str, ...] = ()
    """What a careful reader should know: contradictions, unstable orders, unscored votes."""
    sample: str = ""
    """The sample's id."""
    response: int = 0
    group: str = ""
    seed: int = 0
    brief: Brief | None = None
    """What the judge wrote about the prompt beforehand: criteria, contexts, a solution; None for static criteria."""
    evidence: tuple[Evidence, ...] = ()
    judgments: tuple[Judgment, ...] = ()
    tallies: tuple[Tally, ...] = ()
    usage: Usage = NOTHING
    fingerprint: Fingerprint | None = None

    @model_validator(mode="after")
    def _a_number_only_when_ok(self) -> "Reward":
        if (self.value is None) == (self.status == "ok"):
            raise ValueError(f"status {self.status!r} does not go with value {self.value!r}")
        if self.value is not None and not self.lo <= self.value <= self.hi:
            raise ValueError(f"value {self.value:g} is outside [{self.lo:g}, {self.hi:g}]")
        if self.status != "ok" and self.failure is None:
            raise ValueError(f"status {self.status!r} needs a failure that says why")
        return self

    @property
    def ok(self) -> bool:
        """Whether there is a number."""
        return self.status == "ok"

    def __float__(self) -> float:
        """Return the value; raise UnscoredError when there is none."""
        if self.value is None:
            assert self.failure is not None
            raise UnscoredError(f"no reward for sample {self.sample!r}: {self.failure.message} [{self.failure.kind}]")
        return self.value


class Comparison(Value):
    """Which of two responses is better."""

    winner: int | None
    """0 or 1; None for a tie or when the judge does not know (then `status` is not `ok`)."""
    status: Status
    margin: float | None = Field(default=None, ge=-1, le=1)
    """Value of the first minus value of the second, as a share of the range."""
    rewards: tuple[Reward, Reward]


class Ranking(Value):
    """Responses from best to worst. Unscored ones are listed apart, never last."""

    order: tuple[int, ...]
    """Indices of the scored responses, best first; equal values keep their order."""
    unscored: tuple[int, ...] = ()
    rewards: tuple[Reward, ...]
    """In the order in which the responses were given."""
