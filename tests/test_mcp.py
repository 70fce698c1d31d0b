"""The tools of MCP servers: real ones, over standard streams and over HTTP on loopback."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from judge import Judge
from judge.errors import SettingsError, ToolError
from judge.mcp import McpServer
from judge.models.scripted import ScriptedModel

pytest.importorskip("mcp", reason="the extra mcp is not installed")

SERVER = '''
import os, sys, time
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("figures", log_level="ERROR")

@server.tool()
def double(x: int) -> str:
    """Double a number.

    Really.
    """
    return f"{x} doubled is {2 * x}"

@server.tool()
def fail(why: str) -> str:
    """Fail."""
    raise ToolError(why)

@server.tool()
def secret() -> str:
    """Show a variable."""
    return os.environ.get("OPENAI_API_KEY", "nothing there")

@server.tool()
def slow() -> str:
    """Take long."""
    time.sleep(30)
    return "late"

if len(sys.argv) > 1:
    server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
else:
    server.run("stdio")
'''


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "server.py"
    path.write_text(SERVER)
    return path


@pytest.fixture
def url(script: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, str(script), str(port)], stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
        process.kill()


async def used(server: McpServer, name: str, arguments: dict[str, Any]) -> str:
    try:
        return await server.call(name, arguments)
    finally:
        await server.close()


def stdio(script: Path, **options: Any) -> McpServer:
    return McpServer(command=(sys.executable, str(script)), **options)


def test_tools_are_described_and_called(script: Path) -> None:
    async def both() -> tuple[list[Any], str]:
        server = stdio(script, tools=["double"])
        found = await server.tools(), await server.call("double", {"x": 21})
        await server.close()
        return found

    [tool], said = asyncio.run(both())
    assert (tool.name, tool.about.split("\n")[0], said) == ("double", "Double a number.", "21 doubled is 42")
    assert tool.parameters["properties"]["x"]["type"] == "integer"


def test_errors_and_silence_are_errors(script: Path) -> None:
    with pytest.raises(ToolError, match=r"fail says: .*no reason"):
        asyncio.run(used(stdio(script), "fail", {"why": "no reason"}))
    with pytest.raises(ToolError, match=r"slow .* ran past 1 s"):
        asyncio.run(used(stdio(script, timeout_s=1), "slow", {}))
    with pytest.raises(ToolError, match="cannot be reached: FileNotFoundError"):
        asyncio.run(used(McpServer(command=("/nowhere/at/all",)), "x", {}))


def test_programs_see_no_keys(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert asyncio.run(used(stdio(script), "secret", {})) == "nothing there"


def test_unknown_tool_of_a_server_is_a_setting(script: Path) -> None:
    async def listed() -> None:
        server = stdio(script, tools=["treble"])
        try:
            await server.tools()
        finally:
            await server.close()

    with pytest.raises(SettingsError, match="has no tool 'treble'; it has double"):
        asyncio.run(listed())


def test_an_agent_uses_a_server_over_http(url: str) -> None:
    critique = '{"critique": "Right by [E1].", "score": 10}'
    model = ScriptedModel(['Action: double {"x": 21}\nAction: fail {"why": "x"}', "Done.", critique])
    settings = {
        "tools": [{"tool": f"mcp:{url}", "options": {"tools": ["double", "fail"]}}],
        "agent": {"calling": "text"},
    }
    reward = Judge("direct", model, settings=settings).score("What is 2 x 21?", "42")
    assert float(reward) == 1.0
    assert [(item.tool, item.stance) for item in reward.evidence] == [
        ("double", "neutral"),
        ("fail", "error"),
        ("agent", "neutral"),
    ]
    assert reward.evidence[0].summary == "21 doubled is 42" and url in reward.evidence[0].provenance


def test_a_server_that_is_gone_is_an_error_that_the_agent_sees() -> None:
    model = ScriptedModel(["Action: mcp:http://127.0.0.1:9/mcp", "Done.", '{"critique": "Fine.", "score": 10}'])
    settings = {"tools": ["mcp:http://127.0.0.1:9/mcp"], "agent": {"calling": "text"}}
    reward = Judge("direct", model, settings=settings).score("q", "r")
    assert float(reward) == 1.0 and reward.evidence[0].stance == "error"
    assert "cannot be reached" in reward.evidence[0].summary


def test_address_without_a_server_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"'mcp:' is no MCP server \(it has neither a URL nor a command\)"):
        Judge("direct", ScriptedModel([]), settings={"tools": ["mcp:"]})
