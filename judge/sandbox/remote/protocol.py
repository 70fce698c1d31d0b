"""What goes over the wire in SandboxFusion's protocol, and what it means in terms of runs.

`POST /run_code` takes a RunRequest and gives an Answer. Ours carry one field more, `judge`, which others ignore: the
isolation, and the statuses that the protocol cannot tell apart.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from judge.sandbox.toolchains import LanguageRun
from judge.sandbox.values import Limits, Run, RunStatus

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]

QUEUE_HEADER = "judge-queue-s"
"""Seconds that a caller is ready to wait in the queue; ours say it, for others the server has a limit of its own."""
STUCK_BYTES = range(131_073, 196_609)
"""Some SandboxFusion servers, such as that of July 2026, read on only at the end: who prints so much waits for ever."""


class RunRequest(BaseModel):
    """A program and what it is given."""

    code: str
    language: str
    stdin: str | None = None
    compile_timeout: Seconds = 10
    run_timeout: Seconds = 10
    memory_mb: int = Field(-1, alias="memory_limit_MB")
    """-1 leaves it to the server."""
    files: dict[str, str | None] = {}
    """Contents in base64 by relative path."""
    fetch_files: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    """More words for pytest's command line."""


class CommandResult(BaseModel):
    """One process: the compiler, or the program."""

    status: Literal["Finished", "Error", "TimeLimitExceeded"]
    execution_time: float | None = None
    return_code: int | None = None
    stdout: str | None = None
    stderr: str | None = None


class Verdict(BaseModel):
    """What our servers know beyond the protocol."""

    isolation: str
    status: RunStatus
    message: str


class Answer(BaseModel):
    """What came of it."""

    status: Literal["Success", "Failed", "SandboxError"]
    message: str = ""
    compile_result: CommandResult | None = None
    run_result: CommandResult | None = None
    executor_pod_name: str | None = None
    files: dict[str, str] = {}
    judge: dict[Literal["compile", "run"], Verdict] = {}


def refusal(message: str) -> Answer:
    """Return the answer that no program was run, and why."""
    return Answer(status="SandboxError", message=message)


def answer(done: LanguageRun, files: dict[str, str]) -> Answer:
    """Return what goes over the wire for a run; `files` in base64."""
    steps = {"compile": done.compiled, "run": done.run}
    broken = next((run for run in steps.values() if run and run.status == "sandbox_error"), None)
    return Answer(
        status="SandboxError" if broken else "Success" if done.last.status == "ok" else "Failed",
        message=broken.message if broken else "",
        compile_result=_result(done.compiled) if done.compiled else None,
        run_result=_result(done.run) if done.run else None,
        files=files,
        judge={name: _verdict(run) for name, run in steps.items() if run},  # type: ignore[misc]
    )


def _verdict(run: Run) -> Verdict:
    return Verdict(isolation=run.isolation, status=run.status, message=run.message)


def _result(run: Run) -> CommandResult:
    """Return a run in the protocol's words. What we ended for its excesses reads as killed, its reason as printed."""
    if run.status == "sandbox_error":
        return CommandResult(status="Error", stderr=run.message)
    said = {"execution_time": run.wall_s, "stdout": run.stdout, "stderr": run.stderr}
    if run.status == "timeout":
        return CommandResult.model_validate({**said, "status": "TimeLimitExceeded"})
    code = run.exit_code
    if run.status != "ok" and not code:
        code, said["stderr"] = -9, f"{run.stderr}\n{run.message}\n".lstrip("\n")
    return CommandResult.model_validate({**said, "status": "Finished", "return_code": code})


def read(answer: Answer, limits: Limits, compile_s: float) -> LanguageRun:
    """Return what an answer says. `limits` and `compile_s` are what was asked for, for the messages."""
    if answer.status == "SandboxError":
        return LanguageRun(None, broken(f"the server could not run it: {answer.message or 'it did not say why'}"))
    compiled = answer.compile_result and _run(answer.compile_result, answer.judge.get("compile"), compile_s, limits)
    run = answer.run_result and _run(answer.run_result, answer.judge.get("run"), limits.wall_s, limits)
    if compiled is None and run is None:
        return LanguageRun(None, broken("the server's answer has neither a compile_result nor a run_result"))
    if run is None and compiled and compiled.status == "ok":
        return LanguageRun(compiled, broken("the server compiled it but gave no run_result"))
    return LanguageRun(compiled or None, run or None)


def broken(message: str) -> Run:
    """Return the run that did not take place."""
    return Run("sandbox_error", None, "", "", 0.0, "remote", message)


def _run(result: CommandResult, verdict: Verdict | None, wall_s: float, limits: Limits) -> Run:
    stdout, stderr = result.stdout or "", result.stderr or ""
    status, message = _meaning(result, wall_s, limits) if verdict is None else (verdict.status, verdict.message)
    return Run(
        status=status,
        exit_code=result.return_code,
        stdout=stdout,
        stderr=stderr,
        wall_s=result.execution_time or 0.0,
        isolation=f"remote:{verdict.isolation}" if verdict else "remote",
        message=message,
    )


def _meaning(result: CommandResult, wall_s: float, limits: Limits) -> tuple[RunStatus, str]:
    """Return the status that a server of another make meant, with a sentence."""
    if result.status == "Error":
        return "sandbox_error", f"the server could not run it: {(result.stderr or '').strip()[-500:]}"
    if result.status == "TimeLimitExceeded":
        sizes = {len((text or "").encode("utf-8", "replace")) for text in (result.stdout, result.stderr)}
        if stuck := [size for size in sizes if size in STUCK_BYTES]:
            return "sandbox_error", (
                f"the server says it ran out of time after printing {stuck[0]} bytes, where some SandboxFusion servers "
                "stop reading, so this may be the server's fault; update it, or use judge sandbox serve"
            )
        return "timeout", f"it ran past {wall_s:g} s"
    if result.return_code == 0:
        return "ok", ""
    if (result.stderr or "").rstrip().rpartition("\n")[2].startswith("MemoryError"):
        return "memory_limit", f"it needed more than {limits.memory_mb} MB of memory"
    return "runtime_error", f"it ended with exit code {result.return_code}"
