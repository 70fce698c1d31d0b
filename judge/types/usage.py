"""What a judgment cost: calls, tokens, seconds and money."""

from judge.types.value import Value


class Usage(Value):
    """What was spent. Sums with `+`; an unknown price stays unknown only while nothing priced is added."""

    calls: int = 0
    """Requests that reached a model, retries counted."""
    cached: int = 0
    """Requests answered from the reply cache: they cost nothing."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    """Tokens generated, thinking included."""
    reasoning_tokens: int = 0
    """The thinking part of `completion_tokens`, where the endpoint reports it."""
    seconds: float = 0.0
    """Wall seconds of the calls and checks, summed (not elapsed time: they overlap)."""
    spared: int = 0
    """Judgments that were not asked for because the verdict was certain enough."""
    usd: float | None = None
    """Money in US dollars; None when the model has no price set."""

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together."""
        if other is NOTHING or self is NOTHING:
            return self if other is NOTHING else other
        usd = None if self.usd is None and other.usd is None else (self.usd or 0.0) + (other.usd or 0.0)
        return Usage(
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            seconds=self.seconds + other.seconds,
            spared=self.spared + other.spared,
            usd=usd,
        )


NOTHING = Usage()
"""No calls, no tokens, no time."""
