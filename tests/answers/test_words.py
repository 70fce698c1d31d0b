import pytest

from judge.answers.words import plain, same_text


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("Paris", "paris."),
        ("Paris", "**Paris**"),
        ("New  York", "“new york”"),
        ("\\text{Evelyn}", "Evelyn"),
        ("ﬁve", "five"),
        ("Straße", "STRASSE"),
        ("(B)", "B. Rome"),
        ("2024-03-05", "March 5, 2024"),
        ("2024-03-05", "2024年3月5日"),
        ("14:30", "2:30 pm"),
        ("Monday", "Mon"),
        ("DNE", "does not exist"),
        ("yes", "Yes, it is."),
        ("正确", "true"),
    ],
)
def test_the_same_answer_in_another_dress(gold: str, answer: str) -> None:
    assert same_text(gold, answer)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("Paris", "Parish"),
        ("B", "A, not B"),
        ("", ""),
        ("B", "A or B"),
        ("no", ""),
        ("yes", "yes or no"),
        ("N", "n or m"),
    ],
)
def test_other_answers(gold: str, answer: str) -> None:
    assert not same_text(gold, answer)


def test_articles_count_unless_they_are_dropped() -> None:
    assert not same_text("The Beatles", "Beatles")
    assert same_text("The Beatles", "Beatles", drop_articles=True)


def test_plain_text() -> None:
    assert plain("  *Hello*,   World! ") == "hello*, world"
