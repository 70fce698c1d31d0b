"""As many samples as were asked for, also from endpoints that give one at a time."""

import asyncio
from dataclasses import replace

from judge.errors import ModelError
from judge.models.base import CallError, Layer, Reply, Request, spent_on


class Samples(Layer):
    """Asks for n samples in one request where that works, and for those still missing one by one.

    A sample that could not be had does not take the others with it: the reply is then shorter.
    """

    async def complete(self, request: Request) -> Reply:
        """Answer one request. Raises ModelError when not even one sample came."""
        if request.n == 1:
            return await self.inner.complete(request)
        if self.capabilities.n is False:
            return await self._one_by_one(request, Reply(()))
        reply = await self.inner.complete(request)
        return reply if len(reply.completions) >= request.n else await self._one_by_one(request, reply)

    async def _one_by_one(self, request: Request, reply: Reply) -> Reply:
        """Add the samples that `reply` lacks. Each has a seed of its own, so that they differ."""
        singles = [
            replace(request, n=1, seed=None if request.seed is None else request.seed + number)
            for number in range(len(reply.completions), request.n)
        ]
        results = await asyncio.gather(*map(self.inner.complete, singles), return_exceptions=True)
        failures = []
        for result in results:
            if isinstance(result, Reply):
                reply = Reply(reply.completions + result.completions, reply.usage + result.usage, result.model)
            elif isinstance(result, ModelError):
                failures.append(result)
                reply = replace(reply, usage=reply.usage + spent_on(result))
            else:
                raise result
        if not reply.completions:
            if isinstance(failures[0], CallError):
                failures[0].usage = reply.usage
            raise failures[0]
        return reply
