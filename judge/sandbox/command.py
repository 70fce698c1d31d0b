"""Run a command in the sandbox: Python alone, until the launcher takes others."""

from collections.abc import Mapping, Sequence

from judge.sandbox.launch import launch
from judge.sandbox.probe import isolation
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run


async def run(
    command: Sequence[str],
    *,
    files: Mapping[str, str | bytes],
    stdin: str = "",
    limits: Limits = DEFAULT_LIMITS,
    fetch: Sequence[str] = (),
    at_least: str | None = None,
    reserves_memory: bool = False,
) -> Run:
    """Run it in the best isolation there is."""
    texts = {name: text if isinstance(text, str) else text.decode() for name, text in files.items()}
    return await launch(isolation().name, texts.pop("program.py"), stdin, texts, limits)
