"""How many judgments become one number, and how often the edges that go back are taken."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from judge.reducers import Combine, Reduction, Rule, Stop
from judge.transforms import Transform
from judge.types import Value


class Meta(Value):
    """A meta reward model says how far each judgment can be trusted."""

    name: Literal["meta"] = "meta"
    form: Literal["judge", "scorer", "fitted"] = "judge"
    """`judge`: a model says, by the probability of Yes, whether the critique is faithful and the score follows.
    `scorer`: a scalar reward model behind a scoring endpoint. `fitted`: a small calibrator from a file."""
    prompt: str = "meta_judge"
    model: str = "critic"
    """The role of the model that is asked."""
    file: str = ""
    """The fitted calibrator's file."""
    keep: float = Field(default=0.5, gt=0)
    """The best so many judgments are kept: a number of them, or below 1 their share. Only for `cut`."""
    mode: Literal["cut", "weight"] = "cut"
    """Keep the best and drop the rest, or weigh each judgment by what the meta reward model gives it."""


class Consistent(Value):
    """Drop judgments whose critique argues for another verdict than they give."""

    name: Literal["consistent"] = "consistent"
    prompt: str = "verdict_agrees"
    model: str = "critic"


class Majority(Value):
    """Drop judgments that side against the majority."""

    name: Literal["majority"] = "majority"


class Ranked(Value):
    """Weigh judgments of lists less whose ranking contradicts their scores."""

    name: Literal["ranked"] = "ranked"
    weight: float = Field(default=0.2, ge=0, le=1)


class Contradicting(Value):
    """Weigh judgments less that contradict what a hard check found."""

    name: Literal["contradicting"] = "contradicting"
    weight: float = Field(default=0.0, ge=0, le=1)


Filter = Annotated[Meta | Consistent | Majority | Ranked | Contradicting, Field(discriminator="name")]


class VoteRule(Value):
    """How judgments become one number per response and criterion."""

    rule: Rule = Rule(rule="mean")
    """How the votes are reduced that are left after `reduce`."""
    reduce: tuple[Reduction, ...] = ()
    """Axes that are reduced before, in this order."""
    filters: tuple[Filter, ...] = ()
    """What drops or weighs judgments before they are counted, in this order."""
    opponents: Literal["win_rate", "elo", "bradley_terry", "general", "knockout"] = "win_rate"
    """How the comparisons of several responses become one number for each."""
    min_votes: int = Field(default=1, ge=1)
    """Fewer valid votes than this leave the criterion without a number."""
    unfounded: float = Field(default=0.5, ge=0, le=1)
    """Weight of a vote whose critique cites evidence that is not there; 0: it does not count."""
    undecided: float = Field(default=0.25, ge=0, le=1)
    """Votes that spread wider than this (standard deviation in [0, 0.5]) are undecided; so is a tie between two."""
    stop: Stop = Stop(rule="never")
    """When the verdict is certain enough that no more votes are asked for."""
    again: int | None = Field(default=None, ge=1)
    """Samples in each further round; None: as many as in the first."""
    agree: float | None = Field(default=None, ge=0, le=0.5)
    """Where set, the critics must side alike, and on average by at least this much from 0.5, or it is undecided."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Where set, votes are undecided as long as the 95 % interval of their mean holds this value."""


class StepRewards(Value):
    """How the values of steps become rewards of steps."""

    shape: Literal["none", "clip", "delta"] = "none"
    eta: float = 0.5
    """For `clip`: r = min(p - eta, 0)."""


class Settlement(Value):
    """How evidence and opinion become the reward."""

    evidence: Literal["decides", "spares", "gates"] = "decides"
    """Hard checks give the value alone (`decides`), also without asking a critic of single responses what it thinks
    (`spares`), or multiply the critics' opinion (`gates`)."""
    combine: Combine = "weighted"
    """How the criteria become one opinion."""
    join: Literal["mean", "product"] = "mean"
    """How the opinion and the soft findings that have a weight become one: averaged by weight, or multiplied, whatever
    their weights."""
    holistic: str = ""
    """For `hierarchical`: the criterion that must pass `tau` before the others count."""
    tau: float = Field(default=0.5, ge=0, le=1)
    calibrator: tuple[str, ...] = ()
    """Files that `judge calibrate` wrote; they map the opinion, in this order, before the transforms."""
    steps: StepRewards = StepRewards()
    transforms: tuple[Transform, ...] = ()
    """Applied to the rewards of all responses to a prompt together, in this order."""
    lo: float = 0.0
    hi: float = 1.0
    """The range before the transforms."""

    @field_validator("calibrator", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return ((value,) if value else ()) if isinstance(value, str) else value

    def model_post_init(self, context: object) -> None:
        """Refuse an empty range."""
        if not self.lo < self.hi:
            raise ValueError(f"a reward needs lo < hi, got {self.lo:g} and {self.hi:g}")


class Bounds(Value):
    """How often each edge that goes back may be taken for one sample. 0 switches it off."""

    look_again: int = Field(default=0, ge=0, le=8)
    """A critique asks for a check before it decides."""
    vote_again: int = Field(default=0, ge=0, le=64)
    """The votes are undecided, so the same critic is sampled again."""
    escalate: int = Field(default=0, ge=0, le=2)
    """Still undecided, so the stronger model is asked."""
