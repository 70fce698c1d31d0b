"""The whole of Auto-Rubric on a small world: what is kept, dropped, failed, measured and gone on with."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from judge.errors import DataError, ModelError
from judge.learn import methods
from judge.learn.journal import Journal
from judge.learn.learned import LearnedRubric
from judge.learn.methods.auto_rubric import AutoRubricOptions, learn
from judge.learn.pairs import Pair, split
from judge.models.base import Request

if TYPE_CHECKING:
    from tests.learn.conftest import World

Make = Callable[..., Any]
Pairs = Callable[..., list[Pair]]


def run(learner: Any, pairs: list[Pair], **options: Any) -> LearnedRubric:
    return asyncio.run(learn(pairs, learner, AutoRubricOptions(**{"holdout": 0, **options})))


def test_criteria_become_themes_that_know_their_pairs(make: Make, world: "World", pairs: Pairs) -> None:
    found = run(make(world), pairs("polite", "right", "polite"))
    by_text = {one.text: found.origins[one.id] for one in found.rubric.criteria}
    assert set(by_text) == {"It is polite.\n  - tip", "It is right.\n  - tip"}
    assert by_text["It is polite.\n  - tip"].criteria == ("It is polite.",)
    assert set(by_text["It is polite.\n  - tip"].pairs) == {"p0", "p2"}
    assert by_text["It is right.\n  - tip"].pairs == ("p1",)
    figures = found.figures
    assert (figures.pairs, figures.kept, figures.dropped, figures.failed, figures.rounds) == (3, 3, 0, 0, 3)
    # 3 pairs propose and evaluate once each, and one question structures.
    assert figures.calls == len(world.asked) == 7
    assert (found.method, found.diagnostics, figures.before, figures.after) == ("auto_rubric", {}, None, None)
    assert (figures.more["pool"], figures.more["selected"]) == (2, 2)


def test_pairs_that_never_pass_are_dropped_and_counted(make: Make, world: "World", pairs: Pairs) -> None:
    mixed = [*pairs("polite", "right", after=1), *[one.model_copy(update={"id": "no"}) for one in pairs("x", after=9)]]
    found = run(make(world), mixed, rounds=3)
    # polite and right take a second round each; x is tried three times.
    figures = found.figures
    assert (figures.pairs, figures.kept, figures.dropped, figures.rounds) == (3, 2, 1, 7)
    assert "no" not in str(found.origins)
    assert (world.count("propose"), world.count("revise"), world.count("evaluate")) == (3, 4, 7)


def test_what_was_held_out_is_measured_and_not_learned_from(make: Make, world: "World", pairs: Pairs) -> None:
    found = run(make(world), pairs(*["polite"] * 10), holdout=0.4)
    seen = {pair for origin in found.origins.values() for pair in origin.pairs}
    assert len(seen) == 6
    # Without criteria the world sees a tie, which is not right; with them it sees all four pairs rightly.
    assert (found.figures.before, found.figures.after) == (0.0, 1.0)
    (diagnostic,) = found.diagnostics.values()
    assert (diagnostic.pairs, diagnostic.coverage, diagnostic.precision, diagnostic.contribution) == (4, 1, 1, 1)
    assert found.figures.more["held_out"] == 4


def test_one_pair_that_fails_is_counted_and_no_number(make: Make, world: "World", pairs: Pairs) -> None:
    def flaky(request: Request) -> Any:
        said = world(request)
        return ModelError("the line was cut", "connection") if "Ask 1 " in world.asked[-1][1] else said

    found = run(make(flaky), pairs("polite", "polite", "polite"))
    assert (found.figures.kept, found.figures.dropped, found.figures.failed) == (2, 0, 1)
    assert found.figures.more["failures"] == ["p1: the line was cut"]


def test_a_dead_endpoint_is_an_error_and_no_rubric(make: Make, pairs: Pairs) -> None:
    with pytest.raises(ModelError, match="gone"):
        run(make(lambda request: ModelError("gone", "connection")), pairs("polite", "right"))


def test_nothing_learned_is_an_error(make: Make, world: "World", pairs: Pairs) -> None:
    with pytest.raises(DataError, match=r"no criterion held up on 2 pairs \(0 more failed\)"):
        run(make(world), pairs("polite", "right", after=9))


def test_little_success_ends_the_learning(make: Make, world: "World", pairs: Pairs) -> None:
    hard = [one.model_copy(update={"prompt": f"{one.prompt}, hard"}) for one in pairs(*["x"] * 30, after=9)]
    found = run(make(world), [*hard, *pairs(*[f"kind{n}" for n in range(30)])], min_success=0.6, rounds=1, batch=20)
    assert found.figures.more["stopped"] == "little success"
    assert found.figures.more["iterations"] == 1
    assert found.figures.pairs == 20


def test_little_new_ends_the_learning(make: Make, world: "World", pairs: Pairs) -> None:
    found = run(make(world), pairs(*["polite"] * 50), batch=5)
    # The first batch brings one criterion, which alone has no rate (nothing to differ from), and so does the second.
    assert (found.figures.more["stopped"], found.figures.pairs) == ("little new", 10)
    many = run(make(world), pairs(*[f"kind{n}" for n in range(30)]), batch=5, iterations=4)
    assert (many.figures.more["stopped"], many.figures.pairs) == ("iterations", 20)


def test_a_large_pool_is_cut_to_the_most_different(make: Make, world: "World", pairs: Pairs) -> None:
    found = run(make(world), pairs(*[f"kind{n}" for n in range(20)]), most=12)
    assert (found.figures.more["pool"], found.figures.more["selected"]) == (20, 12)
    assert len(found.rubric.criteria) == 5
    again = run(make(world), pairs(*[f"kind{n}" for n in range(20)]), most=12)
    assert again.rubric == found.rubric


def test_a_run_that_was_cut_off_goes_on_and_asks_nothing_twice(
    make: Make, world: "World", pairs: Pairs, tmp_path: Path
) -> None:
    labelled = pairs(*["polite", "right"] * 5)
    whole = run(make(world), labelled, holdout=0.4)
    calls = len(world.asked)
    for cut in (1, 5, 9, 13, 14, 20):
        world.asked.clear()

        def dies(request: Request, cut: int = cut) -> str:
            if len(world.asked) == cut:
                raise KeyboardInterrupt
            return world(request)

        path = tmp_path / f"{cut}.jsonl"
        with pytest.raises(KeyboardInterrupt):
            run(make(dies, journal=Journal(path, {}), in_flight=1), labelled, holdout=0.4)
        first = list(world.asked)
        found = run(make(world, journal=Journal(path, {}), in_flight=1), labelled, holdout=0.4)
        assert found.rubric == whole.rubric and found.diagnostics == whole.diagnostics
        # With one question at a time at most one pair was begun and not finished: its first question is asked again.
        assert len(world.asked) <= calls + 1
        assert len(world.asked[len(first) :]) >= calls - cut
    world.asked.clear()
    run(make(world, journal=Journal(path, {})), labelled, holdout=0.4)
    assert world.asked == []


def test_more_rounds_are_other_work_and_other_choices_are_not(
    make: Make, world: "World", pairs: Pairs, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal.jsonl", {})
    run(make(world, journal=journal), pairs("polite", "right"))
    asked = len(world.asked)
    run(make(world, journal=journal), pairs("polite", "right"), most=7, eps=0.2, batch=3)
    assert len(world.asked) == asked
    run(make(world, journal=journal), pairs("polite", "right"), rounds=2)
    assert world.count("propose") == 4


def test_options_are_checked_by_name_and_value() -> None:
    assert methods.options("auto_rubric", {"rounds": 10}).rounds == 10
    for given, said in (
        ({"round": 1}, "the method 'auto_rubric' has no option 'round'; there are criteria, rounds"),
        ({"rounds": 0}, "option rounds of 'auto_rubric' is wrong: Input should be greater than or equal to 1"),
        ({"rounds": "many"}, "option rounds of 'auto_rubric' is wrong"),
    ):
        with pytest.raises(ValueError, match=said):
            methods.options("auto_rubric", given)
    with pytest.raises(ValueError, match="there is no method 'magic' to learn a rubric; choose one of: auto_rubric"):
        methods.options("magic", {})


@pytest.mark.parametrize("name", methods.METHODS)
def test_every_method_finds_its_prompts(name: str) -> None:
    kind = methods.method(name)
    assert set(methods.load_prompts(kind.prompts)) == set(kind.prompts)
    kind.options()  # has defaults


def test_a_batch_of_one_pair_that_cannot_be_read_is_a_failed_pair_and_not_the_end(
    make: Make, world: "World", pairs: Pairs
) -> None:
    three = pairs("polite", "right", "kind")
    learner = make(lambda request: "?" if "Ask 2" in str(request.messages) else world(request), seed=1)
    order = list(three)
    random.Random(1).shuffle(order)
    assert order[0].id != "p2"
    figures = run(learner, three, batch=1).figures
    assert (figures.kept, figures.failed) == (2, 1)


def test_what_is_learned_is_not_lost_with_the_measuring(make: Make, world: "World", pairs: Pairs) -> None:
    five = pairs(*["polite"] * 5)
    (held,) = split(five, 0.8, 0)[1]
    learner = make(lambda request: "?" if held.prompt in str(request.messages) else world(request))
    found = run(learner, five, holdout=0.2)
    assert (found.figures.before, found.figures.after) == (None, None)
    assert [(one.pairs, one.failed) for one in found.diagnostics.values()] == [(0, 1)]
