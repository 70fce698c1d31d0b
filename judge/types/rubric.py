"""What counts: criteria with scales and weights."""

from functools import cached_property
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from judge.types.value import Value, digest


class Scale(Value):
    """The numbers a critic may give, with what they mean."""

    lo: float = 1.0
    hi: float = 10.0
    integer: bool = True
    descriptors: dict[str, str] = Field(default_factory=dict)
    """What a value means, by value: `{"1": "wrong", "10": "right and complete"}`."""

    @model_validator(mode="after")
    def _ordered(self) -> "Scale":
        if not self.lo < self.hi:
            raise ValueError(f"a scale needs lo < hi, got {self.lo:g} and {self.hi:g}")
        return self

    def __contains__(self, raw: float) -> bool:
        """Whether a critic may give this number."""
        return self.lo <= raw <= self.hi and (not self.integer or float(raw).is_integer())

    def normalise(self, raw: float) -> float:
        """Return `raw` as a share of the scale, in [0, 1]."""
        return (raw - self.lo) / (self.hi - self.lo)


class Criterion(Value):
    """One thing that counts.

    A `principle` is weighed; a `rule` is hard: a response that breaks it earns the lowest reward whatever else it does.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_.:-]+$")
    text: str
    scale: Scale = Scale()
    weight: float = 1.0
    """Share in the reward; negative for what must not be there."""
    kind: Literal["principle", "rule"] = "principle"
    source: str = "static"
    """Where it came from: `static`, or the method that wrote it."""
    parent: str = ""
    """The coarse criterion that it is a part of, in words; "" where there is none. Nothing is scored under it."""


class Rubric(Value):
    """A named list of criteria with distinct ids."""

    name: str
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    about: str = ""
    provenance: dict[str, JsonValue] = Field(default_factory=dict)
    """How a learned rubric came about; see `judge.learn.learned`. Empty for one that was written by hand."""

    @model_validator(mode="after")
    def _distinct(self) -> "Rubric":
        ids = [criterion.id for criterion in self.criteria]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"criterion ids must differ; {', '.join(twice)} appears twice")
        if all(criterion.weight == 0 for criterion in self.criteria):
            raise ValueError("every weight is 0, so no reward could follow; give one criterion a weight")
        return self

    @cached_property
    def hash(self) -> str:
        """A hash of name, criteria and what they are about: what a critic may see, and not how it came about."""
        return digest(self.model_dump_json(exclude={"provenance"}))
