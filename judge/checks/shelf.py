"""Load the tools that a recipe names: files of the shelf, or MCP servers."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from judge import library
from judge.checks.offers import keywords_of
from judge.errors import SettingsError
from judge.mcp import McpServer
from judge.recipe import ToolUse

_MCP = "mcp:"


def load_tool(use: ToolUse, libraries: Sequence[str | Path] = ()) -> Any:
    """Return the module of a tool, or the MCP server that it names. Nothing is started yet.

    Raises:
        LibraryError: there is no such tool, or its file does not load.
        SettingsError: what follows `mcp:` is neither a URL nor a command, or an option does not exist.
    """
    if not use.tool.startswith(_MCP):
        module: Any = library.module("tools", use.tool, libraries)
        _refuse_unknown_options(use, module)
        return module
    place = use.tool.removeprefix(_MCP).strip()
    url = place if place.startswith(("http://", "https://")) else ""
    try:
        command = () if url else tuple(shlex.split(place))
        return McpServer(url=url, command=command, **use.options)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        example = "mcp:http://127.0.0.1:9000/mcp or mcp:python my_server.py"
        raise SettingsError(f"the tool {use.tool!r} is no MCP server ({error}); write {example}") from error


def source_of(use: ToolUse, libraries: Sequence[str | Path] = ()) -> str:
    """Return what a tool's fingerprint is made of: its file, or the address of its server."""
    return use.tool if use.tool.startswith(_MCP) else library.text("tools", use.tool, libraries)


def is_check(tool: Any) -> bool:
    """Whether a tool checks responses by itself, and does not only act when it is asked."""
    return hasattr(tool, "verify") and hasattr(tool, "needs")


def prompts_of(tool: Any) -> tuple[str, ...]:
    """Return the names of the prompts that a tool asks the judge's model."""
    return tuple(getattr(tool, "PROMPTS", ()))


def _refuse_unknown_options(use: ToolUse, module: Any) -> None:
    """Raise when no function of the tool takes an option that the recipe sets."""
    known: set[str] = set()
    for function in (getattr(module, name, None) for name in ("verify", "compare", "act")):
        taken, _ = keywords_of(function) if function else (frozenset[str](), False)
        if taken is None:
            return
        known |= taken
    if unknown := sorted(set(use.options) - known):
        choice = f"it knows {', '.join(sorted(known))}" if known else "it has none"
        raise SettingsError(f"the tool {use.tool!r} has no option {unknown[0]!r}; {choice}")
