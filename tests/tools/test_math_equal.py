import asyncio
import time
from typing import Any

import pytest

from judge import library, workers
from judge.checks import Desk, Kit
from judge.errors import SettingsError, ToolError, WorkerTimeoutError
from judge.types import Evidence, Response, Sample

math_equal: Any = library.module("tools", "math_equal")


def sample(response: str, *references: str) -> Sample:
    return Sample(responses=(Response(text=response),), references=references)


def verify(response: str, *references: str, **options: Any) -> Evidence:
    evidence: Evidence = asyncio.run(math_equal.verify(sample(response, *references), **options))
    return evidence


def test_it_needs_a_mathematical_reference() -> None:
    assert math_equal.CHECKS == "reference"
    assert math_equal.needs(sample("5")) == "a reference"
    assert math_equal.needs(sample("5", "Paris")) == "a mathematical reference"
    assert math_equal.needs(sample("5", "Paris", "5")) == ""


def test_a_right_solution() -> None:
    evidence = verify("She makes 9 * 2 = $<<9*2=18>>18 a day.\nA: 18", "She sells 9 eggs.\n#### 18")
    assert (evidence.tool, evidence.stance, evidence.score, evidence.hard) == ("math_equal", "supports", 1.0, True)
    assert evidence.detail == {"extracted": "18", "reference": "18", "how": "rational"}
    assert evidence.summary == "the answer '18' equals the reference '18'"


def test_a_wrong_solution() -> None:
    evidence = verify("So he sells 26.\nA: 26", "18")
    assert (evidence.stance, evidence.score, evidence.hard) == ("refutes", 0.0, True)
    assert evidence.summary == "the answer '26' does not equal the reference '18'"


@pytest.mark.parametrize("response", ["", "I do not know what it could be, I am afraid."])
def test_no_answer_is_wrong_and_says_so(response: str) -> None:
    evidence = verify(response, "18")
    assert evidence.stance == "refutes"
    assert "states no answer" in evidence.summary
    assert evidence.detail["extracted"] is None


@pytest.mark.parametrize(
    "response",
    ["It is 1 or 2 or 3.", "\\boxed{1}\\boxed{2}\\boxed{3}", "\\boxed{5 \\text{ or } 2}", "The answer is 1, 2, 3."],
)
def test_hedged_answers_are_wrong(response: str) -> None:
    evidence = verify(response, "2")
    assert (evidence.stance, evidence.detail["how"]) == ("refutes", "hedged")
    assert "more than one number" in evidence.summary


def test_any_of_several_references_will_do() -> None:
    assert verify("\\boxed{4}", "3", "4").detail["reference"] == "4"


def test_formulas_are_compared_in_a_worker() -> None:
    evidence = verify("So it is $\\boxed{\\int_0^1 2x dx}$", "$\\int_0^2 x/2 dx$", timeout_s=60)
    assert (evidence.stance, evidence.detail["how"], evidence.provenance) == ("supports", "symbolic", "math-verify")
    assert verify("\\boxed{\\int_0^1 x dx}", "$\\int_0^2 x/2 dx$", timeout_s=60).stance == "refutes"


def test_a_timeout_is_not_a_wrong_answer() -> None:
    with pytest.raises(WorkerTimeoutError):
        verify("\\boxed{\\int_0^1 x^2 dx}", "$\\int_0^2 x/7 dx$", timeout_s=0.001)


def test_a_reference_that_cannot_be_read_is_not_the_answers_fault() -> None:
    with pytest.raises(ToolError, match="cannot be read as mathematics"):
        verify("\\boxed{x}", "$\\frac{$", timeout_s=60)
    assert verify("\\boxed{x}", "$\\frac{$", "$x$", timeout_s=60).stance == "supports"


def test_a_box_can_be_insisted_on() -> None:
    assert verify("The answer is 5.", "5", extract="boxed").stance == "refutes"
    assert verify("\\boxed{5}", "5", extract="boxed").stance == "supports"
    with pytest.raises(SettingsError, match="extract='last' is no policy"):
        verify("5", "5", extract="last")


@pytest.mark.parametrize(
    "answer", ["9**9**9", "1000000000!", "(" * 5_000, "9" * 30_000, "\\sqrt{" * 300 + "2" + "}" * 300]
)
def test_what_is_too_large_is_refused_before_any_parser(answer: str) -> None:
    evidence = verify(f"\\boxed{{{answer}}}", "5", timeout_s=0.001)
    assert evidence.stance == "refutes"
    assert len(evidence.summary) < 600


def test_conventions_are_options() -> None:
    assert verify("\\boxed{3.14}", "$\\pi$").stance == "refutes"
    assert verify("\\boxed{3.14}", "$\\pi$", digits=2).stance == "supports"
    assert verify("\\boxed{1 < x < 2}", "$x \\in (1,2)$").stance == "supports"
    assert verify("\\boxed{1 < x < 2}", "$x \\in (1,2)$", allow_set_relation=False).stance == "refutes"
    assert verify("\\boxed{2y}", "$2x$", strict=False).stance == "supports"
    with pytest.raises(SettingsError, match="digits=99 is out of range"):
        verify("5", "5", digits=99)


def test_the_same_answer_is_compared_once() -> None:
    async def both() -> float:
        first, again = sample("\\boxed{\\int_0^3 x dx}", "$9/2+0x$"), sample("So \\boxed{\\int_0^3 x dx}.", "$9/2+0x$")
        await math_equal.verify(first, timeout_s=60)
        await workers.close()
        start = time.perf_counter()
        assert (await math_equal.verify(again, timeout_s=60)).stance == "supports"
        return time.perf_counter() - start

    assert asyncio.run(both()) < 0.2  # no worker was started again


def test_a_model_may_ask_whether_two_expressions_are_equal() -> None:
    assert asyncio.run(math_equal.act("0.5", "\\frac{1}{2}")) == "'0.5' equals '\\\\frac{1}{2}' (rational)"
    assert "does not equal" in asyncio.run(math_equal.act("x+1", "x-1"))


def test_an_answer_that_hangs_in_every_rollout_is_tried_once() -> None:
    """Each of twelve rollouts alone would take its 2 s, two at a time 12 s; and as long again the second time."""
    hangs = "\\boxed{\\int_0^{\\pi} \\frac{\\sin^{9} x \\cos^{8} x}{1+\\tan^{7} x} dx}"
    group = Sample(responses=(Response(text=hangs),) * 12, references=("5",))

    async def twice() -> float:
        await math_equal.verify(sample("\\boxed{\\int_0^1 2x dx}", "$\\int_0^2 x/2 dx + 0$"), timeout_s=60)  # imports
        start, kit = time.perf_counter(), Kit()
        for _ in range(2):
            alone = (math_equal.verify(group.only(n), timeout_s=2.0, context=Desk(kit)) for n in range(12))
            found = await asyncio.gather(*alone, return_exceptions=True)
            assert all(isinstance(one, WorkerTimeoutError) for one in found)
        await workers.close()
        return time.perf_counter() - start

    assert asyncio.run(twice()) < 10


def test_what_ran_too_long_is_tried_again_with_more_time() -> None:
    with pytest.raises(WorkerTimeoutError):
        verify("\\boxed{\\int_0^1 x^3 dx}", "$\\int_0^2 x^2 dx$", timeout_s=0.001)
    assert verify("\\boxed{\\int_0^1 x^3 dx}", "$\\int_0^2 x^2 dx$", timeout_s=60).stance == "refutes"
