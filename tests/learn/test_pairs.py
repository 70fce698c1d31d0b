"""Labelled pairs: how rows are read and how they are parted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.learn.pairs import Pair, read_pairs, split

File = Callable[..., Path]


def test_the_prompt_may_have_three_names(file: File) -> None:
    path = file(
        {"id": 7, "prompt": "a", "chosen": "x", "rejected": "y", "reason": "short", "category": "chat"},
        "",
        {"instruction": "b", "chosen": "x", "rejected": "y", "score": 3},
        {"input": "c", "chosen": "x", "rejected": "y", "reason": None},
    )
    first, second, third = read_pairs(path)
    assert (first.id, first.prompt, first.reason, first.category) == ("7", "a", "short", "chat")
    assert (second.id, second.prompt) == ("line_3", "b")  # an empty line counts as a line
    assert (third.id, third.prompt, third.reason) == ("line_4", "c", "")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"chosen": "x", "rejected": "y"}, "line 2 of .* has no prompt; give it as one of: prompt, instruction, input"),
        ({"prompt": "a", "chosen": "x"}, "line 2 of .* has no 'rejected'"),
        ({"prompt": "a", "chosen": ["x"], "rejected": "y"}, "line 2 of .* has 'chosen' as list; give it as text"),
        ({"prompt": "a", "chosen": "x", "rejected": "y", "id": 1.5}, "line 2 of .* has an id that is float"),
        ({"prompt": "a", "chosen": "x", "rejected": "y", "id": "one"}, "line 2 of .* has the id 'one' of an earlier"),
        ("{", "line 2 of .* is no JSON"),
    ],
)
def test_what_is_no_pair_is_said_by_line_and_field(file: File, row: object, said: str) -> None:
    path = file({"id": "one", "prompt": "a", "chosen": "x", "rejected": "y"}, row)
    with pytest.raises(DataError, match=said):
        read_pairs(path)


def test_no_file_and_no_pairs(file: File, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file"):
        read_pairs(tmp_path / "none.jsonl")
    with pytest.raises(DataError, match="holds no pairs"):
        read_pairs(file(""))


def test_the_hash_is_of_the_texts() -> None:
    one = Pair(id="1", prompt="a", chosen="x", rejected="y")
    assert one.hash == one.model_copy(update={"id": "2"}).hash != one.model_copy(update={"chosen": "z"}).hash


@given(st.lists(st.integers(0, 5), max_size=30), st.floats(0, 1), st.integers())
def test_parts_share_no_prompt_and_lose_no_pair(prompts: list[int], share: float, seed: int) -> None:
    pairs = [Pair(id=str(n), prompt=str(prompt), chosen="x", rejected="y") for n, prompt in enumerate(prompts)]
    first, second = split(pairs, share, seed)
    assert sorted(int(one.id) for one in first + second) == list(range(len(pairs)))
    assert not {one.prompt for one in first} & {one.prompt for one in second}
    assert len(first) >= round(share * len(pairs))
    assert [int(one.id) for one in first] == sorted(int(one.id) for one in first)
    assert split(pairs, share, seed) == (first, second)


def test_parts_have_the_size_wanted_and_hang_on_the_seed() -> None:
    pairs = [Pair(id=str(n), prompt=str(n), chosen="x", rejected="y") for n in range(50)]
    first, second = split(pairs, 0.8, 0)
    assert (len(first), len(second)) == (40, 10)
    assert split(pairs, 0.8, 1)[1] != second
    with pytest.raises(DataError, match="a share of 2 is not within 0 to 1"):
        split(pairs, 2, 0)
