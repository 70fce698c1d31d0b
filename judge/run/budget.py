"""Budget: how much a run may spend."""

from pydantic import Field

from judge.run.words import money
from judge.types import Usage, Value


class Budget(Value):
    """Limits on what a run spends, all its sittings together. Rows in flight count as dear as those before them."""

    usd: float | None = Field(default=None, ge=0)
    """US dollars."""
    tokens: int | None = Field(default=None, ge=0)
    """Prompt and completion tokens together."""

    def reached(self, spent: Usage, in_flight: float = 0.0) -> str:
        """Return which limit is reached, as a sentence; "" while there is something left.

        Args:
            spent: on the rows that are done.
            in_flight: rows under way, as a multiple of the rows that are done.
        """
        if self.usd is not None and (spent.usd or 0.0) * (1 + in_flight) >= self.usd:
            return f"the budget of {money(self.usd)} is used up"
        if self.tokens is not None and spent.tokens * (1 + in_flight) >= self.tokens:
            return f"the budget of {self.tokens:,} tokens is used up"
        return ""
