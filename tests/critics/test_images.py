"""Images of the prompt reach critics of every shape, and both of two turns."""

import json
from collections.abc import Callable

import pytest

from judge import Judge
from judge.models.base import Completion, Request
from judge.models.scripted import ScriptedModel
from judge.types import Message, Part
from tests.recipes.said import arena, label, scored, text

URL = "data:image/png;base64,TRAFFIC"
PROMPT = (
    Message(role="system", content="Be brief."),
    Message(role="user", content=(Part(type="text", text="May I drive?"), Part(type="image", image=URL))),
)
STEPS = json.dumps({"steps": [{"step": 1, "explanation": "The light is red.", "label": "correct"}]})
SPANS = json.dumps({"critique": "All is right.", "spans": []})


def images(request: Request) -> list[str]:
    """The images of a request, which stand in the critic's question."""
    contents = [message["content"] for message in request.messages if isinstance(message["content"], list)]
    return [part["image_url"]["url"] for parts in contents for part in parts if part["type"] == "image_url"]


@pytest.mark.parametrize(
    ("recipe", "said", "responses"),
    [
        ("direct", scored(7), 1),  # pointwise
        ("yes_no", label("Yes", Yes=0.9, No=0.1), 1),
        ("mpo", scored(1), 1),
        ("pairwise", arena("A"), 2),
        ("gram", label("A", A=0.9, B=0.1), 2),
        ("rrm", r"Reasons. \boxed{Assistant 1}", 2),
        ("spct", r"Reasons. \boxed{7, 3}", 2),  # listwise
        ("spare", STEPS, 1),
        ("spans", SPANS, 1),
    ],
)
def test_every_shape_sees_the_image(recipe: str, said: str | Completion, responses: int) -> None:
    reply: Callable[[Request], list[str | Completion]] = lambda request: [said] * request.n  # noqa: E731
    model = ScriptedModel(reply)
    rewards = Judge(recipe, model).score_group(PROMPT, ["No."] * responses, reference="No.")
    assert all(reward.ok for reward in rewards)
    assert model.requests and all(images(request) == [URL] for request in model.requests)
    assert "[image]" in text(model.requests[0])  # and the text says where it stood


def test_mm_rlhf_sees_the_image_in_the_critique_and_in_the_score() -> None:
    model = ScriptedModel(["The light is red, so it is right.", label("9", **{"9": 0.5, "7": 0.5})])
    reward = Judge("cloud", model).score(PROMPT, "No.")
    assert reward.value == pytest.approx((8 - 1) / 9, abs=1e-9)
    assert [images(request) for request in model.requests] == [[URL], [URL]]
    assert model.requests[1].messages[-2]["content"] == "The light is red, so it is right."


def test_another_image_is_another_question() -> None:
    model = ScriptedModel(lambda request: scored(7))
    judge = Judge("direct", model)
    for url in (URL, URL + "2"):
        parts = (Part(type="text", text="May I drive?"), Part(type="image", image=url))
        judge.score((Message(role="user", content=parts),), "No.")
    first, second = model.requests
    assert first.hash != second.hash
    assert first.seed != second.seed
