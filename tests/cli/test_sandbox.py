"""`judge sandbox run` and what `judge sandbox serve` refuses; its serving is tested with the server."""

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_a_program_runs_with_this_commands_input_and_output(judge: "Command") -> None:
    (judge.folder / "double.py").write_text("print(int(input()) * 2)")
    done = judge("sandbox", "run", "double.py", stdin="21\n")
    assert (done.returncode, done.stdout) == (0, "42\n")
    assert done.stderr.startswith("ok: it ended well (0.") and "isolation " in done.stderr


def test_a_bad_end_is_told_and_is_the_exit_code(judge: "Command") -> None:
    (judge.folder / "loop.txt").write_text("while True: pass")
    done = judge("sandbox", "run", "loop.txt", "--language", "python", "--time", "0.5")
    assert done.returncode == 1 and done.stderr.startswith("timeout: it ran past 0.5 s (0.")


def test_what_cannot_be_run_is_refused_in_one_sentence(judge: "Command") -> None:
    (judge.folder / "x.txt").write_text("")
    (judge.folder / "x.py").write_bytes(b"\xff")
    assert "the suffix of 'x.txt' tells no language; add --language" in judge.refused("sandbox", "run", "x.txt")
    assert "programs in 'go' are not run here" in judge.refused("sandbox", "run", "x.txt", "--language", "go")
    assert "x.py is no text in UTF-8" in judge.refused("sandbox", "run", "x.py")
    assert "the server 'here' is no address" in judge.refused(
        "sandbox", "run", "x.txt", "--language", "python", "--server", "here"
    )


def test_a_server_is_not_opened_to_everybody(judge: "Command") -> None:
    said = judge.refused("sandbox", "serve", "--host", "0.0.0.0", "--no-token")
    assert "a server on 0.0.0.0 needs a token" in said
    (judge.folder / "token").write_text("short\n")
    assert "has 5 characters; use 16 or more" in judge.refused("sandbox", "serve", "--token-file", "token")
    assert "'strong' is no level of isolation" in judge.refused("sandbox", "serve", "--at-least", "strong")
    assert "the variable NOWHERE has 0 characters" in judge.refused("sandbox", "serve", "--token-env", "NOWHERE")


def test_the_doctor_says_which_languages_work(judge: "Command") -> None:
    lines = [json.loads(line) for line in judge("doctor", "--json").stdout.splitlines()]
    states = {line["what"]: line["state"] for line in lines if line["area"] == "language"}
    assert states.keys() == {"python", "pytest", "cpp", "javascript", "bash"} and states["python"] == "good"


@pytest.mark.parametrize("command", ["run", "serve"])
def test_help_shows_examples(judge: "Command", command: str) -> None:
    done = judge("sandbox", command, "--help")
    assert done.returncode == 0 and f"judge sandbox {command} " in done.stdout and "…" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
