"""Identical requests in flight at once share one call."""

import asyncio
import copy
from dataclasses import dataclass, replace

from judge.models.base import CallError, Layer, Model, Reply, Request
from judge.types import NOTHING, Usage


@dataclass(eq=False, slots=True)
class _Flight:
    """A call under way."""

    call: asyncio.Task[Reply]
    waiting: int = 0
    billed: bool = False

    def bill(self) -> bool:
        """Whether the caller is the one to pay: the first who asks."""
        billed, self.billed = self.billed, True
        return not billed


class SingleFlight(Layer):
    """Lets requests that are equal in every field share a call. Only one of them is billed for it.

    The call goes on as long as anybody waits for it, whoever came first; with the last of them gone it is cancelled.
    """

    def __init__(self, inner: Model, free: Usage) -> None:
        """Wrap a model; `free` is the usage of a request that another one pays for."""
        super().__init__(inner)
        self._free = free
        self._flights: dict[str, _Flight] = {}

    async def complete(self, request: Request) -> Reply:
        """Answer one request, from a call under way where there is one."""
        flight = self._flights.get(request.hash)
        if flight is None:
            flight = self._flights[request.hash] = _Flight(asyncio.create_task(self.inner.complete(request)))
        flight.waiting += 1
        try:
            reply = await asyncio.shield(flight.call)
        except CallError as error:
            if flight.bill():
                raise
            unbilled = copy.copy(error)
            unbilled.usage = NOTHING
            raise unbilled from error
        else:
            return reply if flight.bill() else replace(reply, usage=self._free)
        finally:
            flight.waiting -= 1
            await self._leave(request.hash, flight)

    async def _leave(self, key: str, flight: _Flight) -> None:
        """Forget a call that is over; end one that nobody waits for, and wait for its end."""
        if flight.waiting and not flight.call.done():
            return
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.call.done():
            flight.call.cancel()
            await asyncio.wait([flight.call])
