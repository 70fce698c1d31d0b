import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.instructions.text import blocks, phrase, puts_no_spaces, sentences, words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hello world. How are you? Fine!", 3),
        ("Dr. Smith met Mrs. Jones at 5 p.m. on Main St. and left.", 1),
        ("He came at 5 p.m. She left.", 2),
        ("It costs 3.50 dollars, i.e. not much. Really.", 2),
        ("1. First point.\n2. Second point.", 2),
        ("what now? no idea. none at all.", 3),
        ("Wait... what?! Yes.", 3),
        ("No full stop", 1),
        ("“Stop!” she said.", 2),
        ("你好。今天很好！", 2),
        ("... !!! ...", 0),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "count"), [("don't stop", 3), ("a-b c_d 5", 4), ("नमस्ते दुनिया", 2), ("我爱你", 3), ("- * !", 0)]
)
def test_words(text: str, count: int) -> None:
    assert len(words(text)) == count


def test_thai_words_cannot_be_counted() -> None:
    assert puts_no_spaces("มนุษย์ทั้งปวงเกิดมา")
    assert not puts_no_spaces("All human beings")


def test_blocks() -> None:
    assert blocks("one\n\ntwo\nstill two\n\n\n\nthree") == ["one", "two\nstill two", "three"]


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("cat", "A CAT sat", True),
        ("cat", "concatenate", False),
        ("a.b", "axb", False),
        ("a.b", "see a.b here", True),
        ("C++", "in C++ it is", True),
        ("ice cream", "ice\n cream", True),
        ("cat", "cats", False),
        ("北京", "我在北京市", True),
    ],
)
def test_phrases_are_whole_words(keyword: str, text: str, found: bool) -> None:
    assert (phrase(keyword).search(text) is not None) is found


@pytest.mark.parametrize(("text", "found"), [("cats", True), ("cat's", True), ("category", False), ("catalog", False)])
def test_inflected_phrases_allow_a_regular_ending(text: str, found: bool) -> None:
    assert (phrase("cat", inflected=True).search(text) is not None) is found


@given(st.text())
def test_a_keyword_is_never_a_pattern(keyword: str) -> None:
    assert not keyword.split() or phrase(" ".join(keyword.split())).search(f" {keyword} ") is not None


@given(st.lists(st.sampled_from(["One two three.", "Who is it?", "Go!"])))
def test_sentences_add_up(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts
