"""`judge rubric`, as people use it."""

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from judge.learn.methods import METHODS

if TYPE_CHECKING:
    from tests.cli.conftest import Command, Endpoint

REPLY = json.dumps(
    {
        "reasons": "r",
        "criteria": ["It is kind."],
        "apply": [1],
        "winner": "A",
        "themes": [{"theme": "Be kind.", "tips": ["Thank them."], "sources": [1]}],
    }
)
"""It answers every question of Auto-Rubric, and prefers what stands first."""
MODEL = "scripted:replies.json"


@pytest.fixture
def pairs(judge: "Command") -> Path:
    """Twenty pairs, and a script that answers everything."""
    (judge.folder / "replies.json").write_text(json.dumps([REPLY]))
    path = judge.folder / "pairs.jsonl"
    rows = [{"instruction": f"Ask {n}", "chosen": "Yes.", "rejected": "No."} for n in range(20)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_learn_then_show_check_and_judge(judge: "Command", pairs: Path) -> None:
    done = judge("rubric", "learn", "pairs.jsonl", "-m", MODEL, "-o", "my.yaml", "--set", "rounds=2")
    assert done.returncode == 0, done.stderr
    assert (
        "Be kind." in done.stdout and "  - Thank them." in done.stdout and "accuracy on 4 held-out pairs" in done.stdout
    )
    assert done.stderr == "judge: 'my.yaml' is written; judge by it with --rubric my.yaml\n"
    shown = json.loads(judge("rubric", "show", "my.yaml", "--json").stdout)
    figures = shown["figures"]
    # A is preferred: pairs whose chosen response stands first pass at once, the others are dropped after two rounds.
    assert figures["kept"] + figures["dropped"] == figures["pairs"] and figures["dropped"] > 0 < figures["kept"]
    assert figures["rounds"] == figures["kept"] + 2 * figures["dropped"]
    assert shown["origins"]["theme_1"]["criteria"] == ["It is kind."]
    assert len(shown["origins"]["theme_1"]["pairs"]) == figures["kept"]
    assert "Be kind." in judge("rubric", "show", "my.yaml").stdout

    checked = judge("rubric", "check", "my.yaml", "pairs.jsonl", "-m", MODEL, "--json")
    diagnostic = json.loads(checked.stdout)["theme_1"]
    assert (checked.returncode, diagnostic["pairs"], diagnostic["coverage"]) == (0, 20, 1.0)

    (judge.folder / "scores.json").write_text(json.dumps(['{"critique": "Kind.", "score": 10}']))
    scored = judge("score", "-r", "direct", "-m", "scripted:scores.json", "--rubric", "my.yaml", "--json",
                   "--prompt", "Hi", "--response", "Thank you.")  # fmt: skip
    assert json.loads(scored.stdout)["value"] == 1.0, scored.stderr
    (judge.folder / "rows.jsonl").write_text('{"prompt": "Hi", "response": "Thank you."}\n')
    graded = judge("grade", "rows.jsonl", "-r", "direct", "-m", "scripted:scores.json", "--rubric", "my.yaml",
                   "-o", "out.jsonl")  # fmt: skip
    assert graded.returncode == 0, graded.stderr
    assert json.loads((judge.folder / "out.jsonl").read_text())["value"] == 1.0


def test_a_criterion_that_misleads_is_said_and_ends_in_1(judge: "Command", pairs: Path) -> None:
    (judge.folder / "my.yaml").write_text("about: x\ncriteria:\n- {id: kind, text: It is kind.}\n")
    # Both orders, and always the first one: every verdict flips, so all are ties and nothing is said.
    ties = judge("rubric", "check", "my.yaml", "pairs.jsonl", "-m", MODEL, "--both-orders")
    assert (ties.returncode, ties.stderr) == (0, "")
    # Pairs whose chosen response stands first are decided rightly, and all others wrongly.
    rows = [json.loads(line) for line in pairs.read_text().splitlines()]
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows if _first(row)))
    assert judge("rubric", "check", "my.yaml", "pairs.jsonl", "-m", MODEL).returncode == 0
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows if not _first(row)))
    bad = judge("rubric", "check", "my.yaml", "pairs.jsonl", "-m", MODEL)
    assert bad.returncode == 1
    assert bad.stderr == "kind misleads: where it prefers a response, it is more often the rejected one\n"
    assert "0.000" in bad.stdout


