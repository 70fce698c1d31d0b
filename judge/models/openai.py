"""Any OpenAI-compatible endpoint for chat completions."""

from dataclasses import replace
from typing import Any

from judge.models.base import CallError, Capabilities, Reply, Request
from judge.models.endpoint import HOSTED_URL, Endpoint
from judge.models.given import cannot, given_text, read_given, refuses
from judge.models.probes import Probes
from judge.models.spec import ModelSpec
from judge.models.wire import read_reply
from judge.types import NOTHING

_PATH = "/chat/completions"


class OpenAIModel:
    """One chat-completions endpoint and model. One call sends one request, or a few until the endpoint takes it.

    A reply may hold fewer samples than were asked for. The connections belong to the event loop of the first call.
    """

    def __init__(self, spec: ModelSpec) -> None:
        """Keep the configuration; nothing is opened yet."""
        self.spec = spec
        self.name = f"{spec.kind}:{spec.name}"
        self._endpoint = Endpoint(spec)
        self._probes = Probes(spec.probes, f"{self._endpoint.url} {spec.name}")

    @property
    def capabilities(self) -> Capabilities:
        """What is known of the endpoint by now."""
        known = self._probes.capabilities
        return replace(known, given_text=False) if self._endpoint.url == HOSTED_URL else known

    async def complete(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            CallError: the call failed; its `kind` says how, and `usage` what was spent.
        """
        if request.score_given:
            return await self._score(request)
        without: list[str] = []
        status: int | None = None
        spent = NOTHING
        while True:
            body = self._probes.fit(request.body, without)
            try:
                reply = await self._ask(body)
                break
            except CallError as error:
                error.usage = spent = spent + error.usage
                status = error.status
                suspect = self._probes.suspect(body, status, error.answer)
                if suspect is None:
                    raise
                without.append(suspect)
        if without:
            self._probes.refused(without[-1], status)
            reply = replace(reply, usage=spent + reply.usage)
        self._probes.accepted(body, reply)
        return replace(reply, completions=reply.completions[: request.n])

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    async def _ask(self, body: dict[str, Any]) -> Reply:
        """Send one body and read the completions."""
        answer, seconds = await self._endpoint.send(_PATH, {"model": self.spec.name, **body})
        return read_reply(answer, self._endpoint.source, seconds=seconds, price=self.spec.price)

    async def _score(self, request: Request) -> Reply:
        """Ask for the log-probabilities of the text that the request ends in."""
        given, source = given_text(request), self._endpoint.source
        if self.capabilities.given_text is False:
            raise cannot(source)
        body = {"model": self.spec.name, **self._probes.fit(request.body)}
        try:
            answer, seconds = await self._endpoint.send(_PATH, body)
        except CallError as error:
            if not refuses(error):
                raise
            self._probes.learn({"given_text": False})
            raise cannot(source, error.usage) from error
        reply = read_given(answer, given, source, seconds=seconds, price=self.spec.price)
        self._probes.learn({"given_text": bool(reply.completions)})
        if not reply.completions:
            raise cannot(source, reply.usage)
        return reply
