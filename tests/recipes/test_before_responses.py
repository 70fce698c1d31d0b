"""Recipes whose judge settles something before it sees a response: contexts, a solution, a category, requirements."""

import json
from pathlib import Path

import pytest

from judge import Judge, Sample
from judge.calibration import save
from judge.calibration.category import Category
from judge.models.base import Completion, Request
from judge.models.scripted import ScriptedModel
from judge.types import Criterion, Rubric
from tests.recipes.said import brief, calls, label, scores, shown, text


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


# ------------------------------------------------------------------ carm

CONTEXTS = brief(
    contexts=[
        {"name": "child", "text": "The person is a CHILD.", "probability": 0.6},
        {"name": "expert", "text": "The person is an EXPERT.", "probability": 0.2},
    ]
)


def by_context(child: float, expert: float) -> ScriptedModel:
    """A judge for whom the first response is better with these probabilities, wherever it stands."""

    def critic(request: Request) -> str | Completion:
        if "which contexts" in text(request):
            return CONTEXTS
        share = child if "CHILD" in text(request) else expert
        share = share if shown(request) == (0, 1) else 1 - share
        return label("A", A=share, B=1 - share)

    return ScriptedModel(critic)


def test_carm_averages_the_preference_over_contexts_by_their_probabilities() -> None:
    model = by_context(child=0.9, expert=0.2)
    judge = Judge("carm", model)
    rewards = judge.score_group("What is light?", ["waves one", "quanta two"])
    # probabilities 0.6 and 0.2 become 0.75 and 0.25; P = 0.75 * 0.9 + 0.25 * 0.2
    assert rewards[0].value == exactly(0.725)
    assert rewards[1].value == exactly(1 - 0.725)
    # variance over contexts: 0.75 * (0.9 - 0.725)^2 + 0.25 * (0.2 - 0.725)^2 = 0.02297 + 0.06891
    assert "the verdict depends on the context: variance 0.092 over contexts" in rewards[0].flags
    assert calls(rewards) == len(model.requests) == 5  # contexts, then two of them in two orders
    assert "waves one" not in text(model.requests[0])
    assert (
        sum("Judge as if this were the context of the request:\nThe person is" in text(r) for r in model.requests) == 4
    )


def test_carm_says_nothing_of_contexts_that_agree() -> None:
    rewards = Judge("carm", by_context(child=0.9, expert=0.6)).score_group("q", ["one", "two"])
    assert rewards[0].value == exactly(0.75 * 0.9 + 0.25 * 0.6)
    assert rewards[0].flags == ()


def test_carm_weighs_contexts_alike_whatever_their_votes() -> None:
    """One order fails in the first context: its other order stands for the whole of it."""

    def critic(request: Request) -> str | Completion:
        if "CHILD" in text(request) and shown(request) == (1, 0):
            return label("Neither", Neither=1.0)
        found = by_context(child=0.9, expert=0.2).replies[0]
        assert callable(found)
        return found(request)  # type: ignore[return-value]

    rewards = Judge("carm", ScriptedModel(critic)).score_group("q", ["one", "two"])
    assert rewards[0].value == exactly(0.725)
    assert "unscored votes: 1" in rewards[0].flags


# ------------------------------------------------------------------ rm_r1

SOLVED = brief(task="reasoning", solution="6 x 7 = 42", criteria=[])
RUBRIC = brief(
    task="chat",
    solution="",
    criteria=[
        {"name": "comfort", "text": "Does it comfort?", "weight": 0.7},
        {"name": "advice", "text": "Is the advice sound?", "weight": 0.3},
    ],
)


def chosen(letter: str) -> str:
    return f"<quote_{letter}>42</quote_{letter}> is what I found.\n<answer>[[{letter}]]</answer>"


def test_rm_r1_solves_reasoning_tasks_itself_and_compares_with_its_solution() -> None:
    model = ScriptedModel([SOLVED, chosen("A"), chosen("B")])
    judge = Judge("rm_r1", model)
    rewards = judge.score_group("What is 6 x 7?", ["It is 42.", "It is 41."])
    assert [reward.value for reward in rewards] == [1.0, 0.0]
    assert rewards[0].brief is not None
    assert (rewards[0].brief.task, rewards[0].brief.solution) == ("reasoning", "6 x 7 = 42")
    route, compare = text(model.requests[0]), text(model.requests[1])
    assert "It is 41." not in route and "First say what kind of task this is" in route
    assert "6 x 7 = 42" in compare and "Compare each response with your own solution" in compare
    assert "Judge by these criteria" not in compare  # no rubric of the shelf comes in by itself
    sample = Sample(prompt="q", responses=("a", "b"))
    assert calls(rewards) == len(model.requests) == judge.foresee(sample).calls == 3


def test_rm_r1_writes_a_weighted_rubric_for_chat() -> None:
    model = ScriptedModel([RUBRIC, chosen("B"), chosen("B")])
    rewards = Judge("rm_r1", model).score_group("My cat died.", ["Buy another.", "I am sorry."])
    assert [reward.value for reward in rewards] == [0.5, 0.5]  # B in both orders: each response won once
    assert "unstable: the verdict flips with the order" in rewards[0].flags
    assert "- Does it comfort? (weight 0.7)" in text(model.requests[1])
    assert "criterion by criterion, the weightiest first" in text(model.requests[1])


def test_rm_r1_takes_a_reply_that_ends_in_both_verdicts_for_none() -> None:
    both = "Either will do.\n<answer>[[A]]</answer><answer>[[B]]</answer>"
    model = ScriptedModel([SOLVED, both, both, both, both])
    rewards = Judge("rm_r1", model).score_group("What is 6 x 7?", ["It is 42.", "It is 41."])
    assert [(reward.status, reward.value) for reward in rewards] == [("failed", None)] * 2
    assert rewards[0].failure and "ends in both [[A]] and [[B]]" in rewards[0].failure.message


