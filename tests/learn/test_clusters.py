"""Groups by average linkage, by hand: directions in the plane by their angle."""

import math

import pytest

from judge.errors import DataError
from judge.learn.clusters import average_linkage, medoid, representatives, similarities


def at(*degrees: float) -> list[tuple[float, float]]:
    return [(math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in degrees]


def test_cosines_of_directions() -> None:
    rows = similarities([(2, 0), (0, 3), (1, 1)])
    assert rows[0][1] == 0
    assert rows[0][2] == pytest.approx(1 / math.sqrt(2), abs=1e-9)  # 45 degrees
    assert [rows[i][i] for i in range(3)] == [1, 1, 1]
    assert similarities([(0, 0), (1, 0)])[0] == [1, 0]


def test_two_bundles_of_directions() -> None:
    # cos 10 = 0.985, cos 20 = 0.940 within the bundles; between them at least 70 degrees, at most 0.342
    assert average_linkage(at(0, 90, 10, 100, 20), 0.9) == [[0, 2, 4], [1, 3]]


def test_the_average_decides_and_not_the_nearest_member() -> None:
    # 0, 30, 60: first 0 and 30 join (cos 30 = 0.866). The group and 60 are then alike by
    # (cos 60 + cos 30) / 2 = (0.5 + 0.8660254) / 2 = 0.6830127, although 30 and 60 alone are alike by 0.866
    vectors = at(0, 30, 60)
    assert average_linkage(vectors, 0.69) == [[0, 1], [2]]
    assert average_linkage(vectors, 0.68) == [[0, 1, 2]]


def test_the_threshold_itself_is_enough() -> None:
    assert average_linkage([(1, 0), (0.6, 0.8)], 0.6) == [[0, 1]]
    assert average_linkage([(1, 0), (0.6, 0.8)], 0.61) == [[0], [1]]


def test_none_and_one() -> None:
    assert average_linkage([], 0.5) == []
    assert average_linkage([(1, 0)], 0.5) == [[0]]


def test_the_medoid_is_the_one_in_the_middle() -> None:
    rows = similarities(at(0, 40, 20, 180))
    # sums within (0, 1, 2): 0 has 1 + cos 40 + cos 20 = 2.706; 2 has 1 + 2 cos 20 = 2.879
    assert medoid([0, 1, 2], rows) == 2
    assert medoid([0, 1], rows) == 0  # equal sums: the first
    assert medoid([3], rows) == 3


def test_representatives_are_the_middles_of_so_many_groups() -> None:
    # three bundles: around 20, around 110, and 200 alone
    vectors = at(0, 90, 20, 110, 40, 130, 200)
    assert representatives(vectors, 3) == [2, 3, 6]
    assert representatives(vectors[:2], 3) == [0, 1]  # no more than there are
    with pytest.raises(DataError, match="at least 1"):
        representatives(vectors, 0)


def test_what_is_no_input_is_said() -> None:
    with pytest.raises(DataError, match="one model embed all"):
        average_linkage([(1, 0), (1, 0, 0)], 0.5)
    with pytest.raises(DataError, match="not within -1 to 1"):
        average_linkage([(1, 0)], 1.5)
