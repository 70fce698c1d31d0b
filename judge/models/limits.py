"""No more calls at once, a minute, or tokens a minute than the endpoint takes; when it says 'too many', fewer.

A rate is halved by a 429 and won back at a constant slope, as TCP does (additive increase, multiplicative decrease;
Chiu and Jain 1989). Without a configured rate and before the first 429 a call only takes one of the slots.
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
_RECOVERY_S = 60.0
"""A rate is won back at the slope that makes up, in this time, for all that it was before the cut."""
_SLOWEST = 1 / 60
"""Calls a second that no cut goes below."""
_WINDOW_S = 10.0
"""The rate of calls sent is seen over at most this time."""


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

    def cut(self, seen: float, now: float, resume_at: float) -> None:
        """Halve the rate, or the rate `seen` where that is lower; it grows again from `resume_at` on."""
        before = min(self.rate(now), seen)
        self._rate, self._slope, self._since = max(before / 2, _SLOWEST), before / _RECOVERY_S, resume_at


class Limited(Layer):
    """Lets calls through as slots and rates allow, first come, first served."""

    def __init__(self, inner: Model, spec: ModelSpec, first_pause_s: float = 1.0) -> None:
        """Take the limits of `spec`. A 429 that names no pause makes one of `first_pause_s`, doubled by the next."""
        super().__init__(inner)
        self._concurrency = spec.concurrency
        self._slots = asyncio.Semaphore(spec.concurrency)
        self._gate = asyncio.Lock()
        self._calls, self._tokens = Pace(spec.requests_per_minute), Pace(spec.tokens_per_minute)
        self._counts_tokens = spec.tokens_per_minute is not None
        self._paced = self._counts_tokens or spec.requests_per_minute is not None
        self._first_pause_s = self._pause_s = first_pause_s
        self._cut_at = self._resume_at = 0.0
        self._sent: deque[float] = deque(maxlen=1024)

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
            if sent_at >= self._cut_at:
                self._pause_s = self._first_pause_s
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

    def _slow_down(self, sent_at: float, asked_wait: float | None) -> None:
        """Pause and cut the rates. Calls that were already out during the last cut say nothing new about the rate."""
        now = time.monotonic()
        echo = sent_at < self._cut_at
        pause = asked_wait
        if pause is None and not echo:
            pause, self._pause_s = self._pause_s, min(2 * self._pause_s, LONGEST_WAIT_S)
        if pause is not None and pause <= LONGEST_WAIT_S:
            self._resume_at = max(self._resume_at, now + pause)
        if not echo:
            self._paced, self._cut_at = True, now
            self._calls.cut(self._seen(now), now, self._resume_at)
            self._tokens.cut(math.inf, now, self._resume_at)

    def _seen(self, now: float) -> float:
        """Return the calls sent a second of late, but at least as if every slot had sent one within the last second."""
        recent = [at for at in self._sent if now - at <= _WINDOW_S]
        return max(len(recent) / max(now - min(recent, default=now), _BURST_S), self._concurrency)


def _prompt_tokens(request: Request) -> int:
    """Return a rough count before the endpoint has counted: four characters a token."""
    return sum(len(str(message.get("content"))) for message in request.messages) // 4
