"""What counts: criteria with scales and weights."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from judge.errors import SettingsError
from judge.types.value import Text, Value, digest


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
    text: Text
    scale: Scale = Scale()
    weight: float = 1.0
    """Share in the reward; negative for what must not be there. A rule with weight 0 gates and adds nothing."""
    kind: Literal["principle", "rule"] = "principle"
    source: str = "static"
    """Where it came from: `static`, `user`, or the method that wrote it."""
    parent: str = ""
    """What it belongs to in a tree of criteria: the id of a coarser one, or the name of a theme; "" at the top."""


_GIVEN = Scale(
    lo=1,
    hi=5,
    descriptors={
        "1": "the response goes against it throughout",
        "2": "against it for the most part",
        "3": "kept and broken about equally",
        "4": "kept, with one lapse",
        "5": "kept throughout, or nothing in the request calls for it",
    },
)
"""How principles that a user gives without a scale are scored."""


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

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> Self:
        """Return the rubric that a user gives as principles in plain words, of equal weight and scored from 1 to 5.

        Follows RewardAnything (arXiv 2506.03637) in taking principles at judging time and in its scale.

        Args:
            texts: the principles in order, at least one; their criteria are named `p1`, `p2`, ...

        Raises:
            SettingsError: this is no list, it is empty, or a principle in it is empty or no text.
        """
        if isinstance(texts, str) or not isinstance(texts, Sequence) or not texts:
            raise SettingsError(f"{texts!r} is no rubric; give a name, a path or a list such as ['be brief']")
        for number, text in enumerate(texts, 1):
            if not isinstance(text, str) or not text.strip():
                raise SettingsError(
                    f"principle {number} of the rubric is {text!r}; write it as a text that says something"
                )
        criteria = tuple(
            Criterion(id=f"p{number}", text=text.strip(), scale=_GIVEN, source="user")
            for number, text in enumerate(texts, 1)
        )
        return cls(name="user", criteria=criteria, about="Principles that the user gave.")

    @cached_property
    def hash(self) -> str:
        """A hash of name, criteria and what they are about: what a critic may see, and not how it came about."""
        return digest(self.model_dump_json(exclude={"provenance"}))
