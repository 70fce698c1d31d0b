"""Which checks run on what: by rule, the first of a part, and together where a tool compares."""

from pathlib import Path

import pytest

from judge import Judge, Sample
from judge.run.record import Record

TOOLS = {
    "pair": '''
"""Looks at responses together."""
from judge.types import Evidence, Sample

CHECKS = "difference"
SOFT = True

def needs(sample: Sample) -> str:
    return ""

async def verify(sample: Sample) -> Evidence:
    return Evidence(tool="pair", stance="neutral", summary="alone", score=0.5)

async def compare(sample: Sample, *, bonus: float = 0.0):
    lengths = [len(response.text) for response in sample.responses]
    return [
        Evidence(tool="pair", stance="neutral", summary=f"{n} of {max(lengths)}", response=i, score=n / max(lengths))
        for i, n in enumerate(lengths)
    ]
''',
    "first": '''
"""Always right."""
from judge.types import Evidence, Sample
CHECKS = "reference"
def needs(sample: Sample) -> str:
    return "" if sample.references else "a reference"
async def verify(sample: Sample) -> Evidence:
    return Evidence(tool="first", stance="supports", summary="right", score=1.0, hard=True)
''',
    "hang": '''
"""Never ends."""
from judge.types import Evidence, Sample
CHECKS = "patience"
SOFT = True
def needs(sample: Sample) -> str:
    return ""
def verify(sample: Sample) -> Evidence:
    while True:
        pass
''',
}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    for name, text in TOOLS.items():
        (tmp_path / "tools" / f"{name}.py").write_text(text)
    return tmp_path


def judge(shelf: Path, *tools: object, **settings: object) -> Judge:
    return Judge("verify", library=[shelf], settings={"tools": list(tools), **settings})


def test_comparing_tool_sees_the_responses_together_and_one_alone(shelf: Path) -> None:
    both = judge(shelf, {"tool": "pair", "weight": 1.0})
    assert [reward.value for reward in both.score_group("p", ["four", "12345678"])] == [0.5, 1.0]
    assert both.score("p", "x").evidence[0].summary == "alone"


def test_comparing_tool_is_spared_the_empty_response_and_indices_stay(shelf: Path) -> None:
    rewards = judge(shelf, {"tool": "pair", "weight": 1.0}).score_group("p", ["", "four", "12345678"])
    assert [reward.value for reward in rewards] == [0.0, 0.5, 1.0]
    assert [reward.evidence[0].response for reward in rewards] == [0, 1, 2]


def test_comparison_is_replayed(shelf: Path, tmp_path: Path) -> None:
    sample = Sample(id="a", prompt="p", responses=("four", "12345678"))
    before = judge(shelf, {"tool": "pair", "weight": 1.0}).score_sample(sample)
    path = tmp_path / "run.jsonl"
    path.write_text(Record.of(0, "a", before).to_json() + "\n")
    again = Judge("verify", library=[shelf], settings={"tools": [{"tool": "pair", "weight": 1.0}]}, replay=path)
    assert [reward.value for reward in again.score_sample(sample)] == [0.5, 1.0]


def test_findings_stand_by_response_and_then_as_the_recipe_names_the_tools(shelf: Path) -> None:
    found = judge(shelf, "pair", "first").score_group("p", ["one", "three"], "yes")
    shown = [(item.id, item.response, item.tool) for reward in found for item in reward.evidence]
    assert shown == [("E1", 0, "pair"), ("E2", 0, "first"), ("E3", 1, "pair"), ("E4", 1, "first")]


def test_first_tool_of_a_part_is_used(shelf: Path) -> None:
    assert [item.tool for item in judge(shelf, "first", "exact_match").score("p", "no", "yes").evidence] == ["first"]
    reward = judge(shelf, "exact_match", "first").score("p", "no", "yes")
    assert [item.tool for item in reward.evidence] == ["exact_match"] and float(reward) == 0


def test_soft_check_that_hangs_is_killed_and_the_hard_one_decides(shelf: Path) -> None:
    reward = judge(shelf, {"tool": "hang", "timeout_s": 0.5}, "first").score("p", "yes", "yes")
    assert float(reward) == 1.0 and "a check broke" in reward.flags
    assert [item.failure and item.failure.kind for item in reward.evidence] == ["timeout", None]


def test_a_recipe_says_which_findings_outrank_the_critics(shelf: Path) -> None:
    for decides, hard in (("always", [True, True]), ("supports", [True, False]), ("never", [False, False])):
        one = judge(shelf, {"tool": "exact_match", "decides": decides, "weight": 1})
        rewards = [one.score("p", said, "yes") for said in ("yes", "no")]
        assert [reward.evidence[0].hard for reward in rewards] == hard
        assert [reward.value for reward in rewards] == [1.0, 0.0]  # a soft one counts by its weight


def test_a_check_that_could_only_support_spoils_nothing_when_it_breaks(shelf: Path) -> None:
    broken = {"tool": "hang", "timeout_s": 0.5, "decides": "supports"}
    (shelf / "tools" / "hang.py").write_text(TOOLS["hang"].replace("SOFT = True\n", ""))
    assert judge(shelf, broken, "first").score("p", "yes", "yes").value == 1.0
    assert judge(shelf, broken | {"decides": "always"}, "first").score("p", "yes", "yes").value is None