# ------------------------------------------------------------------ category_router

ROUTED = brief(task="chit_chat", chosen=["chit_chat"])
TALK = scores(chit_chat__takes_up=2, chit_chat__ease=1)


def test_category_router_scores_the_dimensions_of_the_category_alone() -> None:
    model = ScriptedModel([ROUTED, TALK])
    judge = Judge("category_router", model)
    reward = judge.score("How was your day?", "Fine, and yours?")
    assert reward.value == exactly((1 + 0.5) / 2)
    assert reward.brief is not None and reward.brief.task == "chit_chat"
    assert reward.usage.calls == judge.foresee(Sample(prompt="q", responses="a")).calls == 2
    router, critic = text(model.requests[0]), text(model.requests[1])
    assert "- text_creation: Where the request asks for a text" in router
    assert "chit_chat.ease" not in router and "Fine, and yours?" not in router  # dimensions are no categories
    assert "chit_chat.ease: " in critic and "text_creation" not in critic


def test_category_router_weighs_by_the_head_of_the_category(tmp_path: Path) -> None:
    dimensions = ("chit_chat.takes_up", "chit_chat.ease", "role_play.character", "role_play.scene")
    head = {"chit_chat": {"chit_chat.takes_up": 1.0, "chit_chat.ease": 3.0}}
    save(Category(criteria=dimensions, heads=head), tmp_path / "heads.json")
    settings = {"settle.calibrator": [str(tmp_path / "heads.json")]}
    fitted = Judge("category_router", ScriptedModel([ROUTED, TALK]), settings=settings)
    assert fitted.score("How was your day?", "Fine.").value == exactly((1 * 1 + 3 * 0.5) / 4)
    # a category without a head weighs its dimensions alike
    play = ScriptedModel(
        [brief(task="role_play", chosen=["role_play"]), scores(role_play__character=2, role_play__scene=1)]
    )
    assert Judge("category_router", play, settings=settings).score("Be a pirate.", "Arr.").value == exactly(0.75)


# ------------------------------------------------------------------ commit_first

COMMITTED = brief(
    solution="17 x 23 = 391, so it must say 391.",
    criteria=[
        {"name": "number", "text": "Does it say 391?", "weight": 3},
        {"name": "units", "text": "Does it name no unit?", "weight": 1},
    ],
)
DONE = "Nothing is left to check.\nAction: none"


def committed(request: Request) -> str:
    """The agent computes on the request, and looks at nothing in the responses."""
    asked = text(request)
    if "prepare the ground for somebody who will say what a right answer" in asked:
        return DONE if "Observation 1" in asked else 'The product decides.\nAction: calculator {"expression": "17*23"}'
    if "You prepare the ground" in asked:
        return DONE
    if "commit yourself" in asked:
        return COMMITTED
    return scores(number=10, units=1) if "It is 391." in asked else scores(number=1, units=10)


def test_commit_first_looks_up_and_commits_before_it_sees_a_response() -> None:
    model = ScriptedModel(committed)
    judge = Judge("commit_first", model, settings={"agent.calling": "text"})
    rewards = judge.score_group("What is 17 x 23?", ["It is 391.", "It is 381."])
    assert rewards[0].value == exactly((3 * 1 + 1 * 0) / 4)
    assert rewards[1].value == exactly((3 * 0 + 1 * 1) / 4)
    looking, again, committing = (text(request) for request in model.requests[:3])
    assert "calculator" in looking and "Observation 1 (calculator)" in again
    assert "What tools found" in committing and "391" in committing.split("What tools found")[1]
    assert not any("It is 3" in said for said in (looking, again, committing))
    critic = next(text(request) for request in model.requests if "Does it say 391?" in text(request))
    assert "17 x 23 = 391, so it must say 391." in critic
    # two rounds and the commitment, then one round and one critique for each response
    assert calls(rewards) == len(model.requests) == 3 + 2 * 2
    assert [reward.usage.calls for reward in rewards] == [5, 2]
    # at most four rounds about the request and about each response, with the commitment and two critiques
    assert judge.foresee(Sample(prompt="q", responses=("a", "b"))).calls == 3 * 4 + 1 + 2


def test_commit_first_shows_no_finding_of_a_tool_that_broke() -> None:
    def broken(request: Request) -> str:
        asked = text(request)
        if "prepare the ground for somebody who will say" in asked and "Observation 1" not in asked:
            return 'Action: calculator {"expression": "17*/23"}'
        return committed(request)

    model = ScriptedModel(broken)
    judge = Judge("commit_first", model, settings={"agent.calling": "text"})
    assert judge.score("What is 17 x 23?", "It is 391.").ok
    assert "ERROR" in text(model.requests[1])
    assert "What tools found" not in text(model.requests[2])


def test_commit_first_judges_by_the_rubric_where_only_a_solution_was_given() -> None:
    def solved(request: Request) -> str:
        if "commit yourself" in text(request):
            return brief(solution="391", criteria=[])
        said = committed(request)
        return said if "Action" in said else json.dumps({"critique": "Right.", "score": 10})

    model = ScriptedModel(solved)
    rubric = Rubric(name="mine", criteria=(Criterion(id="right", text="Is it RIGHT?"),))
    reward = Judge("commit_first", model, rubric=rubric, settings={"agent.calling": "text"}).score("17 x 23?", "391")
    assert reward.value == 1.0
    assert "Is it RIGHT?" in text(model.requests[-1])
