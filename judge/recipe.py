"""A recipe names a line: which criteria, checks, critic, vote and settlement. It is data; nothing here acts."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, JsonValue, ValidationError, field_validator, model_validator

from judge import library
from judge.errors import LibraryError, SettingsError
from judge.types import Rubric, Value, digest

Step = Literal["guard", "criteria", "evidence", "critique", "vote", "settle"]


class GuardRules(Value):
    """What is decided before any work is spent."""

    empty: Literal["lowest", "unscored"] = "lowest"
    """What an empty response earns."""
    max_chars: int = Field(default=400_000, ge=1)
    """Longest prompt or response accepted, in characters; longer ones stay unscored."""


class CriteriaSource(Value):
    """Where the criteria come from."""

    source: Literal["static"] = "static"
    rubric: str = "helpfulness"
    """A name on the rubrics shelf, for `static`."""


class ToolUse(Value):
    """One tool of the evidence step."""

    tool: str
    """A name on the tools shelf; or `mcp:` and the URL of an MCP server or the command that starts one."""
    when: Literal["always", "asked"] = "always"
    """`asked`: only when the agent chooses it, or a critique asks for it, which takes the edge back bounded by
    `bounds.look_again`."""
    timeout_s: float = Field(default=60.0, gt=0)
    """Seconds after which a check that is a plain function is killed and counts as broken. One that is a coroutine
    keeps its own time, which begins when its turn comes; the sample's deadline ends it at last."""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    weight: float = Field(default=0.0, ge=0)
    """Share in the reward of a soft finding, beside the weights of the criteria; 0: it only informs. A hard finding
    decides or gates and needs none."""


class Agent(Value):
    """How a model looks things up before the critique: it thinks, calls tools, and reads what they found."""

    prompt: str = "investigate"
    calling: Literal["auto", "native", "text"] = "auto"
    """How it names the tools it wants: by the endpoint's tool calls, as `Action:` lines in its text, or the first where
    that works."""
    rounds: int = Field(default=4, ge=1, le=32)
    """How often it may look, think and look again, for one response."""
    calls: int = Field(default=8, ge=1)
    """Tools called for one response, all rounds together."""
    seconds: float = Field(default=60.0, gt=0)
    """Wall seconds for one response, all rounds together."""
    temperature: float = Field(default=0.0, ge=0)
    max_tokens: int = Field(default=1024, ge=1)
    """For each of its replies."""


class Critic(Value):
    """Who critiques, how it is asked and how its reply is read."""

    shape: Literal["pointwise", "pairwise"] = "pointwise"
    prompt: str
    grammar: str = "json"
    """How the reply is read; see judge.replies."""
    samples: int = Field(default=1, ge=1)
    """Parallel samples of one request."""
    orders: Literal["both", "given"] = "both"
    """For pairs: ask in both orders, or only in the given one."""
    temperature: float = Field(default=0.0, ge=0)
    max_tokens: int = Field(default=1024, ge=1)
    """For the first try; a reply that was cut off is asked for once more with four times as much."""


class VoteRule(Value):
    """How judgments become one number per response and criterion."""

    rule: Literal["mean", "median", "majority", "min"] = "mean"
    min_votes: int = Field(default=1, ge=1)
    """Fewer valid votes than this leave the criterion without a number."""
    unfounded: float = Field(default=0.5, ge=0, le=1)
    """Weight of a vote whose critique cites evidence that is not there; 0: it does not count."""
    undecided: float = Field(default=0.25, ge=0, le=1)
    """Votes that spread wider than this (standard deviation in [0, 0.5]) are undecided; so is a tie between two."""


class Settlement(Value):
    """How evidence and opinion become the reward."""

    evidence: Literal["decides", "gates"] = "decides"
    """Hard checks give the value alone (`decides`), or multiply the critics' opinion (`gates`)."""
    lo: float = 0.0
    hi: float = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> "Settlement":
        if not self.lo < self.hi:
            raise ValueError(f"a reward needs lo < hi, got {self.lo:g} and {self.hi:g}")
        return self


