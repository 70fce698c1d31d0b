"""Tools that a model calls, over the wire: natively, and in text where an endpoint refuses them."""

import json
from typing import TYPE_CHECKING, Any

from judge import Judge

if TYPE_CHECKING:
    from tests.models.conftest import Endpoint

CRITIQUE = json.dumps({"critique": "By [E1] it is right.", "score": 10})
SETTINGS = {"tools": ["calculator"]}


def called(name: str, arguments: str) -> dict[str, Any]:
    return {"id": "random-7", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_native_calls_travel_there_and_back(endpoint: "Endpoint") -> None:
    wants = endpoint.say("", finish="tool_calls", tool_calls=[called("calculator", '{"expression": "6 * 7"}')])
    endpoint.play(wants, endpoint.say("Nothing is left."), endpoint.say(CRITIQUE))
    reward = Judge("agent", endpoint.spec(), settings=SETTINGS).score("What is 6 x 7?", "42")
    assert float(reward) == 1.0 and reward.usage.calls == 3
    first = reward.evidence[0]
    assert (first.tool, first.arguments) == ("calculator", {"expression": "6 * 7"})
    [offered] = endpoint.bodies[0]["tools"]
    assert offered["function"]["parameters"]["required"] == ["expression"]
    asked, answered = endpoint.bodies[1]["messages"][-2:]
    assert asked["tool_calls"][0]["id"] == answered["tool_call_id"] == "call_1_0"  # ours: the same in every run
    assert "42" in answered["content"] and "tools" not in endpoint.bodies[2]


def test_endpoint_that_refuses_tools_is_asked_in_text_and_not_offered_them_again(endpoint: "Endpoint") -> None:
    def answer(body: dict[str, Any]) -> Any:
        if "tools" in body:
            return endpoint.refuse(400, '"auto" tool choice requires --enable-auto-tool-choice to be set')
        said = "\n".join(str(message["content"]) for message in body["messages"])
        if "Your tools:" not in said:
            return endpoint.say(CRITIQUE if "Judge by" in said else "What?")
        return endpoint.say("Done." if "Observation 1" in said else 'Action: calculator {"expression": "6 * 7"}')

    endpoint.answer = answer
    judge = Judge("agent", endpoint.spec(), settings=SETTINGS)
    for _ in range(2):
        reward = judge.score("What is 6 x 7?", "42")
        assert float(reward) == 1.0 and reward.evidence[0].tool == "calculator"
    assert ["tools" in body for body in endpoint.bodies].count(True) == 1


def test_arguments_that_are_no_json_are_an_error_that_the_model_sees(endpoint: "Endpoint") -> None:
    wants = endpoint.say("", finish="tool_calls", tool_calls=[called("calculator", "{6 * 7")])
    endpoint.play(wants, endpoint.say("Nothing is left."), endpoint.say(CRITIQUE.replace("[E1]", "sight")))
    reward = Judge("agent", endpoint.spec(), settings=SETTINGS).score("What is 6 x 7?", "42")
    assert reward.evidence[0].stance == "error" and float(reward) == 1.0
    assert "ERROR, no finding: calculator" in endpoint.bodies[1]["messages"][-1]["content"]