def _first(row: dict[str, str]) -> bool:
    from judge.learn.pairs import Pair
    from judge.learn.verdicts import chosen_first

    return chosen_first(Pair(id="", prompt=row["instruction"], chosen=row["chosen"], rejected=row["rejected"]), 0)


OF_OPEN_RUBRICS = json.dumps(
    {
        "reasons": "r",
        "criteria": [{"kind": "rule", "text": "It thanks."}, {"kind": "principle", "text": "It is kind."}],
        "winner": "A",
    }
)
OF_MPO = json.dumps(
    {
        "reasons": "r",
        "items": [{"id": name, "rationale": "so", "score": 3} for name in ("quality", "v1_1")],
        "analysis": "It rewards show.",
        "plan": ["kindness"],
        "text": "It is kind.",
        "criteria": ["It is kind."],
    }
)


@pytest.mark.parametrize(
    ("method", "reply", "settings", "part"),
    [
        ("auto_rubric", REPLY, ["rounds=1", "batch=20", "min_success=0"], 0.25),
        ("open_rubrics", OF_OPEN_RUBRICS, [], 0.75),
        ("mpo", OF_MPO, ["versions=2"], 0.5),
    ],
)
def test_a_run_that_was_killed_goes_on(
    judge: "Command", pairs: Path, endpoint: "Endpoint", method: str, reply: str, settings: list[str], part: float
) -> None:
    endpoint.reply = reply
    words = ["rubric", "learn", "pairs.jsonl", "--method", method, "-m", endpoint.model, "-c", 1, "--json",
             "--model-set", 'api_key_env=""', *(word for one in settings for word in ("--set", one))]  # fmt: skip
    whole = judge(*words, "-o", "whole.yaml")
    assert whole.returncode == 0, whole.stderr
    calls = len(endpoint.asked)
    endpoint.asked.clear()
    endpoint.delay_s = 0.02
    running = judge.start(*words, "-o", "my.yaml")
    endpoint.wait(int(part * calls))
    running.kill()
    running.communicate()
    assert not (judge.folder / "my.yaml").exists()
    endpoint.delay_s = 0.0
    again = judge(*words, "-o", "my.yaml")
    assert again.returncode == 0, again.stderr
    # At most what was asked about the piece in work, three questions, and one that was on its way, are asked again.
    assert calls <= len(endpoint.asked) <= calls + 4
    first, second = json.loads(whole.stdout), json.loads(again.stdout)
    assert {**second["rubric"], "name": "whole"} == first["rubric"]
    assert all(second[name] == first[name] for name in ("version", "origins", "diagnostics"))
    assert second["figures"]["calls"] >= first["figures"]["calls"] - 4  # both sittings are counted


def test_two_runs_do_not_write_one_journal(judge: "Command", pairs: Path, endpoint: "Endpoint") -> None:
    endpoint.reply, endpoint.delay_s = REPLY, 0.2
    words = ("rubric", "learn", "pairs.jsonl", "-m", endpoint.model, "-o", "my.yaml", "--model-set", 'api_key_env=""')
    running = judge.start(*words)
    endpoint.wait(1)
    said = judge.refused(*words, "--overwrite")
    assert said == "judge: another run is at work with 'my.yaml.run/journal.jsonl'; wait for it, or choose another one"
    running.kill()
    running.communicate()


