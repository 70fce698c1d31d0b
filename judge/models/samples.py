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
        completions, usage, failures = reply.completions, reply.usage, []
        for result in results:
            if isinstance(result, Reply):
                completions, usage = completions + result.completions, usage + result.usage
            elif isinstance(result, ModelError):
                failures.append(result)
                usage = usage + spent_on(result)
            else:
                raise result
        if not completions:
            if isinstance(failures[0], CallError):
                failures[0].usage = usage
            raise failures[0]
        return Reply(completions, usage, reply.model)
