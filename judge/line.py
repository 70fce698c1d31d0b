"""What a graph is compiled from, and what flows along it. Nothing here acts."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from judge.calibration import Calibrator
from judge.calibration.meta import Meta
from judge.checks import Check, Kit, is_check
from judge.critics import OVERALL, PREFERENCE, Member
from judge.filters import View
from judge.models.base import Model
from judge.recipe import Recipe
from judge.recordings import Findings
from judge.steps.evidence import Checked
from judge.steps.guard import Guarded
from judge.transforms import bounds_after
from judge.types import Brief, Context, Criterion, Judgment, Reward, Rubric, Sample, Tally
from judge.undecided import Open

_UNSAID = Brief()


@dataclass(frozen=True)
class Plan:
    """A recipe with everything it names loaded: what a graph is compiled from."""

    recipe: Recipe
    rubric: Rubric | None = None
    checks: tuple[Check, ...] = ()
    kit: Kit = field(default_factory=Kit)
    panel: tuple[Member, ...] = ()
    stronger: tuple[Member, ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    """By role."""
    calibrators: tuple[Calibrator, ...] = ()
    metas: Mapping[str, Meta] = field(default_factory=dict)
    """Fitted meta votes by file."""
    recorded: Findings | None = None
    """Findings of an earlier run, for a replay."""
    briefs: Mapping[str, Brief] = field(default_factory=dict)
    """Briefs of an earlier run by sample hash, for the replay of criteria that rest on tools."""

    @cached_property
    def static(self) -> Brief:
        """What counts for every sample where nobody writes it anew."""
        return Brief(contexts=(Context(rubric=self.rubric),))

    @cached_property
    def criteria(self) -> dict[str, Criterion | None]:
        """The criteria that a reward shows, by id: the same for every sample.

        Where a model writes the criteria, they differ from prompt to prompt, and a reward shows what they come to.
        """
        critic = self.recipe.critic
        if critic is None:
            return {}
        if critic.shape == "pairwise":
            return {PREFERENCE: None}
        if critic.whole or self.rubric is None or self.recipe.generates:
            return {OVERALL: None}
        return {criterion.id: criterion for criterion in self.rubric.criteria}

    @property
    def parts(self) -> dict[str, float]:
        """The checks by name, each with the weight of its soft findings: beside the criteria, a reward's parts."""
        return {check.use.tool: check.use.weight for check in self.checks if is_check(check.tool)}

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest reward, after the transforms."""
        rules = self.recipe.settle
        return bounds_after(rules.transforms, rules.lo, rules.hi)

    def kit_of(self, role: str) -> Kit:
        """Return the kit with the model of a role in it."""
        return replace(self.kit, model=self.models[role]) if role in self.models else self.kit

    def view(self, line: "Line") -> View:
        """Return what the filters may look at and ask with."""
        evidence, prompts = line.checked.evidence, self.kit.prompts
        return View(line.sample, line.brief, evidence, self.models, prompts, self.metas, line.seed)

    def unweighed(self, judgments: tuple[Judgment, ...]) -> tuple[Judgment, ...]:
        """Return judgments with the weights of their critics, as they were before any filter."""
        if not self.recipe.vote.filters:
            return judgments
        weights = [critic.weight for critic in self.recipe.critics]
        return tuple(
            judgment.model_copy(update={"weight": weights[judgment.member], "dropped": ""}) for judgment in judgments
        )

    def counted(self, brief: Brief) -> list[str]:
        """Return the ids of the criteria that votes on a sample are counted under."""
        critic = self.recipe.critic
        by_criterion = critic is not None and critic.shape in ("pointwise", "steps") and not critic.whole
        if self.recipe.generates and by_criterion and brief.criteria:
            return [criterion.id for criterion in brief.criteria]
        return list(self.criteria)


@dataclass(frozen=True)
class Line:
    """What is known of one sample so far: the state that the nodes hand on."""

    sample: Sample
    seed: int = 0
    guarded: Guarded = field(default_factory=Guarded)
    brief: Brief = _UNSAID
    checked: Checked = field(default_factory=Checked)
    judgments: tuple[Judgment, ...] = ()
    """The judgments that count."""
    superseded: tuple[Judgment, ...] = ()
    """Judgments that were asked again, with more evidence or by a stronger model; kept for the record."""
    tallies: tuple[Tally, ...] = ()
    open: Open | None = None
    """What is to be judged again; None: everything."""
    rewards: tuple[Reward, ...] = ()
    edge: str = "go on"
    """The edge to take next."""
    taken: dict[str, int] = field(default_factory=dict)
    """How often each edge that goes back was taken."""

    @property
    def live(self) -> list[int]:
        """Responses that the guard let through; none where nobody could say what counts."""
        return self._besides(self.guarded.stopped)

    @property
    def whole(self) -> list[int]:
        """Responses that a comparison may show: also the empty ones, since the others are better than those."""
        return self._besides(dict(self.guarded.failures))

    def _besides(self, out: Container[int]) -> list[int]:
        return [] if self.brief.failure else [index for index in range(len(self.sample.responses)) if index not in out]
