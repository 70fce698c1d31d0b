"""Try again what may succeed on another try. The only place where calls are repeated."""

from dataclasses import replace
from typing import TYPE_CHECKING

from judge.errors import ModelError
from judge.models.base import CallError, Layer, Model, Reply, Request, spent_on
from judge.types import NOTHING

if TYPE_CHECKING:
    from tenacity import RetryCallState

LONGEST_WAIT_S = 120.0
"""An endpoint that wants a longer wait is out of order for now: the call fails at once."""
_LONGEST_BACKOFF_S = 30.0


class Retrying(Layer):
    """Repeats calls whose failure is retryable, after a random part of a wait that doubles (full jitter).

    An endpoint's Retry-After is waited for on top. What failed tries cost is added to the usage of the reply, or of
    the error when no try succeeds.
    """

    def __init__(self, inner: Model, retries: int, first_wait_s: float = 0.5) -> None:
        """Allow `retries` further tries, the first after at most `first_wait_s` seconds."""
        super().__init__(inner)
        self.retries = retries
        self.first_wait_s = first_wait_s

    async def complete(self, request: Request) -> Reply:
        """Answer one request. Raises the ModelError of the last try."""
        try:
            return await self.inner.complete(request)
        except ModelError as error:
            if not _may_succeed(error):
                raise
            first = error
        return await self._again(request, first)  # apart, because setting tenacity up costs 0.1 ms of CPU

    async def _again(self, request: Request, first: ModelError) -> Reply:
        """Go on after the first try."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        failed: list[ModelError] = []
        jitter = wait_random_exponential(self.first_wait_s, max=_LONGEST_BACKOFF_S)

        async def one_try() -> Reply:
            try:
                if not failed:
                    raise first
                return await self.inner.complete(request)
            except ModelError as error:
                failed.append(error)
                raise

        def wait(state: "RetryCallState") -> float:
            return jitter(state) + _asked_wait(failed[-1])

        tries = AsyncRetrying(
            stop=stop_after_attempt(self.retries + 1), retry=retry_if_exception(_may_succeed), wait=wait, reraise=True
        )
        try:
            reply: Reply = await tries(one_try)
        except CallError as error:
            error.usage = sum(map(spent_on, failed), NOTHING)
            raise
        return replace(reply, usage=sum(map(spent_on, failed), reply.usage))


def _may_succeed(error: BaseException) -> bool:
    return isinstance(error, ModelError) and error.retryable and _asked_wait(error) <= LONGEST_WAIT_S


def _asked_wait(error: ModelError) -> float:
    """Return the seconds that the endpoint asked to wait."""
    return (error.retry_after or 0.0) if isinstance(error, CallError) else 0.0
