"""What is claimed about isolation is what a run shows."""

import asyncio

import pytest

from judge.errors import SettingsError
from judge.sandbox import isolation, isolations, run_python
from judge.sandbox.probe import LEVELS


def test_runs_carry_the_isolation_that_was_found() -> None:
    found = isolation()
    assert found == isolation()
    assert found.name in [level.name for level in LEVELS]
    assert found.does_not_cover
    assert bool(found.weaker_because) == (found.name != "namespaces")
    assert asyncio.run(run_python("print(1)")).isolation == found.name


def test_it_may_be_asked_inside_a_loop() -> None:
    async def ask() -> str:
        return isolation().name

    assert asyncio.run(ask()) == isolation().name


def test_all_that_works_is_listed_the_strongest_first() -> None:
    order = [level.name for made in (False, True) for level in reversed(LEVELS) if bool(level.tool) == made]
    found = [works.name for works in isolations()]
    assert found == [name for name in order if name in found]
    assert isolations()[0] == isolation()


@pytest.mark.parametrize("level", [works.name for works in isolations()])
def test_a_level_can_be_demanded(level: str) -> None:
    assert asyncio.run(run_python("print(1)", level=level)).isolation == level


def test_at_least_gives_the_strongest() -> None:
    assert asyncio.run(run_python("print(1)", at_least="process")).isolation == isolation().name


@pytest.mark.parametrize(("level", "at_least"), [("moat", ""), ("", "moat")])
def test_a_level_that_nobody_knows_is_a_mistake(level: str, at_least: str) -> None:
    with pytest.raises(SettingsError, match="'moat' is no level of isolation; there are process, landlock, "):
        asyncio.run(run_python("print(1)", level=level, at_least=at_least))
