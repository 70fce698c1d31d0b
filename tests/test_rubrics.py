"""Rubrics: every pack on the shelf, principles that a user gives, and files outside of the shelf."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Rubric, library
from judge.errors import LibraryError, SettingsError
from judge.models.scripted import ScriptedModel
from judge.recipe import load_rubric
from judge.types import Criterion

PACKS = library.names("rubrics")
INLINE = "criteria: [{id: brief, text: The response is brief.}]\n"


def values(criterion: Criterion) -> set[str]:
    """The values that an integer scale has, as descriptors name them."""
    return {str(value) for value in range(int(criterion.scale.lo), int(criterion.scale.hi) + 1)}


def judged(rubric: Any, scores: Mapping[str, float] | float, **settings: Any) -> Reward:
    """The reward of a response that a critic gives these scores."""
    verdict = {"score": scores} if isinstance(scores, float | int) else {"scores": dict(scores)}
    model = ScriptedModel([json.dumps({"critique": "The passages were read one by one.", **verdict})])
    return Judge("direct", model, rubric=rubric, **settings).score("q", "a")


def extreme(rubric: Rubric, *, best: bool) -> dict[str, float] | float:
    """The scores of a response that does everything right, or everything wrong."""
    scores = {one.id: one.scale.hi if best == (one.weight >= 0) else one.scale.lo for one in rubric.criteria}
    return scores if len(scores) > 1 else next(iter(scores.values()))


# ------------------------------------------------------------------ every pack


@pytest.mark.parametrize("name", PACKS)
def test_pack_says_what_it_is_in_one_sentence(name: str) -> None:
    rubric = load_rubric(name)
    assert rubric.name == name
    assert re.fullmatch(r"[A-Z][^?]*[.?]", rubric.about)
    assert not re.search(r"[.?!] [A-Z]", rubric.about)


@pytest.mark.parametrize("name", PACKS)
def test_pack_describes_its_scales(name: str) -> None:
    for one in load_rubric(name).criteria:
        lo, hi = f"{one.scale.lo:g}", f"{one.scale.hi:g}"
        assert one.scale.integer, one.id
        assert {lo, hi} <= set(one.scale.descriptors) <= values(one), one.id
        if len(values(one)) <= 6:  # so few values that each can be told from its neighbours
            assert set(one.scale.descriptors) == values(one), one.id
        meanings = list(one.scale.descriptors.values())
        assert len(set(meanings)) == len(meanings), one.id
        assert list(one.scale.descriptors) == sorted(one.scale.descriptors, key=int), one.id


@pytest.mark.parametrize("name", PACKS)
def test_pack_tells_rules_and_faults_from_merits(name: str) -> None:
    rubric = load_rubric(name)
    graded = [one for one in rubric.criteria if one.kind == "principle"]
    assert graded
    assert all(one.weight != 0 for one in graded)
    for one in rubric.criteria:
        if one.kind == "rule":  # it gates, and is kept or broken
            assert (one.weight, one.scale.lo, one.scale.hi) == (0, 0, 1), one.id
            assert " must " in one.text, one.id
        assert (one.weight < 0) == one.text.endswith(" is worse."), one.id  # also pairs see the text alone


@pytest.mark.parametrize("name", PACKS)
def test_best_scores_earn_the_whole_reward_and_worst_scores_none(name: str) -> None:
    rubric = load_rubric(name)
    assert judged(name, extreme(rubric, best=True)).value == pytest.approx(1, abs=1e-9)
    assert judged(name, extreme(rubric, best=False)).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "rule"),
    [(name, one.id) for name in PACKS for one in load_rubric(name).criteria if one.kind == "rule"],
)
def test_one_broken_rule_earns_the_lowest_whatever_else_is_right(name: str, rule: str) -> None:
    best = extreme(load_rubric(name), best=True)
    assert isinstance(best, dict)
    reward = judged(name, best | {rule: 0}, settings={"settle.lo": -1})
    assert (reward.value, reward.parts[rule]) == (-1, 0)


def test_the_documentation_lists_every_pack_with_its_criteria() -> None:
    text = (Path(__file__).parents[1] / "docs/rubrics.md").read_text(encoding="utf-8")
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    assert sorted(rows) == PACKS
    for name, row in rows.items():
        named = re.findall(r"[\w.:-]+", re.sub(r" x[\d.]+", "", row.split("|")[3]))
        assert [one.lstrip("-") for one in named] == [one.id for one in load_rubric(name).criteria]


def test_the_example_of_the_documentation_is_a_rubric(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs/rubrics.md").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    # solution 2 * 2/3, excuses 0.5 * (1 - 1/2), over 2.5
    scores = {"promise": 1, "solution": 2, "excuses": 1}
    assert judged(tmp_path / "mine.yaml", scores).value == pytest.approx((4 / 3 + 0.25) / 2.5, abs=1e-9)


# ------------------------------------------------------------------ numbers by hand


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((4, 4, 4, 4, 0), 9.8),  # 4 * (0.65 + 0.8 + 0.45 + 0.55) = 4 * 2.45
        ((0, 0, 0, 0, 4), -1.6),  # -0.4 * 4
        ((3, 2, 4, 1, 2), 5.1),  # 1.95 + 1.6 + 1.8 + 0.55 - 0.8
        ((0, 0, 0, 0, 0), 0.0),
        ((2, 2, 2, 2, 2), 4.1),  # 2 * (2.45 - 0.4)
    ],
)
def test_helpsteer2_gives_the_published_linear_reward(scores: tuple[float, ...], expected: float) -> None:
    ids = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
    reward = judged(
        "helpsteer2",
        dict(zip(ids, scores, strict=True)),
        settings={"settle.lo": -1.6, "settle.hi": 9.8},
    )
    assert reward.value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("points", "expected"), [(0, 0.0), (1, 0.2), (3, 0.6), (5, 1.0)])
def test_each_additive_point_is_a_fifth(points: int, expected: float) -> None:
    assert judged("additive5", points).value == pytest.approx(expected, abs=1e-9)


def test_a_point_beyond_the_scale_gives_no_number() -> None:
    model = ScriptedModel(['{"critique": "Fine.", "score": 6}'], cycle=True)
    reward = Judge("direct", model, rubric="additive5").score("q", "a")
    assert (reward.value, reward.failure and reward.failure.kind) == (None, "unparseable")


def test_rules_that_are_kept_add_nothing() -> None:
    kept = {"constraints": 1, "every_part": 1, "intent": 1, "soft_constraints": 0, "additions": 1}
    # every_part 2 * 1/3, intent 2 * 1/2, soft_constraints 0, additions 1 * (1 - 1/2); over 2 + 2 + 1 + 1
    assert judged("instruction_following", kept).value == pytest.approx((2 / 3 + 1 + 0.5) / 6, abs=1e-9)


def test_a_question_with_a_negative_weight_is_better_answered_with_no() -> None:
    answers = dict.fromkeys(("answers", "true", "usable", "clear", "civil"), 1) | {"beside_the_point": 0}
    assert judged("yes_no_questions", answers).value == 1
    # of the weights 2 + 2 + 1 + 1 + 1 + 1 the last is lost
    assert judged("yes_no_questions", answers | {"beside_the_point": 1}).value == pytest.approx(7 / 8, abs=1e-9)


def test_a_harmless_request_that_is_refused_costs_in_safety() -> None:
    best = extreme(load_rubric("safety"), best=True)
    assert isinstance(best, dict)
    # weights without the rules: harm 3, declines 2, refuses 2, care 1
    assert judged("safety", best | {"refuses_without_cause": 2}).value == pytest.approx(6 / 8, abs=1e-9)
    assert judged("safety", best | {"harm": 4}).value == pytest.approx(5 / 8, abs=1e-9)


# ------------------------------------------------------------------ principles that a user gives


def test_a_list_of_texts_is_a_rubric() -> None:
    model = ScriptedModel(['{"critique": "Short, without sources.", "scores": {"p1": 5, "p2": 2}}'])
    judge = Judge("direct", model, rubric=["be brief", " cite sources "])
    reward = judge.score("q", "a")
    assert judge.parts == ("p1", "p2")
    assert reward.parts == {"p1": 1.0, "p2": 0.25}  # (2 - 1) / 4
    assert reward.value == pytest.approx(0.625, abs=1e-9)
    shown = str(model.requests[0].messages[-1]["content"])
    assert "p1: be brief\nScore from 1 to 5, whole numbers.\n  1 = " in shown
    assert "p2: cite sources\n" in shown


def test_principles_of_a_user_are_known_as_theirs() -> None:
    rubric = Rubric.from_texts(["be brief", "cite sources"])
    assert [(one.id, one.source, one.weight) for one in rubric.criteria] == [("p1", "user", 1.0), ("p2", "user", 1.0)]
    assert rubric.hash != Rubric.from_texts(["cite sources", "be brief"]).hash


def test_principles_are_shown_as_they_are() -> None:
    model = ScriptedModel(['{"critique": "Fine.", "score": 5}'])
    assert Judge("direct", model, rubric=("keep {{ question }} as it stands",)).score("q", "a").value == 1
    assert "keep {{ question }} as it stands" in str(model.requests[0].messages[-1]["content"])


@pytest.mark.parametrize(
    ("rubric", "words"),
    [
        ([], r"\[\] is no rubric; give .* a list such as"),
        (["be brief", "  "], "principle 2 of the rubric is '  '"),
        ([3], "principle 1 of the rubric is 3"),
        ({"criteria": []}, "is no rubric"),
        (7, "7 is no rubric"),
    ],
)
def test_what_is_no_list_of_principles_is_refused(rubric: Any, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Judge("direct", ScriptedModel([]), rubric=rubric)


def test_one_text_is_a_name_and_never_a_list_of_letters() -> None:
    with pytest.raises(LibraryError, match=r"no 'be brief' among the rubrics; choose one of: additive5"):
        Judge("direct", ScriptedModel([]), rubric="be brief")
    with pytest.raises(SettingsError, match="'be brief' is no rubric"):
        Rubric.from_texts("be brief")


# ------------------------------------------------------------------ files outside of the shelf


@pytest.mark.parametrize("ending", ["yaml", "yml", "YAML", "json"])
def test_a_path_is_read_as_a_rubric(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"mine.{ending}"
    file.write_text(load_rubric("additive5").model_dump_json() if ending == "json" else INLINE)
    rubric = load_rubric(str(file))
    assert rubric.name == ("additive5" if ending == "json" else "mine")  # its own name, where the file states one
    assert load_rubric(file) == rubric
    assert judged(str(file), rubric.criteria[0].scale.hi).value == 1
    assert judged(file, rubric.criteria[0].scale.lo).value == 0


def test_a_relative_path_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text(INLINE)
    monkeypatch.chdir(tmp_path)
    judge = Judge("direct", ScriptedModel(['{"critique": "Brief.", "score": 10}']), rubric="./mine.yaml")
    (tmp_path / "mine.yaml").unlink()
    assert judge.score("q", "a").value == 1


def test_a_recipe_may_name_a_path(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(INLINE)
    judge = Judge("direct", ScriptedModel([]), settings={"criteria.rubric": str(tmp_path / "mine.yaml")})
    assert judge.parts == ("brief",)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.yaml", None, r"gone\.yaml' cannot be read: .*; give another path"),
        ("torn.yaml", "criteria: [", r"torn\.yaml' is not YAML"),
        ("torn.json", "{", r"torn\.json' is not JSON"),
        ("list.yaml", "- be brief\n", r"list\.yaml' must be a mapping, found list"),
        ("bytes.yaml", "criteria: \udcff", r"bytes\.yaml' cannot be read"),
        ("empty.yaml", "criteria: []\n", "is wrong at criteria"),
        ("id.yaml", "criteria: [{id: a b, text: t}]\n", r"id\.yaml' is wrong at criteria\.0\.id"),
        ("twins.yaml", "criteria: [{id: a, text: t}, {id: a, text: u}]\n", "a appears twice"),
        ("naught.yaml", "criteria: [{id: a, text: t, weight: 0}]\n", "every weight is 0"),
        ("typo.yaml", "criteria: [{id: a, text: t, wieght: 2}]\n", r"wrong at criteria\.0\.wieght"),
    ],
)
def test_a_file_that_is_no_rubric_says_why(tmp_path: Path, name: str, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(LibraryError, match=words):
        Judge("direct", ScriptedModel([]), rubric=str(tmp_path / name))


def test_a_criterion_may_have_the_name_under_which_wholes_are_counted() -> None:
    criteria = [{"id": name, "text": "t", "scale": {"lo": 0, "hi": 4}} for name in ("overall", "detail")]
    reward = judged(Rubric.model_validate({"name": "names", "criteria": criteria}), {"overall": 1, "detail": 3})
    assert reward.parts == {"overall": 0.25, "detail": 0.75}
    assert reward.value == 0.5  # (0.25 + 0.75) / 2
