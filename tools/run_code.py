"""Run a program in the sandbox, for a model that wants to see what it prints."""

from judge import sandbox
from judge.errors import SettingsError, ToolError


async def act(
    code: str,
    language: str = "python",
    stdin: str = "",
    *,
    timeout_s: float = 10.0,
    memory_mb: int = 512,
    shown: int = 4000,
    at_least: str = "",
    server: str = "",
) -> str:
    """Run a program without network or files and return what it prints.

    Args:
        code: the whole program; it sees nothing of earlier runs, so print what you want to know.
        language: the programming language; python, cpp, javascript or bash.
        stdin: text for its standard input.
        timeout_s: seconds for the run, counted from the program's start.
        memory_mb: address space in mebibytes.
        at_least: the weakest level of isolation that will do, such as landlock.
        server: address of a sandbox server that runs it in place of this machine.
        shown: characters shown of each output, half from its start and half from its end.

    Raises:
        ToolError: the language is not available, or the sandbox broke.
    """
    limits = sandbox.Limits(wall_s=timeout_s, memory_mb=memory_mb)
    with sandbox.runs_on(at_least=at_least, server=server):
        try:
            spoken = sandbox.find_language(language.strip()).name
        except SettingsError as error:
            raise ToolError(str(error)) from error
        if spoken == "python":
            run = await sandbox.run_python(code, stdin=stdin, limits=limits)
        else:
            run = (await sandbox.run_language(spoken, code, stdin=stdin, limits=limits)).last
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
