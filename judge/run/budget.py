"""Budget: how much a run may spend."""

from pydantic import Field

from judge.run.words import money
from judge.types import Usage, Value


class Budget(Value):
    """Limits on what a run spends, all its sittings together. Rows in flight when one is reached are finished."""

    usd: float | None = Field(default=None, ge=0)
    """US dollars."""
    tokens: int | None = Field(default=None, ge=0)
    """Prompt and completion tokens together."""

    def reached(self, spent: Usage) -> str:
        """Return which limit is reached, as a sentence; "" while there is something left."""
        if self.usd is not None and (spent.usd or 0.0) >= self.usd:
            return f"the budget of {money(self.usd)} is used up: {money(spent.usd or 0.0)} spent"
        if self.tokens is not None and spent.tokens >= self.tokens:
            return f"the budget of {self.tokens:,} tokens is used up: {spent.tokens:,} spent"
        return ""
