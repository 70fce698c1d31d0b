import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from judge.answers.unicode import normal


@given(st.text(max_size=30))
def test_short_texts_take_the_normal_form(text: str) -> None:
    assert normal(text) == unicodedata.normalize("NFKC", text)


def test_a_pile_of_accents_is_cut() -> None:
    assert len(normal("e" + "\u0301\u0316" * 50_000)) <= 31
