"""No more calls at once, a minute, or tokens a minute than the endpoint takes; when it says 'too many', fewer.

Every 429 makes everybody pause. When there are many of them the rates are halved, and won back at a constant slope, as
TCP does (additive increase, multiplicative decrease; Chiu and Jain 1989). Without a configured rate and before the
first 429 a call only takes one of the slots.
"""

import asyncio
import math
import time
from collections import deque

from judge.models.base import CallError, Layer, Model, Reply, Request
from judge.models.retry import LONGEST_WAIT_S
from judge.models.spec import ModelSpec

_BURST_S = 1.0
"""So many seconds' worth of calls may go out at once."""
_RECOVERY_S = 5.0
"""A rate is won back at the slope that makes up, in this time, for all that it was before the cut."""
_SLOWEST_S = 60.0
"""No cut makes the slots slower than one call each in this time, or a minute's limit last for longer than an hour."""
_WINDOW_S = 10.0
"""Calls and refusals are counted over this time."""
_TOLERATED = 0.1
"""The share of refused calls up to which a pause is enough: shared endpoints refuse a few at any rate."""


class Pace:
    """A rate that gives way. Times are seconds of `time.monotonic`, amounts are calls or tokens."""

    def __init__(self, per_minute: float | None = None) -> None:
        """Allow `per_minute`, or as much as one likes."""
        self.limit = per_minute / 60 if per_minute else math.inf
        self._rate, self._slope, self._since = self.limit, 0.0, 0.0
        self._free_at = 0.0

    def rate(self, now: float) -> float:
        """Return the amount allowed a second."""
        return min(self.limit, self._rate + self._slope * max(0.0, now - self._since))

    def wait(self, now: float) -> float:
        """Return the seconds until the next call may go out; 0 or less means now."""
        return self._free_at - _BURST_S - now

    def take(self, amount: float, now: float) -> None:
        """Count an amount; a negative one gives back what was counted too much."""
        self._free_at = max(self._free_at, now) + amount / self.rate(now)

    def cut(self, seen: float, least: float, now: float, resume_at: float) -> None:
        """Halve the rate, or the rate `seen` where that is lower, but not below `least` or a sixtieth of the limit.

        From `resume_at` on it grows again, and calls go out one at a time, not in a burst.
        """
        before = max(min(self.rate(now), seen), 2 * min(least, self.limit / _SLOWEST_S))
        self._rate, self._slope, self._since = before / 2, before / _RECOVERY_S, resume_at
        self._free_at = resume_at + _BURST_S


class Limited(Layer):
    """Lets calls through as slots and rates allow, first come, first served."""

    def __init__(self, inner: Model, spec: ModelSpec, pause_s: float = 1.0) -> None:
        """Take the limits of `spec`; a 429 that names no pause makes one of `pause_s` seconds."""
        super().__init__(inner)
        self._in_flight = spec.in_flight
        self._slots = asyncio.Semaphore(spec.in_flight)
        self._gate = asyncio.Lock()
        self._calls, self._tokens = Pace(spec.requests_per_minute), Pace(spec.tokens_per_minute)
        self._counts_tokens = spec.tokens_per_minute is not None
        self._paced = self._counts_tokens or spec.requests_per_minute is not None
        self._pause_s = pause_s
        self._slowed_at = self._resume_at = 0.0
        self._sent: deque[float] = deque(maxlen=1024)
        self._refused: deque[float] = deque(maxlen=1024)

    async def complete(self, request: Request) -> Reply:
        """Answer one request when it is its turn; the endpoint's time limit starts only then."""
        async with self._slots:
            expected = _prompt_tokens(request) if self._counts_tokens else 0
            if self._paced:
                await self._turn(expected)
            sent_at = time.monotonic()
            self._sent.append(sent_at)
            try:
                reply = await self.inner.complete(request)
            except CallError as error:
                if error.kind == "rate_limited" or error.retry_after is not None:
                    self._slow_down(sent_at, error.retry_after)
                raise
            if self._counts_tokens:
                self._tokens.take(reply.usage.tokens - expected, time.monotonic())
            return reply

    async def _turn(self, tokens: int) -> None:
        """Wait at the gate. Whoever comes first waits for all behind, so that a pause or a cut holds everybody."""
        async with self._gate:
            now = time.monotonic()
            while (wait := self._wait(now)) > 0:
                await asyncio.sleep(wait)
                now = time.monotonic()
            self._calls.take(1, now)
            self._tokens.take(tokens, now)

    def _wait(self, now: float) -> float:
        return max(self._resume_at - now, self._calls.wait(now), self._tokens.wait(now))

    def _slow_down(self, sent_at: float, asked_pause: float | None) -> None:
        """Hold everybody back. Calls that were already out the last time are counted and say nothing new."""
        now = time.monotonic()
        self._refused.append(now)
        news = sent_at >= self._slowed_at
        pause = asked_pause if asked_pause is not None else self._pause_s * news
        if pause <= LONGEST_WAIT_S:
            self._resume_at = max(self._resume_at, now + pause)
        if news:
            self._paced, self._slowed_at = True, now
            self._cut_if_many(now)

    def _cut_if_many(self, now: float) -> None:
        sent = [at for at in self._sent if now - at <= _WINDOW_S]
        if sum(now - at <= _WINDOW_S for at in self._refused) <= _TOLERATED * len(sent):
            return
        seen = len(sent) / max(now - min(sent, default=now), _BURST_S)
        # A start is no measure: the slots count as if each had sent one call within the last second.
        self._calls.cut(max(seen, self._in_flight), self._in_flight / _SLOWEST_S, now, self._resume_at)
        if self._counts_tokens:
            self._tokens.cut(math.inf, math.inf, now, self._resume_at)
        self._sent.clear()
        self._refused.clear()


def _prompt_tokens(request: Request) -> int:
    """Return a rough count before the endpoint has counted: four characters a token."""
    return sum(len(str(message.get("content"))) for message in request.messages) // 4
