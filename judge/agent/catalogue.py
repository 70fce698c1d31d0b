"""What an agent may call for one response: actions, checks that wait to be asked for, and the tools of MCP servers."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from judge.checks import Check, Desk, Kit, Offer, offer_of, run_check
from judge.errors import ToolError
from judge.mcp import McpServer
from judge.types import Evidence, Sample

_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}


async def catalogue(sample: Sample, checks: Sequence[Check], kit: Kit) -> list[Offer]:
    """Return what may be called about the sample's only response, in the recipe's order."""
    offers: list[Offer] = []
    for check in checks:
        if isinstance(check.tool, McpServer):
            offers += await _remote(check.use.tool, check.tool)
        elif hasattr(check.tool, "act"):
            offers.append(_action(check, sample, kit))
        elif check.use.when == "asked" and not check.tool.needs(sample):
            offers.append(_asked(check, sample, kit))
    return offers


def _action(check: Check, sample: Sample, kit: Kit) -> Offer:
    """Return a tool's action, each run at a desk of its own."""
    name, options = check.use.tool, check.use.options

    async def run(arguments: dict[str, Any]) -> Evidence:
        desk = Desk(kit, sample.id)
        found = await offer_of(name, check.tool, options, desk).run(arguments)
        return desk.sign(found.model_copy(update={"hard": False}))

    return replace(offer_of(name, check.tool, options), run=run)


def _asked(check: Check, sample: Sample, kit: Kit) -> Offer:
    """Return a check as something that can be asked for; it needs no arguments."""

    async def run(arguments: dict[str, Any]) -> Evidence:
        return (await run_check(check, sample, kit))[0]

    about = inspect.getdoc(check.tool) or check.use.tool
    return Offer(check.use.tool, about.split("\n", 1)[0], _NOTHING, run)


async def _remote(name: str, server: McpServer) -> list[Offer]:
    """Return the tools of a server; of one that cannot be reached, an offer that says so when it is called."""
    try:
        return [_remote_tool(tool.name, tool.about, tool.parameters, server) for tool in await server.tools()]
    except ToolError as error:
        message = str(error)

        async def fail(arguments: dict[str, Any]) -> Evidence:
            raise ToolError(message)

        return [Offer(name, "out of order at present", _NOTHING, fail)]


def _remote_tool(name: str, about: str, parameters: dict[str, Any], server: McpServer) -> Offer:
    async def run(arguments: dict[str, Any]) -> Evidence:
        text = await server.call(name, arguments)
        return Evidence(tool=name, stance="neutral", summary=text, provenance=f"MCP server {server.name}")

    return Offer(name, " ".join(about.split("\n\n", 1)[0].split()), parameters, run)
