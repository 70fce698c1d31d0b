"""Run a program in the sandbox, for a model that wants to see what it prints."""

from judge import sandbox
from judge.errors import ToolError

_PYTHON = ("python", "python3", "py")


async def act(
    code: str,
    language: str = "python",
    stdin: str = "",
    *,
    timeout_s: float = 10.0,
    memory_mb: int = 512,
    shown: int = 4000,
) -> str:
    """Run a program without network or files and return what it prints.

    Args:
        code: the whole program; it sees nothing of earlier runs, so print what you want to know.
        language: the programming language; python.
        stdin: text for its standard input.
        timeout_s: seconds for the run, counted from the program's start.
        memory_mb: address space in mebibytes.
        shown: characters shown of each output, half from its start and half from its end.

    Raises:
        ToolError: the language is not available, or the sandbox broke.
    """
    if language.strip().lower() not in _PYTHON:
        raise ToolError(f"there is no {language!r} here; write the program in python")
    run = await sandbox.run_python(code, stdin=stdin, limits=sandbox.Limits(wall_s=timeout_s, memory_mb=memory_mb))
    if run.status == "sandbox_error":
        raise ToolError(f"the sandbox broke, so nothing was run: {run.message}")
    status = "it ended with exit code 0" if run.status == "ok" else f"{run.status}: {run.message}"
    parts = [f"status: {status}", f"stdout:\n{_short(run.stdout, shown)}" if run.stdout else "stdout: (nothing)"]
    if run.stderr.strip():
        parts.append(f"stderr:\n{_short(run.stderr, shown)}")
    return "\n".join(parts)


def _short(text: str, size: int) -> str:
    text = text.rstrip("\n")
    half = max(1, size // 2)
    return text if len(text) <= size else f"{text[:half]}\n[... {len(text) - 2 * half} characters ...]\n{text[-half:]}"
