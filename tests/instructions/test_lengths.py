import pytest

from judge.instructions.lengths import nth_paragraph_first_word, number_paragraphs, number_sentences, number_words


def test_number_words() -> None:
    assert number_words("one two three", num_words=3, relation="at least").state == "followed"
    finding = number_words("one two three", num_words=3, relation="less than")
    assert (finding.state, finding.count) == ("not_followed", 3)
    assert finding.reason == "3 words, less than 3 asked for"


def test_words_of_a_script_without_spaces_are_not_counted() -> None:
    assert number_words("มนุษย์ทั้งปวงเกิดมา", num_words=3, relation="at least").state == "cannot_tell"


def test_number_sentences() -> None:
    assert number_sentences("One. Two. Three.", num_sentences=3, relation="at least").state == "followed"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("one\n***\ntwo", "followed"),
        ("***\none\n***\ntwo\n***", "followed"),
        ("one *** two *** three", "not_followed"),
        ("one\n***\n\n***\ntwo", "not_followed"),
        ("one\n\ntwo", "not_followed"),
    ],
)
def test_number_paragraphs(text: str, state: str) -> None:
    assert number_paragraphs(text, num_paragraphs=2).state == state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("First one.\n\nWeekend, at last.", "followed"),
        ('First one.\n\n"Weekend" it is.', "followed"),
        ("Weekend.\n\nFirst one.", "not_followed"),
        ("First one.\n\nWeekend.\n\nMore.", "not_followed"),
    ],
)
def test_nth_paragraph_first_word(text: str, state: str) -> None:
    finding = nth_paragraph_first_word(text, num_paragraphs=2, nth_paragraph=2, first_word="weekend")
    assert finding.state == state


def test_a_paragraph_that_does_not_exist_starts_with_nothing() -> None:
    finding = nth_paragraph_first_word("a\n\nb", num_paragraphs=2, nth_paragraph=3, first_word="a")
    assert (finding.state, finding.reason) == ("not_followed", "there is no paragraph 3")