def test_ctrl_c_leaves_at_once_and_says_how_to_go_on(judge: "Command", pairs: Path, endpoint: "Endpoint") -> None:
    endpoint.reply, endpoint.delay_s = REPLY, 0.05
    running = judge.start("rubric", "learn", "pairs.jsonl", "-m", endpoint.model, "-o", "my.yaml", "--model-set",
                          'api_key_env=""')  # fmt: skip
    endpoint.wait(10)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)
    expected = "judge: left at once; what was learned is kept; start the same command again to go on\n"
    assert (running.returncode, *said) == (130, "", expected)


def test_generate_prints_a_rubric_that_can_be_used(judge: "Command") -> None:
    reply = {"reasons": "r", "criteria": [{"name": "clear", "text": "Is it clear?", "weight": 2}]}
    (judge.folder / "one.json").write_text(json.dumps([json.dumps(reply)]))
    done = judge("rubric", "generate", "Explain tides", "-m", "scripted:one.json")
    assert done.returncode == 0, done.stderr
    (judge.folder / "tides.yaml").write_text(done.stdout)
    shown = json.loads(judge("rubric", "show", "tides.yaml", "--json").stdout)
    assert [(one["id"], one["weight"]) for one in shown["rubric"]["criteria"]] == [("clear", 2.0)]
    assert judge("rubric", "generate", "-", "-m", "scripted:one.json", "-o", "x.yaml", stdin="Tides?").returncode == 0
    assert "Is it clear?" in (judge.folder / "x.yaml").read_text()
    assert "the prompt is empty" in judge.refused("rubric", "generate", " ", "-m", "scripted:one.json")


def test_mistakes_are_one_sentence(judge: "Command", pairs: Path) -> None:
    learn = ("rubric", "learn", "pairs.jsonl", "-m", MODEL, "-o")
    assert "a rubric is a .yaml file and 'my.json' is none" in judge.refused(*learn, "my.json")
    assert "there is no folder 'none'" in judge.refused(*learn, "none/my.yaml")
    assert "there is no method 'magic'" in judge.refused(*learn, "my.yaml", "--method", "magic")
    assert "has no option 'round'" in judge.refused(*learn, "my.yaml", "--set", "round=1")
    assert "give both, or none" in judge.refused(*learn, "my.yaml", "--embeddings", "http://127.0.0.1:1/v1")
    (judge.folder / "my.yaml").write_text("about: x\n")
    assert "'my.yaml' is there already" in judge.refused(*learn, "my.yaml")
    assert "there is no 'none' among the rubrics" in judge.refused("rubric", "show", "none")
    assert "rubric 'my.yaml' is wrong at criteria" in judge.refused("rubric", "show", "my.yaml")
    pairs.write_text('{"prompt": "a", "chosen": "b"}\n')
    assert "line 1 of 'pairs.jsonl' has no 'rejected'" in judge.refused(*learn, "x.yaml")


def test_another_model_does_not_go_on_with_this_work(judge: "Command", pairs: Path) -> None:
    learn = ("rubric", "learn", "pairs.jsonl", "-o", "my.yaml", "--set", "holdout=0", "-m")
    assert judge(*learn, MODEL).returncode == 0
    (judge.folder / "my.yaml").unlink()
    (judge.folder / "other.json").write_text(json.dumps([REPLY]))
    said = judge.refused(*learn, "scripted:other.json")
    assert "is the work of a run with another model; start that run again, or overwrite it" in said
    assert judge(*learn, "scripted:other.json", "--overwrite").returncode == 0


@pytest.mark.parametrize("command", ["learn", "generate", "check", "show"])
def test_help_shows_an_example(judge: "Command", command: str) -> None:
    shown = judge("rubric", command, "--help")
    assert shown.returncode == 0 and f"judge rubric {command} " in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_help_says_what_each_method_does(judge: "Command") -> None:
    said = " ".join(judge("rubric", "learn", "--help").stdout.split())
    for name, method in METHODS.items():
        assert f"{name}: {method.about}" in said
