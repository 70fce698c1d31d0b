import pytest

from judge.instructions import letters


def test_words_in_capitals() -> None:
    finding = letters.capital_word_frequency(
        "NASA and the FBI met. OK?", capital_frequency=4, capital_relation="less than"
    )
    assert (finding.state, finding.count) == ("followed", 3)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("THE ANSWER IS THAT IT IS OF NO USE TO THEM.", "followed"),
        ("YES", "followed"),
        ("THE ANSWER iS NO.", "not_followed"),
        ("1234", "not_followed"),
        ("DIE KATZE IST NICHT AUF DEM TISCH UND DER HUND IST IN DER KÜCHE.", "not_followed"),
        ("ÉTÉ", "cannot_tell"),
    ],
)
def test_english_capital(text: str, state: str) -> None:
    assert letters.english_capital(text).state == state


def test_english_lowercase_names_the_place() -> None:
    finding = letters.english_lowercase("all small but One.")
    assert (finding.state, finding.reason) == ("not_followed", "'O' is no small letter, in 'all small but One.'")


@pytest.mark.parametrize("text", ["one, two", "一，二"])
def test_commas(text: str) -> None:
    assert letters.no_comma(text).state == "not_followed"
    assert letters.no_comma(text.replace(",", "").replace("，", "")).state == "followed"
