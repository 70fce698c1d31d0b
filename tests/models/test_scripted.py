import asyncio
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from judge.errors import DataError, JudgeError, ModelError, SettingsError
from judge.models.base import CallError, Completion, Reply, Request
from judge.models.scripted import ScriptedModel
from judge.models.spec import ModelSpec
from judge.types import Usage

Ask = Callable[..., Request]


def complete(model: ScriptedModel, request: Request) -> Reply:
    return asyncio.run(model.complete(request))


def texts(model: ScriptedModel, request: Request) -> list[str]:
    return [completion.text for completion in complete(model, request).completions]


def test_replies_in_order(ask: Ask) -> None:
    model = ScriptedModel(
        ["one", ["two", "three"], Completion("four", "length"), "five"], usage=Usage(calls=1, usd=0.5)
    )
    assert texts(model, ask("a")) == ["one"]
    assert texts(model, ask("b", n=2)) == ["two", "three"]
    assert complete(model, ask("c", n=2)) == Reply(
        (Completion("four", "length"), Completion("five")), Usage(calls=1, usd=0.5), "scripted"
    )
    assert [request.messages[0]["content"] for request in model.requests] == ["a", "b", "c"]


def test_an_exception_is_raised(ask: Ask) -> None:
    model = ScriptedModel([ModelError("down", "provider"), "up"])
    with pytest.raises(ModelError, match="down"):
        complete(model, ask())
    assert texts(model, ask()) == ["up"]


def test_a_function_sees_the_request(ask: Ask) -> None:
    echo = ScriptedModel(lambda request: f"you said {request.messages[0]['content']}")
    assert texts(echo, ask("a")) == ["you said a"]
    assert texts(echo, ask("b", n=2)) == ["you said b", "you said b"]
    mixed = ScriptedModel(["one", lambda request: ["two"] * request.n])
    assert [texts(mixed, ask()), texts(mixed, ask(n=3))] == [["one"], ["two"] * 3]


def test_the_script_ends(ask: Ask) -> None:
    model = ScriptedModel(["one"])
    with pytest.raises(CallError, match="ends after 1 replies") as caught:
        complete(model, ask(n=2))
    assert caught.value.kind == "bad_request"
    with pytest.raises(CallError):
        complete(ScriptedModel([], cycle=True), ask())
    with pytest.raises(DataError):
        complete(ScriptedModel([[]]), ask())


def test_it_pickles_in_the_middle_of_its_script(ask: Ask) -> None:
    model = ScriptedModel(["one", ModelError("down", "auth")])
    complete(model, ask())
    copy = pickle.loads(pickle.dumps(model))
    with pytest.raises(ModelError) as caught:
        complete(copy, ask())
    assert caught.value.kind == "auth"
    assert len(model.requests) == 1


SCRIPT = """
- plain
- [two, samples]
- {text: cut, finish: length, reasoning: hm}
- {error: rate_limited, retryable: true}
"""


def test_a_script_from_a_file_starts_again_at_its_end(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT)
    model = ScriptedModel.load(ModelSpec.parse(f"scripted:{path}"))
    assert model.name == f"scripted:{path}"
    for _ in range(2):
        assert texts(model, ask()) == ["plain"]
        assert texts(model, ask(n=2)) == ["two", "samples"]
        assert complete(model, ask()).completions == (Completion("cut", "length", "hm"),)
        with pytest.raises(CallError, match="rate_limited") as caught:
            complete(model, ask())
        assert (caught.value.kind, caught.value.retryable) == ("rate_limited", True)


def test_a_script_in_json(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text('["a\\tb"]')
    assert texts(ScriptedModel.load(ModelSpec.parse(f"scripted:{path}")), ask()) == ["a\tb"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "text",
        "{a: 1}",
        "[3]",
        "[{says: x}]",
        "[{text: a, logprobs: [b]}]",
        "[{text: a, logprobs: [{}]}]",
        "[[]]",
        "[[1]]",
        "[",
        "- {text: a, x: b}",
    ],
)
def test_a_file_that_is_no_script(tmp_path: Path, content: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(content)
    with pytest.raises(DataError, match=r"script\.yaml"):
        ScriptedModel.load(ModelSpec.parse(f"scripted:{path}"))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nothing-here") as caught:
        ScriptedModel.load(ModelSpec.parse(f"scripted:{tmp_path / 'nothing-here'}"))
    assert isinstance(caught.value, JudgeError)
