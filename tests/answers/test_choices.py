import pytest

from judge.answers.choices import read_choice


@pytest.mark.parametrize(
    "text", ["B", "b", "(B)", "[b]", "B.", "B)", "**B**", "B) 42", "B: 42", "option B", "B, not A", "B because"]
)
def test_one_letter_is_chosen(text: str) -> None:
    assert read_choice(text) == "B"


@pytest.mark.parametrize("text", ["", "A man", "A, B", "A or B", "A/B", "(A) and (B)", "Banana", "Z", "AB", "A B C D"])
def test_no_letter_or_several_are_no_choice(text: str) -> None:
    assert read_choice(text) == ""