class Bounds(Value):
    """How often each edge that goes back may be taken for one sample. 0 switches it off."""

    look_again: int = Field(default=0, ge=0, le=8)
    """A critique asks for a check before it decides."""
    vote_again: int = Field(default=0, ge=0, le=8)
    """The votes are undecided, so the same critic is sampled again."""
    escalate: int = Field(default=0, ge=0, le=2)
    """Still undecided, so the stronger model is asked."""


class Recipe(Value):
    """A named line. A new method is a new file on the recipes shelf."""

    name: str
    about: str
    """One sentence for `judge list recipes`."""
    guard: GuardRules = GuardRules()
    criteria: CriteriaSource | None = None
    tools: tuple[ToolUse, ...] = ()
    """In order: of those that check the same part of a sample, the first that applies is used."""
    agent: Agent | None = None
    """A model that chooses further checks and actions among the tools; None: only those that apply by rule are run."""
    critic: Critic | None = None
    vote: VoteRule = VoteRule()
    settle: Settlement = Settlement()
    bounds: Bounds = Bounds()

    @field_validator("tools", mode="before")
    @classmethod
    def _tools_by_name(cls, value: Any) -> Any:
        return [{"tool": item} if isinstance(item, str) else item for item in value]

    @model_validator(mode="after")
    def _complete(self) -> "Recipe":
        if self.critic is None and not self.tools:
            raise ValueError("a recipe needs a critic, tools, or both")
        if self.critic is not None and self.critic.shape == "pointwise" and self.criteria is None:
            raise ValueError("a pointwise critic needs criteria")
        if self.agent is not None and not self.tools:
            raise ValueError("an agent needs tools")
        if self.critic is None and self.bounds != Bounds():
            raise ValueError("bounds are for recipes with a critic")
        return self

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
        return tuple(step for step, is_used in used.items() if is_used)

    @cached_property
    def hash(self) -> str:
        """A hash of every setting."""
        return digest(self.model_dump_json())


def load_recipe(name: str, libraries: Sequence[str | Path] = ()) -> Recipe:
    """Read a recipe from the shelf.

    Raises:
        LibraryError: there is none of this name, or the file is no recipe; the message says which field is wrong.
    """
    content = {"name": name, **_yaml("recipes", name, libraries)}
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise LibraryError(_explain("recipe", name, error)) from error


def load_rubric(name: str, libraries: Sequence[str | Path] = ()) -> Rubric:
    """Read a rubric from the shelf, or from a file whose path ends in `.yaml`; raise LibraryError as `load_recipe`."""
    own = name.endswith(".yaml")
    content = {"name": Path(name).stem, **(_yaml_at(Path(name)) if own else _yaml("rubrics", name, libraries))}
    try:
        return Rubric.model_validate(content)
    except ValidationError as error:
        raise LibraryError(_explain("rubric", name, error)) from error


def override(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return the recipe with settings changed by dotted name, such as `{"critic.samples": 8}`.

    Raises:
        SettingsError: there is no such setting, or the value does not fit it.
    """
    content = recipe.model_dump()
    for path, value in changes.items():
        *parents, last = path.split(".")
        place: Any = content
        for name in parents:
            place = place.get(name) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            raise SettingsError(f"recipe {recipe.name!r} has no setting {path!r}; `judge list recipes` shows them")
        place[last] = value
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain("recipe", recipe.name, error)) from error


def _yaml(shelf: library.Shelf, name: str, libraries: Sequence[str | Path]) -> dict[str, Any]:
    return _mapping(library.text(shelf, name, libraries), f"{name!r} on the {shelf} shelf")


def _yaml_at(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise LibraryError(f"the file {str(path)!r} cannot be read: {error}; give a YAML file or a name") from error
    return _mapping(text, f"the file {str(path)!r}")


def _mapping(text: str, where: str) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LibraryError(f"{where} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise LibraryError(f"{where} must be a mapping, found {type(content).__name__}")
    return content


def _explain(what: str, name: str, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{what} {name!r} is wrong at {where}: {first['msg']}"
