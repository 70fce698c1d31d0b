import pytest

from judge.instructions.keywords import existence, forbidden_words, frequency, letter_frequency


def test_existence_names_what_is_missing() -> None:
    assert existence("The moms met a mother.", keywords=["mom", "mother"]).state == "followed"
    finding = existence("The moms met.", keywords=["mom", "mother"])
    assert (finding.state, finding.reason) == ("not_followed", "missing: 'mother'")


def test_frequency_counts_words_and_their_endings() -> None:
    finding = frequency("A sneaker, two sneakers, no sneakerhead.", keyword="sneaker", frequency=2, relation="at least")
    assert (finding.state, finding.count) == ("followed", 2)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("a c\u200bat sat", "not_followed"),
        ("A CAT.", "not_followed"),
        ("concatenate", "followed"),
        ("cats", "followed"),
    ],
)
def test_forbidden_words(text: str, state: str) -> None:
    assert forbidden_words(text, forbidden_words=["cat"]).state == state


def test_a_forbidden_word_is_shown_in_its_place() -> None:
    reason = forbidden_words("Nothing is so hard as rock is.", forbidden_words=["rock"]).reason
    assert reason == "'rock' occurs, in 'thing is so hard as rock is.'"


def test_letter_frequency_ignores_case() -> None:
    assert letter_frequency("Oo!o", letter="o", let_frequency=3, let_relation="at least").count == 3


def test_a_keyword_that_is_an_evil_pattern_is_only_text() -> None:
    assert existence("a" * 100_000, keywords=["(a+)+$"]).state == "not_followed"
