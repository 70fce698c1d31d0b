"""Groups by average linkage, by hand: directions in the plane by their angle."""

import asyncio
import math

import pytest

from judge.errors import DataError
from judge.learn.clusters import Likeness, average_linkage, medoid, representatives, similarities


def at(*degrees: float) -> list[tuple[float, float]]:
    return [(math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in degrees]


def test_cosines_of_directions() -> None:
    rows = similarities([(2, 0), (0, 3), (1, 1)])
    assert rows[0, 1] == 0
    assert rows[0, 2] == pytest.approx(1 / math.sqrt(2), abs=1e-9)  # 45 degrees
    assert [rows[i, i] for i in range(3)] == [1, 1, 1]
    assert similarities([(0, 0), (1, 0)])[0].tolist() == [1, 0]


def test_two_bundles_of_directions() -> None:
    # cos 10 = 0.985, cos 20 = 0.940 within the bundles; between them at least 70 degrees, at most 0.342
    assert average_linkage(similarities(at(0, 90, 10, 100, 20)), 0.9) == [[0, 2, 4], [1, 3]]


def test_the_average_decides_and_not_the_nearest_member() -> None:
    # 0, 30, 60: first 0 and 30 join (cos 30 = 0.866). The group and 60 are then alike by
    # (cos 60 + cos 30) / 2 = (0.5 + 0.8660254) / 2 = 0.6830127, although 30 and 60 alone are alike by 0.866
    rows = similarities(at(0, 30, 60))
    assert average_linkage(rows, 0.69) == [[0, 1], [2]]
    assert average_linkage(rows, 0.68) == [[0, 1, 2]]


def test_the_threshold_itself_is_enough() -> None:
    assert average_linkage(similarities([(1, 0), (0.6, 0.8)]), 0.6) == [[0, 1]]
    assert average_linkage(similarities([(1, 0), (0.6, 0.8)]), 0.61) == [[0], [1]]


def test_none_and_one() -> None:
    assert average_linkage(similarities([]), 0.5) == []
    assert average_linkage(similarities([(1, 0)]), 0.5) == [[0]]


def test_the_medoid_is_the_one_in_the_middle() -> None:
    rows = similarities(at(0, 40, 20, 180))
    # sums within (0, 1, 2): 0 has 1 + cos 40 + cos 20 = 2.706; 2 has 1 + 2 cos 20 = 2.879
    assert medoid([0, 1, 2], rows) == 2
    assert medoid([0, 1], rows) == 0  # equal sums: the first
    assert medoid([3], rows) == 3


def test_representatives_are_the_middles_of_so_many_groups() -> None:
    # three bundles: around 20, around 110, and 200 alone
    rows = similarities(at(0, 90, 20, 110, 40, 130, 200))
    assert representatives(rows, 3) == [2, 3, 6]
    assert representatives(rows[:2, :2], 3) == [0, 1]  # no more than there are
    with pytest.raises(DataError, match="at least 1"):
        representatives(rows, 0)


SAID_TWICE = [
    "The response gives correct facts.",
    "Facts in the response are correct.",
    "The response answers every part of the question.",
    "All parts of the question are answered by the response.",
    "The response is polite to the user.",
    "The response is friendly and polite towards the user.",
]


VERBS = ("names", "cites", "compares", "hides", "numbers", "translates", "sketches", "weighs", "dates", "counts")
THINGS = ("sources", "both offers", "prices", "risks", "units", "each step", "a map", "three books", "rivers",
          "tax law", "old maps", "side effects", "loops", "the plot", "rhymes", "spices", "birds", "kings", "joints",
          "stars")  # fmt: skip
OTHERS = [f"The response {verb} {thing}." for verb in VERBS for thing in THINGS]


@pytest.mark.parametrize("among", [0, 200])
def test_by_letters_the_default_joins_what_says_the_same_in_other_words(among: int) -> None:
    """However many other texts stand beside it."""
    texts = [*SAID_TWICE, *OTHERS[:among]]
    likeness = Likeness()
    groups = average_linkage(asyncio.run(likeness.cosines(texts)), likeness.alike)
    assert [group for group in groups if group[0] < 6] == [[0, 1], [2, 3], [4, 5]]


def test_each_kind_of_vectors_has_its_own_default() -> None:
    endpoint = Likeness(embeddings="http://127.0.0.1:1/v1", embeddings_model="tiny")
    assert (Likeness().alike, endpoint.alike, Likeness(similarity=0.0).alike) == (0.3, 0.8, 0.0)


def test_too_many_texts_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(DataError, match="8001 texts are too many to compare each with each, 8000 at most"):
        asyncio.run(Likeness().cosines(["a"] * 8_001))
