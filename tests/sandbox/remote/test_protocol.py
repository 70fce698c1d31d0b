"""What answers mean: those of other servers, and our own there and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox import Limits, Run
from judge.sandbox.remote.protocol import Answer, answer, read
from judge.sandbox.toolchains import LanguageRun

LIMITS = Limits(wall_s=3, memory_mb=256)


def meaning(status: str, run: dict[str, Any] | None = None, compiled: dict[str, Any] | None = None) -> tuple[str, str]:
    """Status and message of an answer as SandboxFusion words it."""
    fields = {"execution_time": 0.02, "return_code": None, "stdout": "", "stderr": ""}
    body = {
        "status": status,
        "message": "",
        "compile_result": compiled and {**fields, **compiled},
        "run_result": run and {**fields, **run},
        "executor_pod_name": None,
        "files": {},
    }
    last = read(Answer.model_validate(body), LIMITS, compile_s=5).last
    return last.status, last.message


FINE = {"status": "Finished", "return_code": 0}


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (("Success", FINE), "ok", ""),
        (("Failed", {"status": "Finished", "return_code": 3}), "runtime_error", "it ended with exit code 3"),
        (("Failed", {"status": "Finished", "return_code": -9}), "runtime_error", "it ended with exit code -9"),
        (("Failed", {"status": "TimeLimitExceeded"}), "timeout", "it ran past 3 s"),
        (
            ("Failed", {"status": "Finished", "return_code": 1, "stderr": "Traceback ...\nMemoryError\n"}),
            "memory_limit",
            "it needed more than 256 MB of memory",
        ),
        (("Failed", None, {"status": "TimeLimitExceeded"}), "timeout", "it ran past 5 s"),
        (("Failed", None, {"status": "Finished", "return_code": 1}), "runtime_error", "it ended with exit code 1"),
        (("Success", FINE, FINE), "ok", ""),
        (("Failed", None, FINE), "sandbox_error", "the server compiled it but gave no run_result"),
        (("SandboxError", {"status": "Error", "stderr": "no"}), "sandbox_error", "the server could not run it"),
        (("Failed", {"status": "Error", "stderr": "no bash"}), "sandbox_error", "the server could not run it: no bash"),
        (("Success",), "sandbox_error", "the server's answer has neither"),
    ],
)
def test_answers_of_other_servers(given: tuple[Any, ...], status: str, message: str) -> None:
    found = meaning(*given)
    assert found[0] == status and found[1].startswith(message) and bool(found[1]) == bool(message)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("size", "status"),
    [(131_072, "timeout"), (131_073, "sandbox_error"), (196_608, "sandbox_error"), (196_609, "timeout")],
)
def test_a_server_that_stopped_reading_is_not_believed(stream: str, size: int, status: str) -> None:
    found, message = meaning("Failed", {"status": "TimeLimitExceeded", stream: "x" * size})
    assert found == status
    assert (f"after printing {size} bytes" in message) == (status == "sandbox_error")


texts = st.text(st.characters(codec="utf-8"), max_size=50)
runs = st.builds(
    Run,
    status=st.sampled_from(["ok", "runtime_error", "timeout", "memory_limit", "output_limit"]),
    exit_code=st.none() | st.integers(-64, 255),
    stdout=texts,
    stderr=texts,
    wall_s=st.floats(0, 100),
    isolation=st.sampled_from(["namespaces", "process"]),
    message=texts,
)


def shown(run: Run | None) -> tuple[object, ...] | None:
    if run is None:
        return None
    return (run.status, run.message, run.stdout, run.wall_s, run.isolation.removeprefix("remote:"))


@given(runs, st.none() | runs)
def test_what_our_server_says_is_what_our_client_reads(run: Run, compiled: Run | None) -> None:
    done = LanguageRun(compiled, run)
    again = read(Answer.model_validate_json(answer(done, {}).model_dump_json()), LIMITS, compile_s=5)
    assert (shown(again.compiled), shown(again.run)) == (shown(compiled), shown(run))


@given(runs)
def test_no_failed_run_reads_as_a_success(run: Run) -> None:
    said = answer(LanguageRun(None, run), {})
    assert (said.status == "Success") == (run.status == "ok")
    assert said.run_result is not None
    if run.status != "ok":
        assert said.run_result.status == "TimeLimitExceeded" or said.run_result.return_code


def test_a_broken_sandbox_is_no_failed_program() -> None:
    broken = Run("sandbox_error", None, "", "", 0.0, "none", "no isolation works here")
    said = answer(LanguageRun(None, broken), {})
    assert (said.status, said.message) == ("SandboxError", "no isolation works here")
    assert said.run_result is not None and said.run_result.status == "Error"
