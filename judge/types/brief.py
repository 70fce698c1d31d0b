"""What was settled about a prompt before any response was looked at."""

from pydantic import Field

from judge.types.evidence import Asked
from judge.types.failure import Failure
from judge.types.rubric import Criterion, Rubric
from judge.types.usage import NOTHING, Usage
from judge.types.value import Text, Value


class Context(Value):
    """One reading of what the prompt asks for, with the criteria that go with it."""

    id: Text = ""
    text: Text = ""
    """Shown to the critics; "" where there is but one reading."""
    probability: float = Field(default=1.0, ge=0, le=1)
    rubric: Rubric | None = None


class Brief(Value):
    """What was settled about a prompt before any response was looked at. All responses to the prompt share it."""

    contexts: tuple[Context, ...] = (Context(),)
    solution: Text = ""
    """The judge's own solution, or what a right response must contain."""
    profile: Text = ""
    """What it takes the user to be, where it was asked to say so."""
    task: Text = ""
    """The kind of task, where it was asked to say so."""
    asked: tuple[Asked, ...] = ()
    """The questions that were put to a model for it."""
    usage: Usage = NOTHING
    failure: Failure | None = None
    """Why nothing was settled; then no response is judged."""

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all contexts, by id once each."""
        found = [criterion for context in self.contexts if context.rubric for criterion in context.rubric.criteria]
        return tuple({criterion.id: criterion for criterion in found}.values())
