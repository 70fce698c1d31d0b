"""A recipe names a line: which criteria, checks, critics, votes and settlement. It is data; nothing here acts."""

from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import JsonValue, field_validator, model_validator

from judge.recipe.critic import Critic
from judge.recipe.sources import Agent, CriteriaSource, Examples, GuardRules, ToolUse
from judge.recipe.votes import Bounds, Consistent, Meta, Settlement, VoteRule
from judge.types import Value, digest

Step = Literal["guard", "criteria", "evidence", "critique", "vote", "settle"]


class Recipe(Value):
    """A named line. A new method is a new file on the recipes shelf."""

    name: str
    about: str
    """One sentence for `judge list recipes`."""
    follows: str = ""
    """The paper or practice that it rests on."""
    approximates: str = ""
    """Where it does not do what the paper did, and why."""
    guard: GuardRules = GuardRules()
    examples: Examples = Examples()
    criteria: CriteriaSource | None = None
    tools: tuple[ToolUse, ...] = ()
    """In order: of those that check the same part of a sample, the first that applies is used."""
    planner: str = ""
    """A prompt by which a model names, from the request alone, the tools that are needed; "": all that apply run."""
    agent: Agent | None = None
    """A model that chooses further checks and actions among the tools; None: only those that apply by rule are run."""
    critic: Critic | None = None
    panel: tuple[dict[str, JsonValue], ...] = ()
    """Further critics, each with what it does otherwise than `critic`: another model, another prompt."""
    vote: VoteRule = VoteRule()
    settle: Settlement = Settlement()
    bounds: Bounds = Bounds()

    @field_validator("tools", mode="before")
    @classmethod
    def _tools_by_name(cls, value: Any) -> Any:
        return [{"tool": item} if isinstance(item, str) else item for item in value]

    @model_validator(mode="after")
    def _complete(self) -> "Recipe":
        critic = self.critic
        if critic is None and not self.tools:
            raise ValueError("a recipe needs a critic, tools, or both")
        by_criterion = critic is not None and critic.shape in ("pointwise", "steps") and not critic.whole
        if critic is not None and by_criterion and self.criteria is None:
            raise ValueError(f"a {critic.shape} critic needs criteria, or an overall scale")
        for name, asked in (("an agent", self.agent), ("a planner", self.planner)):
            if asked and not self.tools:
                raise ValueError(f"{name} needs tools")
        if critic is None and (self.bounds != Bounds() or self.panel):
            raise ValueError("bounds and panel are for recipes with a critic")
        if len({member.shape for member in self.critics}) > 1:
            raise ValueError("critics of one panel must have the same shape, so that their votes can be counted")
        return self

    @cached_property
    def critics(self) -> tuple[Critic, ...]:
        """The critic and the rest of the panel, each complete."""
        if self.critic is None:
            return ()
        first = self.critic.model_dump()
        return (self.critic, *(Critic.model_validate(first | changes) for changes in self.panel))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that this recipe uses, in order."""
        used: dict[Step, bool] = {
            "guard": True,
            "criteria": self.criteria is not None,
            "evidence": bool(self.tools),
            "critique": self.critic is not None,
            "vote": self.critic is not None,
            "settle": True,
        }
        return tuple(step for step in get_args(Step) if used[step])

    @property
    def generates(self) -> bool:
        """Whether a model writes the criteria."""
        return self.criteria is not None and self.criteria.source == "generated"

    @property
    def prompts(self) -> tuple[str, ...]:
        """Every prompt that criteria, critics and filters may ask with."""
        named = [self.criteria.prompt] if self.criteria and self.criteria.prompt else []
        named += [prompt for critic in self.critics for prompt in critic.prompts]
        named += [rule.prompt for rule in self.asking_filters]
        return tuple(dict.fromkeys(named))

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the models that it asks, `critic` first."""
        named = [role for critic in self.critics for role in critic.roles]
        named += [self.criteria.model] if self.criteria and self.generates else []
        named += [rule.model for rule in self.asking_filters]
        return tuple(sorted(dict.fromkeys(named), key=lambda role: role != "critic"))

    @property
    def scored_by(self) -> frozenset[str]:
        """The roles of scalar reward models: they give numbers and no words."""
        meta = [rule for rule in self.vote.filters if isinstance(rule, Meta) and rule.form == "scorer"]
        return frozenset([critic.model for critic in self.critics if critic.read == "scalar"] + [m.model for m in meta])

    @property
    def needs(self) -> tuple[str, ...]:
        """What the models must be able to do beside chat."""
        found = [need for critic in self.critics for need in critic.needs]
        meta = [rule for rule in self.vote.filters if isinstance(rule, Meta)]
        found += ["a scoring model as meta" for rule in meta if rule.form == "scorer"]
        found += ["a fitted meta vote" for _ in self.meta_files]
        found += [f"a model as {role}" for role in self.roles if role != "critic" and not meta]
        return tuple(dict.fromkeys(found))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the user brings: what stands in them counts for the rewards as every setting does."""
        tools = [str(use.options.get("file", "")) for use in self.tools]
        return tuple(path for path in (*self.settle.calibrator, *self.meta_files, self.examples.file, *tools) if path)

    @property
    def asking_filters(self) -> list[Meta | Consistent]:
        """The filters that ask a model about each judgment; a fitted one asks none."""
        rules = [rule for rule in self.vote.filters if isinstance(rule, Meta | Consistent)]
        return [rule for rule in rules if not (isinstance(rule, Meta) and rule.form == "fitted")]

    @property
    def meta_files(self) -> tuple[str, ...]:
        """The files of fitted meta votes."""
        meta = [rule for rule in self.vote.filters if isinstance(rule, Meta)]
        return tuple(rule.file for rule in meta if rule.form == "fitted")

    @cached_property
    def hash(self) -> str:
        """A hash of every setting."""
        return digest(self.model_dump_json())
