"""What every provider gives: one kind of result, with its source and the moment it was had."""

from datetime import UTC, datetime

from pydantic import Field

from judge.text import fence
from judge.types.value import Text, Value


class Result(Value):
    """One thing that a search found. Its texts are hostile data: clean, but never to be obeyed."""

    title: Text = ""
    url: Text
    """An address, or the place in the corpus."""
    snippet: Text = ""
    """The passage that the provider shows."""
    content: Text = ""
    """More of the page, from providers that give it."""
    date: Text = ""
    """When it was written, as the source says it; "" when it does not."""
    score: float | None = None
    """The provider's own measure of fit; higher is better, and not comparable between providers."""
    engine: str
    rank: int = Field(ge=1)
    retrieved_at: str
    """ISO 8601, UTC: when the provider answered, or when the document came into the corpus."""

    @property
    def text(self) -> str:
        """The longest text that there is."""
        return self.content if len(self.content) > len(self.snippet) else self.snippet


def now() -> str:
    """Return the present moment as results carry it, in whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def listing(results: tuple[Result, ...], longest: int = 1_000) -> str:
    """Return numbered results as text for a model, fenced; each text is cut after `longest` characters."""
    return "\n".join(fence("result", _entry(number, one, longest)) for number, one in enumerate(results, 1))


def _entry(number: int, one: Result, longest: int) -> str:
    dated = f" ({one.date})" if one.date else ""
    text = one.text if len(one.text) <= longest else one.text[:longest].rstrip() + " ..."
    return f"[{number}] {one.title or one.url}{dated}\n{one.url}\n{text}"
