"""The tools of an MCP server, by the official SDK. The only file that imports it.

A server is started, or connected to, by the first call, and belongs to the event loop in which that call runs. What a
tool of it says is an observation: text from outside, and no verdict.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from judge.errors import SettingsError, ToolError

_START_S = 30.0
_LONGEST = 100_000
"""Characters of a result that are kept."""


@dataclass(frozen=True, slots=True)
class RemoteTool:
    """One tool as the server describes it."""

    name: str
    about: str
    parameters: dict[str, Any]
    """JSON schema of its arguments."""


class McpServer:
    """One server and its session."""

    def __init__(
        self,
        *,
        url: str = "",
        command: Sequence[str] = (),
        tools: Sequence[str] = (),
        environment: dict[str, str] | None = None,
        token_env: str = "",
        timeout_s: float = 60.0,
    ) -> None:
        """Keep how to reach it; nothing is opened yet.

        Args:
            url: where it listens (streamable HTTP); or
            command: the program that is it, which speaks over its standard streams.
            tools: names of those that may be used; empty for all.
            environment: variables for the program; it inherits nothing else but what a program needs to start.
            token_env: variable of ours whose value goes along as a bearer token, for a URL.
            timeout_s: seconds for one call.

        Raises:
            ValueError: neither url nor command is given.
        """
        if not url and not command:
            raise ValueError("it has neither a URL nor a command")
        self.url, self.command, self.timeout_s = url, tuple(command), timeout_s
        self._allowed = tuple(tools)
        self._environment, self._token_env = environment or {}, token_env
        self._client: Any = None
        self._listed: list[RemoteTool] | None = None
        self._life: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._done = asyncio.Event()

    @property
    def name(self) -> str:
        """The URL or the command."""
        return self.url or " ".join(self.command)

    async def tools(self) -> list[RemoteTool]:
        """Return the tools that may be used; a session is asked once.

        Raises:
            ToolError: the server cannot be reached.
            SettingsError: it does not have a tool that the recipe names.
        """
        client = await self._open()
        if self._listed is not None:
            return self._listed
        try:
            found = (await asyncio.wait_for(client.list_tools(), self.timeout_s)).tools
        except Exception as error:
            raise ToolError(f"the MCP server {self.name!r} does not list its tools: {_said(error)}") from error
        known = {tool.name: RemoteTool(tool.name, tool.description or "", dict(tool.input_schema)) for tool in found}
        if missing := [name for name in self._allowed if name not in known]:
            raise SettingsError(f"the MCP server {self.name!r} has no tool {missing[0]!r}; it has {', '.join(known)}")
        self._listed = [known[name] for name in self._allowed or known]
        return self._listed

    async def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Return the text that a tool answers with; pictures and files are named, not shown.

        Raises:
            ToolError: the call failed or ran past `timeout_s`, or the tool answered with an error.
        """
        client = await self._open()
        try:
            result = await asyncio.wait_for(client.call_tool(name, arguments), self.timeout_s)
        except TimeoutError as error:
            raise ToolError(f"{name} of the MCP server {self.name!r} ran past {self.timeout_s:g} s") from error
        except Exception as error:
            raise ToolError(f"{name} of the MCP server {self.name!r} failed: {_said(error)}") from error
        parts = [getattr(part, "text", None) or f"[{part.type}]" for part in result.content]
        text = "\n".join(parts)[:_LONGEST]
        if result.is_error:
            raise ToolError(f"{name} says: {text}")
        return text

    async def close(self) -> None:
        """End the session and the program."""
        self._done.set()
        if self._life is not None:
            await asyncio.wait([self._life])

    async def _open(self) -> Any:
        """Return the client, connected. Its context lives in a task of its own, as the SDK demands."""
        if self._life is None or self._life.done():
            self._ready, self._listed = asyncio.get_running_loop().create_future(), None
            self._done.clear()
            self._life = asyncio.create_task(self._live(self._ready))
        assert self._ready is not None
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), _START_S)
        except TimeoutError as error:
            self._done.set()
            self._life.cancel()
            raise ToolError(f"the MCP server {self.name!r} did not answer within {_START_S:g} s; start it") from error
        return self._client

    async def _live(self, ready: "asyncio.Future[None]") -> None:
        try:
            async with _client(self.url, self.command, self._environment, self._token_env) as self._client:
                ready.set_result(None)
                await self._done.wait()
        except Exception as error:
            if not ready.done():
                message = f"the MCP server {self.name!r} cannot be reached: {_said(error)}; start it or correct it"
                ready.set_exception(ToolError(message))


def _client(url: str, command: tuple[str, ...], environment: dict[str, str], token_env: str) -> Any:
    try:
        from mcp import Client, StdioServerParameters
        from mcp.client.streamable_http import streamable_http_client
    except ImportError as error:
        raise ToolError("MCP servers need the package mcp; install agentic-judge[mcp]") from error
    if command:
        return Client(StdioServerParameters(command=command[0], args=list(command[1:]), env=environment))
    if not token_env:
        return Client(url)
    import httpx2

    headers = {"Authorization": f"Bearer {os.environ.get(token_env, '')}"}
    return Client(streamable_http_client(url, http_client=httpx2.AsyncClient(headers=headers)))


def _said(error: BaseException) -> str:
    """Return what went wrong, also from within the groups that task libraries wrap errors in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"[:500]
