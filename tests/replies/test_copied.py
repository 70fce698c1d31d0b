"""What counts as a copy: 20 characters or more in a row."""

from hypothesis import given
from hypothesis import strategies as st

from judge.replies.copied import RUN, Copied

LETTERS = st.text("ab", max_size=60)


def test_a_run_of_twenty_characters_is_a_copy_and_of_nineteen_is_none() -> None:
    source = "abcdefghijklmnopqrstuvwxyz"
    assert Copied(f"-{source[:20]}-", [source]).covers(1, 21)
    assert Copied(f"-{source[:20]}-", [source]).covers(8, 12)
    assert not Copied(f"-{source[:20]}-", [source]).covers(0, 4)
    assert not Copied(f"-{source[:19]}-", [source]).covers(8, 12)


def test_two_copies_side_by_side_are_two() -> None:
    first, second = "The first text is this one", "and the second is that other"
    copied = Copied(first + second, [first, second])
    assert copied.covers(2, len(first))
    assert copied.covers(len(first), len(first) + 9)
    assert not copied.covers(len(first) - 3, len(first) + 3)


@given(text=LETTERS, source=LETTERS, place=st.tuples(st.integers(0, 60), st.integers(1, 30)))
def test_covered_means_within_a_common_run(text: str, source: str, place: tuple[int, int]) -> None:
    start, end = place[0], place[0] + place[1]
    if end > len(text):
        return
    runs = ((i, j) for i in range(start + 1) for j in range(max(end, i + RUN), len(text) + 1))
    common = any(text[i:j] in source for i, j in runs)
    covered = Copied(text, [source]).covers(start, end)
    assert covered or not common
    assert common or not covered or end - start > RUN  # a longer place may be pieced together from two
