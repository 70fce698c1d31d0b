"""The other commands, as people use them."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from judge import library

if TYPE_CHECKING:
    from tests.cli.conftest import Command, Endpoint

COMMANDS = ("grade", "score", "eval", "calibrate", "list", "graph", "doctor", "demo")
EVAL = '''"""Sums: does the judge tell right ones from wrong ones?"""

import json

from judge.types import EvalResult, Sample


def evaluate(data, grade):
    rows = [json.loads(line) for line in (data / "sums.jsonl").read_text().splitlines()]
    samples = [Sample(prompt=r["q"], responses=(r["said"],), references=(r["right"],)) for r in rows]
    agree = sum(reward.ok and bool(reward.value) == row["label"]
                for reward, row in zip(grade(samples, "verify"), rows, strict=True))
    return EvalResult(name="sums", n=len(rows), agree=agree)
'''


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples_line_by_line_in_eighty_columns(judge: "Command", command: str) -> None:
    done = judge(command, "--help")
    assert done.returncode == 0 and max(map(len, done.stdout.splitlines())) <= 80
    examples = re.findall(rf"^   (?:.* \| )?judge {command}\b.*$", done.stdout, re.MULTILINE)
    assert examples, done.stdout
    assert "…" not in done.stdout  # nothing is cut off


def test_the_front_page_names_every_command_and_the_version_is_told(judge: "Command") -> None:
    shown = judge("--help").stdout
    assert all(f" {command} " in shown for command in (*COMMANDS, "sandbox"))
    assert re.fullmatch(r"agentic-judge \d+\.\d+\.\S+\n", judge("--version").stdout)


def test_unknown_words_are_told_what_there_is(judge: "Command") -> None:
    assert "there is no shelf 'toys'; choose one of: prompts, rubrics" in judge.refused("list", "toys")
    assert "there is no 'nope' among the recipes; choose one of: " in judge.refused("graph", "nope")
    assert "there is no 'nope' among the evals; choose one of: " in judge.refused("eval", "nope", "--data", ".")
    assert "there is no 'nope' among the rubrics" in judge.refused(
        "score", "-p", "Q", "-a", "A", "-r", "direct", "-m", "openai:x", "--rubric", "nope"
    )
    for words in (["grate"], ["list", "tools", "--library", "nowhere"], ["grade", "x", "--limit", "0", "-o", "y"]):
        done = judge(*words)
        assert done.returncode == 2 and "Traceback" not in done.stderr and "Usage: " in done.stderr


# ------------------------------------------------------------------ score


def test_a_score_is_shown_as_a_card(judge: "Command") -> None:
    done = judge("score", "-p", "What is 6 x 7?", "-a", "It is 42.", "--reference", "42")
    assert done.returncode == 0
    assert "What is 6 x 7?" in done.stdout and "1  of 0 to 1" in done.stdout and "math_equal" in done.stdout


def test_scores_as_json_one_line_per_response(judge: "Command") -> None:
    done = judge("score", "-p", "What is 6 x 7?", "-a", "42", "-a", "-", "--reference", "42", "--json", stdin="41\n")
    assert done.returncode == 0
    assert [json.loads(line)["value"] for line in done.stdout.splitlines()] == [1.0, 0.0]


def test_a_sample_from_stdin(judge: "Command") -> None:
    sample = {"id": "s1", "prompt": "Add.", "responses": ["def add(a, b): return a - b"],
              "tests": {"code": "assert add(1, 2) == 3"}}  # fmt: skip
    done = judge("score", "--json", stdin=json.dumps(sample))
    reward = json.loads(done.stdout)
    assert (done.returncode, reward["sample"], reward["value"]) == (0, "s1", 0.0)
    assert "stdin is no sample: JSON" in judge.refused("score", stdin="{")
    assert "stdin is no sample: responses" in judge.refused("score", stdin='{"prompt": "Q"}')
    assert "a response is missing" in judge.refused("score", "-p", "Q")
    assert "is no text in UTF-8" in judge.refused(
        "score", "-p", "Q", "-a", "-", stdin="\udcff", errors="surrogateescape"
    )


def test_tests_from_a_file(judge: "Command") -> None:
    (judge.folder / "tests.py").write_text("assert add(1, 2) == 3\n")
    done = judge("score", "-p", "Add.", "-a", "def add(a, b): return a + b", "--tests", "tests.py", "--json")
    assert json.loads(done.stdout)["value"] == 1.0
    done = judge("score", "-p", "Add.", "-a", "x", "--tests", "nowhere.py")
    assert done.returncode == 2 and "nowhere.py" in done.stderr


def test_what_cannot_be_scored_has_no_number_and_exits_with_1(judge: "Command") -> None:
    done = judge("score", "-p", "Sing.", "-a", "la")
    assert done.returncode == 1 and "unscored, abstained  nothing_to_verify" in done.stdout


def test_a_model_is_asked_as_the_options_say(judge: "Command", endpoint: "Endpoint") -> None:
    done = judge("score", "-p", "Sing.", "-a", "la", "-r", "direct", "-m", endpoint.model, "--json", "--seed", 3,
                 "--set", "settle.hi=10", "--model-set", "price.prompt=1000", "--model-set", "price.completion=0",
                 "--model-set", "call_timeout_s=5", "--model-set", "in_flight=2")  # fmt: skip
    reward = json.loads(done.stdout)
    assert reward["value"] == pytest.approx(20 / 3) and reward["seed"] == 3
    assert reward["usage"]["usd"] == pytest.approx(0.1) and "la" in endpoint.asked[0]
    words = ("score", "-p", "Q", "-a", "A", "-r", "direct", "-m", endpoint.model)
    assert "recipe 'direct' has no setting 'critic.tempo'" in judge.refused(*words, "--set", "critic.tempo=1")
    assert "--set 'fast' is not SETTING=VALUE" in judge.refused(*words, "--set", "fast")
    assert "timeout_s must be positive" in judge.refused(*words, "--timeout", "0")
    price = ("--model-set", "price=1", "--model-set", "price.prompt=2")
    assert "'price.prompt' is set both as a whole and in parts" in judge.refused(*words, *price)


# ------------------------------------------------------------------ shelves, graph, doctor


@pytest.mark.parametrize("shelf", library.SHELVES)
def test_every_shelf_lists_its_things_with_a_sentence_each(judge: "Command", shelf: library.Shelf) -> None:
    done = judge("list", shelf, "--json")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["name"] for entry in entries] == library.names(shelf) and all(entry["about"] for entry in entries)


def test_recipes_are_listed_with_paper_slots_needs_and_calls(judge: "Command") -> None:
    listed = {entry["name"]: entry for entry in map(json.loads, judge("list", "recipes", "--json").stdout.splitlines())}
    cloud = listed["cloud"]
    assert cloud["follows"].startswith("CLoud (arXiv 2408.11791)")
    assert cloud["slots"]["critic"] == "pointwise, assess, then rate_digit"
    assert cloud["needs"] == ["logprobs or samples"]
    assert (cloud["calls"], cloud["calls_for_group"]) == (2, 16)  # a critique and a score for each
    assert (listed["carmo"]["calls"], listed["carmo"]["calls_for_group"]) == (2, 9)  # criteria once for the group
    assert (listed["rrm"]["calls"], listed["rrm"]["calls_for_group"]) == (2, 8 * 7)  # 28 pairs in both orders
    assert (listed["rrm_knockout"]["calls_for_group"], listed["verify"]["calls"]) == (2 * 7, 0)
    assert "needs logprobs or samples" in judge("list", "recipes").stdout


def test_a_library_of_ones_own_is_listed_and_a_broken_file_in_it_is_named(judge: "Command") -> None:
    shelf = judge.folder / "own" / "tools"
    shelf.mkdir(parents=True)
    (shelf / "rhyme.py").write_text('"""Does it rhyme?"""\n')
    shown = judge("list", "tools", "--library", "own").stdout
    assert re.search(r"^rhyme +Does it rhyme\?", shown, re.MULTILINE) and "math_equal" in shown
    (shelf / "rhyme.py").write_text("def rhyme(:\n")
    assert "'rhyme' on the tools shelf is no Python" in judge.refused("list", "tools", "--library", "own")


def test_a_graph_is_mermaid_text(judge: "Command") -> None:
    drawn = judge("graph", "direct").stdout
    assert drawn.startswith("graph TD\n") and "critique --> vote" in drawn and "evidence" not in drawn


def test_the_doctor_looks_at_this_machine_and_at_an_endpoint(judge: "Command", endpoint: "Endpoint") -> None:
    done = judge("doctor", "--model", endpoint.model, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"python", "package", "shelf", "sandbox", "endpoint"} <= {finding["area"] for finding in found}
    assert [f["note"][:9] for f in found if (f["area"], f["what"]) == ("endpoint", "answers")] == ["as tiny-1"]
    assert done.returncode == int(any(finding["state"] == "bad" for finding in found))
    endpoint.status = 503
    down = judge("doctor", "-m", endpoint.model)
    assert down.returncode == 1 and "answered 503" in " ".join(down.stdout.split())


# ------------------------------------------------------------------ eval


def test_an_eval_of_ones_own(judge: "Command", tmp_path: Path) -> None:
    (tmp_path / "own" / "evals").mkdir(parents=True)
    (tmp_path / "own" / "evals" / "sums.py").write_text(EVAL)
    (tmp_path / "data").mkdir()
    words = ("eval", "sums", "--data", "data", "--library", "own")
    said = judge.refused(*words)
    assert "'data' is not laid out as the eval 'sums' says (FileNotFoundError: " in said
    rows = [("6 x 7", "42", "42", True), ("6 x 8", "48", "46", False), ("6 x 9", "54", "54", False)]
    keys = ("q", "right", "said", "label")
    (tmp_path / "data" / "sums.jsonl").write_text(
        "\n".join(json.dumps(dict(zip(keys, row, strict=True))) for row in rows)
    )
    shown = judge(*words)
    assert shown.returncode == 0 and re.search(r"agree +2 \(66\.67%\)", shown.stdout)
    assert json.loads(judge(*words, "--json").stdout.splitlines()[-1])["agree"] == 2
    done = judge("eval", "sums", "--data", "nowhere", "--library", "own")
    assert done.returncode == 2 and "nowhere" in done.stderr
