"""What a graph is compiled from, and what flows along it. Nothing here acts."""

from dataclasses import dataclass, field

from judge.checks import Check, Kit, is_check
from judge.recipe import Recipe
from judge.recordings import Findings
from judge.steps.critique import Panel
from judge.steps.evidence import Checked
from judge.steps.guard import Guarded
from judge.steps.vote import PREFERENCE
from judge.types import Criterion, Judgment, Reward, Rubric, Sample, Tally


@dataclass(frozen=True)
class Plan:
    """A recipe with everything it names loaded: what a graph is compiled from."""

    recipe: Recipe
    rubric: Rubric | None = None
    checks: tuple[Check, ...] = ()
    kit: Kit = field(default_factory=Kit)
    panel: Panel | None = None
    stronger: Panel | None = None
    recorded: Findings | None = None
    """Findings of an earlier run, for a replay."""

    @property
    def criteria(self) -> dict[str, Criterion | None]:
        """The criteria that votes are counted under, by id."""
        if self.recipe.critic is None:
            return {}
        if self.recipe.critic.shape == "pairwise" or self.rubric is None:
            return {PREFERENCE: None}
        return {criterion.id: criterion for criterion in self.rubric.criteria}

    @property
    def parts(self) -> dict[str, float]:
        """The checks by name, each with the weight of its soft findings: beside the criteria, a reward's parts."""
        return {check.use.tool: check.use.weight for check in self.checks if is_check(check.tool)}


@dataclass(frozen=True)
class Line:
    """What is known of one sample so far: the state that the nodes hand on."""

    sample: Sample
    seed: int = 0
    guarded: Guarded = field(default_factory=Guarded)
    rubric: Rubric | None = None
    checked: Checked = field(default_factory=Checked)
    judgments: tuple[Judgment, ...] = ()
    """The judgments that count."""
    superseded: tuple[Judgment, ...] = ()
    """Judgments that were asked again, with more evidence or by a stronger model; kept for the record."""
    tallies: tuple[Tally, ...] = ()
    rewards: tuple[Reward, ...] = ()
    edge: str = "go on"
    """The edge to take next."""
    taken: dict[str, int] = field(default_factory=dict)
    """How often each edge that goes back was taken."""

    @property
    def live(self) -> list[int]:
        """Responses that the guard let through."""
        return [index for index in range(len(self.sample.responses)) if index not in self.guarded.stopped]

    @property
    def whole(self) -> list[int]:
        """Responses that a comparison may show: also the empty ones, since the others are better than those."""
        failed = dict(self.guarded.failures)
        return [index for index in range(len(self.sample.responses)) if index not in failed]
