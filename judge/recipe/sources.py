"""What comes before the critique: what the guard decides, where the criteria come from, which tools check."""

from typing import Literal

from pydantic import Field, JsonValue, model_validator

from judge.types import Scale, Value


class GuardRules(Value):
    """What is decided before any work is spent."""

    empty: Literal["lowest", "unscored"] = "lowest"
    """What an empty response earns."""
    content: int = Field(default=0, ge=0)
    """A response with fewer letters and digits than this counts as empty, such as `:` or `...`, which fool judges that
    hold it against a reference (One Token to Fool LLM-as-a-Judge, arXiv 2507.08794)."""
    max_chars: int = Field(default=400_000, ge=1)
    """Longest prompt or response accepted, in characters; longer ones stay unscored."""


class Examples(Value):
    """Where choices made before come from, for samples that bring none of their own."""

    file: str = ""
    """Labelled pairs in JSON Lines, as `judge rubric learn` takes them; "" for none."""
    nearest: int = Field(default=3, ge=1, le=32)
    """Of these pairs as many as are nearest to the prompt by their words."""


class CriteriaSource(Value):
    """Where the criteria come from.

    `static` takes them from the rubrics shelf. `generated` asks a model once per prompt, before any response is in its
    context: for criteria, for contexts with their probabilities, for its own solution, or for a choice among the
    rubric's criteria, as the prompt says. All responses to one prompt share what it answered.
    """

    source: Literal["static", "generated"] = "static"
    rubric: str = "helpfulness"
    """A name on the rubrics shelf: the criteria themselves; where they are generated, what the prompt may choose from,
    and what counts where it names none. "" for `generated`: nothing, so that only what the model wrote counts."""
    prompt: str = ""
    """The prompt of `generated`."""
    count: int = Field(default=5, ge=1, le=50)
    """The most criteria or contexts that are taken."""
    reference: bool = False
    """Whether the one who writes them sees the reference."""
    tools: bool = False
    """Whether it may look things up first, with the recipe's agent and tools."""
    model: str = "critic"
    """The role of the model that writes them."""
    scale: Scale = Scale()
    """The scale of criteria that a model wrote; rules are kept or broken."""
    max_tokens: int = Field(default=2048, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> "CriteriaSource":
        if (self.source == "generated") != bool(self.prompt):
            raise ValueError("source: generated goes with a prompt, and static without one")
        if self.source == "static" and not self.rubric:
            raise ValueError("static criteria need a rubric")
        return self


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
    decides: Literal["always", "supports", "never"] = "always"
    """Which of its hard findings outrank the critics: all; only those that support the response, for rules that are
    right when they hit and say little when they miss; or none. What does not outrank them is soft."""
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
