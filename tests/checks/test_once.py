"""What is made once for all samples of a judge, and what happens when making it fails, is cancelled or is forgotten."""

import asyncio
import json
import pickle
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from judge import Judge, Sample
from judge.checks import Desk, Kit
from judge.checks.once import Once
from judge.errors import ToolError
from judge.models.scripted import ScriptedModel

TOOL = '''
"""Asks the model once for each prompt."""
from judge.types import Evidence, Sample

CHECKS = "asking"
SOFT = True
PROMPTS = ("hello",)

def needs(sample: Sample) -> str:
    return ""

async def verify(sample: Sample, *, context) -> Evidence:
    said = await context.once(f"asking {sample.question}", lambda: context.ask("hello", {}))
    return Evidence(tool="asking", stance="supports", summary=said, score=1.0)
'''


class Maker:
    """Counts what it makes, and waits to be let go."""

    def __init__(self, *faults: Exception | None) -> None:
        self.made = 0
        self.faults = [*faults]
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        self.made += 1
        number = self.made
        await self.go.wait()
        if self.faults and (fault := self.faults.pop(0)):
            raise fault
        return number


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_one_makes_it_and_all_get_it() -> None:
    async def work() -> None:
        kit, make = Kit(), Maker()
        tasks = [asyncio.create_task(Desk(kit).once("key", make)) for _ in range(5)]
        await turns()
        make.go.set()
        assert await asyncio.gather(*tasks) == [1] * 5
        assert await Desk(kit).once("key", make) == 1 and await Desk(kit).once("other", make) == 2
        assert await Desk(Kit()).once("key", make) == 3  # another judge

    asyncio.run(work())


def test_an_exception_goes_to_all_who_wait_and_is_not_kept() -> None:
    async def work() -> None:
        once, make = Once(), Maker(ToolError("no, thank you"))
        tasks = [asyncio.create_task(once.get("key", make)) for _ in range(3)]
        await turns()
        make.go.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(error) for error in found] == ["no, thank you"] * 3 and make.made == 1
        assert await once.get("key", make) == 2

    asyncio.run(work())


def test_another_one_makes_it_when_the_first_is_cancelled() -> None:
    async def work() -> None:
        once, make = Once(), Maker()
        first, second, third = (asyncio.create_task(once.get("key", make)) for _ in range(3))
        await turns()
        third.cancel()  # one who waits goes away, and nothing happens to the others
        await turns()
        assert not first.done() and not second.done()
        first.cancel()
        await turns()
        make.go.set()
        assert await second == 2 and make.made == 2 and first.cancelled() and third.cancelled()

    asyncio.run(work())


def test_the_least_recently_used_is_forgotten() -> None:
    async def work() -> None:
        once, make = Once(most=2), Maker()
        make.go.set()
        assert [await once.get(key, make) for key in "abacab"] == [1, 2, 1, 3, 1, 4]  # b was forgotten for c

    asyncio.run(work())


def test_nothing_and_false_are_values() -> None:
    async def work() -> None:
        once, made = Once(), []

        async def make() -> object:
            made.append(1)
            return None

        assert [await once.get("key", make) for _ in range(3)] == [None] * 3 and len(made) == 1

    asyncio.run(work())


def test_what_needs_itself_is_refused_and_what_needs_another_is_not() -> None:
    async def work() -> None:
        once = Once()

        def needs(key: str, other: str) -> Callable[[], Awaitable[str]]:
            async def make() -> str:
                (said,) = await asyncio.gather(once.get(other, needs(other, key)))
                return said

            return make

        with pytest.raises(ToolError, match="'a' is needed to make itself"):
            async with asyncio.timeout(5):
                await once.get("a", needs("a", "b"))

        async def leaf() -> str:
            return "leaf"

        assert await once.get("c", lambda: once.get("d", leaf)) == "leaf"

    asyncio.run(work())


def test_the_one_who_asked_the_model_pays_and_a_judge_pickles_after_use(tmp_path: Path) -> None:
    for folder in ("tools", "recipes"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tools" / "asking.py").write_text(TOOL)
    recipe = {"about": "test", "tools": [{"tool": "asking", "weight": 1.0}]}
    (tmp_path / "recipes" / "asking.yaml").write_text(json.dumps(recipe))
    model = ScriptedModel(["hi", "ho"])
    judge = Judge("asking", model, library=[tmp_path])
    rewards = judge.score_batch([Sample(prompt=prompt, responses="x") for prompt in ("p", "p", "q", "p")])
    assert [reward.evidence[0].summary for reward in rewards].count("hi") == 3
    assert sorted(len(reward.evidence[0].asked) for reward in rewards) == [0, 0, 1, 1]
    assert sum(reward.usage.calls for reward in rewards) == 2 == len(model.requests)
    pickle.dumps(Judge("verify", library=[tmp_path]))
    assert judge.score("p", "y").evidence[0].summary == "hi"
