"""Who critiques, what it is shown, how it is asked and how its answer is read."""

from typing import Any, Literal

from pydantic import Field, model_validator

from judge.reducers import Schedule
from judge.types import Scale, Value

Shape = Literal["pointwise", "pairwise", "listwise", "steps", "spans"]
"""What one act of judging is about: one response, two, all of them, the steps of one, or passages of one."""
Reading = Literal["reply", "labels", "given_text", "scalar"]
"""What is read: the text of the reply, the probabilities of its first label, the log-probability of given text, or the
number of a scalar reward model."""


class Turn(Value):
    """A further turn after the critique: the model's own critique is in its context, and it gives the verdict now."""

    prompt: str
    """A prompt of the shelf; it may name everything that the first one may, and `critique`."""
    read: Literal["reply", "labels"] = "labels"
    grammar: str = "score_line"
    """How the answer is read when it is read as text."""
    labels: dict[str, float] = Field(default_factory=dict)
    """As for a critic."""
    max_tokens: int = Field(default=16, ge=1)


class Term(Value):
    """One log-probability in the score of a critic that reads given text."""

    prompt: str
    """What the text follows; a prompt of the shelf."""
    given: tuple[str, ...] = ()
    """Texts whose log-probabilities are averaged; () stands for the response itself."""
    weight: float = 1.0
    model: str = "critic"
    """The role of the model that reads it."""


class Critic(Value):
    """One critic. `panel` in a recipe lists what further critics do otherwise."""

    shape: Shape = "pointwise"
    prompt: str = ""
    read: Reading = "reply"
    grammar: str = "json"
    """How a reply is read as text; see judge.replies."""
    labels: dict[str, float] = Field(default_factory=dict)
    """For `labels`: labels with their shares of the scale, in [0, 1]; for a pair, the share that the first shown
    response is better. Empty: the whole numbers of the scale, or A and B."""
    then: Turn | None = None
    """A second turn that gives the verdict, after a first one that gives the critique alone."""
    terms: tuple[Term, ...] = ()
    """For `given_text`: the score is the weighted sum of mean log-probabilities per token."""
    overall: Scale | None = None
    """Where set, the response is scored as a whole on this scale, whatever the criteria; lists and spans always are."""
    ask: Literal["together", "each"] = "together"
    """All criteria in one request, or one request for each; what is read of given text is one number for all, or one
    for each."""
    evidence: bool = True
    """Whether it is shown what the tools found; false where it gives a signal of its own beside theirs."""
    names: Literal["letters", "models"] = "letters"
    """How responses are called where several are shown: A, B, ... or model-1, model-2, ..."""
    beta: float | None = Field(default=None, gt=0)
    """For a graded verdict v of a pair: the first is better with probability sigma(beta v). None: (v - lo) / (hi - lo)
    on `verdicts`. For `given_text` and `scalar`: the value is sigma(beta score), beta 1 when None."""
    verdicts: tuple[float, float] = (-3.0, 3.0)
    """The lowest and the highest graded verdict of a pair."""
    samples: int = Field(default=1, ge=1)
    """Parallel samples of one request."""
    orders: Literal["both", "given", "shuffled"] = "both"
    """How several responses are ordered: a pair in both orders, as given, or each sample in an order of its own."""
    schedule: Schedule = "all"
    """Which pairs of more than two responses are compared. The anchor is the first response; where the guard leaves
    that unscored it is the next one, and the rewards are flagged."""
    pair_budget: int | None = Field(default=None, ge=1)
    """The most pairs that are compared for one prompt."""
    temperature: float = Field(default=0.0, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1)
    """For the first try; a reply that was cut off is asked for once more with four times as much."""
    least_mass: float = Field(default=0.1, ge=0, le=1)
    """Labels that hold less of the probability than this are no verdict: the model meant to say something else."""
    fallback: int = Field(default=8, ge=0)
    """Where the endpoint gives no probabilities, so many samples are drawn and each label's share of them is read; 0
    leaves it unscored."""
    model: str = "critic"
    """The role of the model that is asked."""
    weight: float = Field(default=1.0, gt=0)
    """Of this critic's votes beside those of others."""

    @model_validator(mode="after")
    def _consistent(self) -> "Critic":
        if (self.read == "given_text") != bool(self.terms):
            raise ValueError("read: given_text goes with terms, and only with them")
        for labels in (self.labels, self.then.labels if self.then else {}):
            if not all(0 <= share <= 1 for share in labels.values()):
                raise ValueError(f"labels are shares in [0, 1], got {labels}")
        talks = self.read in ("reply", "labels")
        if talks != bool(self.prompt):
            raise ValueError(f"a critic that reads {self.read} {'needs a' if talks else 'takes no'} prompt")
        if not talks and self.shape != "pointwise":
            raise ValueError(f"{self.read} is read of one response, so its shape is pointwise")
        if self.read == "scalar" and self.ask == "each":
            raise ValueError("a scalar reward model is shown no criteria, so it cannot be asked for each")
        if self.shape in ("steps", "spans") and (self.read != "reply" or self.then):
            raise ValueError(f"a critic of {self.shape} is read as a reply, in one turn")
        return self

    def draws(self, again: int | None = None) -> int:
        """Return how many judgments a request brings: only of replies are several samples drawn.

        Args:
            again: samples in a further round; None: as many as in the first.
        """
        return (again or self.samples) if self.read == "reply" else 1

    @property
    def whole(self) -> bool:
        """Whether it scores a response as a whole, whatever the criteria."""
        by_text = self.read in ("reply", "labels") or self.ask == "each"
        return self.shape in ("listwise", "spans") or self.overall is not None or not by_text

    @property
    def prompts(self) -> tuple[str, ...]:
        """Every prompt that it may ask with."""
        named = [self.prompt, self.then.prompt if self.then else "", *(term.prompt for term in self.terms)]
        return tuple(name for name in named if name)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the models that it asks."""
        return tuple(term.model for term in self.terms) or (self.model,)

    @property
    def needs(self) -> tuple[str, ...]:
        """What its model must be able to do beside chat."""
        reads: list[Any] = [self.read, self.then.read if self.then else ""]
        found = ["logprobs or samples"] if "labels" in reads else []
        found += ["log-probabilities of given text"] if self.read == "given_text" else []
        return tuple(found + ([f"a scoring model as {self.model}"] if self.read == "scalar" else []))
