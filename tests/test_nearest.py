"""The labelled pairs that are nearest to a prompt."""

import pickle
import time

from judge.nearest import Nearest
from judge.pairs import Pair
from judge.types import Preference

PROMPTS = ("Why is the sky blue?", "Why is the sea salt?", "Bake me bread", "sky")
PAIRS = tuple(
    Pair(id=str(place), prompt=prompt, chosen=f"good {place}", rejected=f"bad {place}")
    for place, prompt in enumerate(PROMPTS)
)


def nearest(prompt: str, count: int = 4) -> list[str]:
    return [found.prompt for found in Nearest(PAIRS, count).to(prompt)]


def test_rare_words_and_short_prompts_count_for_more() -> None:
    # of 4 prompts "why", "is", "the" and "sky" stand in 2, with weight log(5/2) = 0.9163 and its square 0.8396; all
    # other words stand in 1, with log 5 = 1.6094 and 2.5903. For "Why is the sky red?":
    # 0: 4 x 0.8396 / sqrt(4 x 0.8396 + 2.5903)     = 3.3584 / 2.4390 = 1.377
    # 3: 0.8396 / 0.9163                            = 0.916
    # 1: 3 x 0.8396 / sqrt(3 x 0.8396 + 2 x 2.5903) = 2.5188 / 2.7748 = 0.908
    assert nearest("Why is the sky red?") == [PROMPTS[0], PROMPTS[3], PROMPTS[1], PROMPTS[2]]


def test_equally_near_ones_come_as_in_the_file() -> None:
    assert nearest("Something else", count=2) == list(PROMPTS[:2])


def test_pairs_on_the_same_prompt_are_left_out() -> None:
    assert nearest(" Why is the sky blue?\n") == [PROMPTS[3], PROMPTS[1], PROMPTS[2]]


def test_the_label_is_kept_and_the_words_are_compared_without_case() -> None:
    [found] = Nearest(PAIRS, 1).to("BREAD")
    assert found == Preference(prompt="Bake me bread", preferred="good 2", rejected="bad 2")


def test_more_are_wanted_than_there_are() -> None:
    assert len(nearest("sky and sea", count=32)) == 4
    assert Nearest((), 3).to("sky") == ()


def test_pickles_after_use() -> None:
    source = Nearest(PAIRS, 1)
    assert pickle.loads(pickle.dumps(source)).to("sea") == source.to("sea")


def test_many_pairs_and_a_long_prompt_take_no_time() -> None:
    pairs = tuple(
        Pair(id=str(place), prompt=f"the word{place} and word{place % 7}", chosen="a", rejected="b")
        for place in range(20_000)
    )
    source = Nearest(pairs, 3)
    source.to("the")  # makes the index
    begun = time.perf_counter()
    found = source.to(" ".join(f"word{place}" for place in range(10_000)))
    assert time.perf_counter() - begun < 2
    assert len(found) == 3
