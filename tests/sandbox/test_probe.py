"""What is claimed about isolation is what a run shows."""

import asyncio

from judge.sandbox import isolation, run_python


def test_runs_carry_the_isolation_that_was_found() -> None:
    found = isolation()
    assert found is isolation(), "found once per process"
    assert found.name in ("namespaces", "process")
    assert found.does_not_cover
    assert bool(found.weaker_because) == (found.name != "namespaces")
    assert asyncio.run(run_python("print(1)")).isolation == found.name


def test_it_may_be_asked_inside_a_loop() -> None:
    async def ask() -> str:
        return isolation().name

    assert asyncio.run(ask()) == isolation().name
