import json
import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SettingsError
from judge.models.base import Completion, TokenLogprob
from judge.models.labels import expected, label_probabilities, log_odds, read_labels, replayed, spent

TEN = [str(number) for number in range(1, 11)]


def token(taken: str, /, **listed: float) -> TokenLogprob:
    """A token with the probabilities of what is listed; `_yes` stands for " yes"."""
    return told(taken, {name.replace("_", " "): share for name, share in listed.items()})


def told(taken: str, listed: dict[str, float]) -> TokenLogprob:
    return TokenLogprob(taken, tuple((text, math.log(share)) for text, share in listed.items()))


def reply(*tokens: TokenLogprob, text: str | None = None, reasoning: str = "") -> Completion:
    said = "".join(token.token for token in tokens) if text is None else text
    return Completion(said, reasoning=reasoning, logprobs=tokens)


def masses(completion: Completion, labels: list[str], at: int = 0) -> dict[str, float]:
    reading = read_labels(completion, labels, at=at)
    assert reading is not None
    return reading.masses


def test_capitals_and_leading_spaces_are_one_label() -> None:
    said = reply(token("Yes", Yes=0.4, yes=0.1, _yes=0.05, YES=0.05, No=0.2, _no=0.1, Perhaps=0.1))
    # yes: 0.4 + 0.1 + 0.05 + 0.05 = 0.6; no: 0.2 + 0.1 = 0.3; together 0.9, so 0.6 / 0.9 and 0.3 / 0.9
    assert masses(said, ["yes", "no"]) == pytest.approx({"yes": 0.6, "no": 0.3}, abs=1e-9)
    assert label_probabilities(said, ["yes", "no"]) == pytest.approx({"yes": 2 / 3, "no": 1 / 3}, abs=1e-9)
    assert spent(said, ["yes", "no"]) == pytest.approx(0.9, abs=1e-9)


def test_the_expected_score() -> None:
    said = reply(told("7", {"7": 0.5, "8": 0.25, " 6": 0.15, "Well": 0.1}))
    values = {str(number): float(number) for number in range(1, 11)}
    shares = label_probabilities(said, values)
    # (7 * 0.5 + 8 * 0.25 + 6 * 0.15) / 0.9 = (3.5 + 2 + 0.9) / 0.9 = 6.4 / 0.9
    assert shares is not None
    assert expected(values, shares) == pytest.approx(6.4 / 0.9, abs=1e-9)


def test_ten_in_two_tokens_takes_from_one() -> None:
    said = reply(told("1", {"1": 0.6, "9": 0.3, "8": 0.1}), told("0", {"0": 0.9, "<end>": 0.1}))
    # P(10) = 0.6 * 0.9 = 0.54, and what is left of 0.6 is P(1) = 0.06
    assert masses(said, TEN) == pytest.approx(dict.fromkeys(TEN, 0.0) | {"10": 0.54, "1": 0.06, "9": 0.3, "8": 0.1})


def test_one_is_said_and_zero_would_have_been_possible() -> None:
    said = reply(told("1", {"1": 0.6, "9": 0.4}), told("<end>", {"<end>": 0.7, "0": 0.2}), text="1")
    # P(10) = 0.6 * 0.2 = 0.12; the end has 0.6 * 0.7 = 0.42; the 0.1 that is not listed stays with 1: 0.06
    assert masses(said, TEN)["10"] == pytest.approx(0.12, abs=1e-9)
    assert masses(said, TEN)["1"] == pytest.approx(0.48, abs=1e-9)


def test_where_the_path_was_not_taken_the_shorter_number_has_it_all() -> None:
    said = reply(told("9", {"9": 0.7, "1": 0.3}), told("<end>", {"<end>": 1.0}), text="9")
    assert masses(said, TEN) == pytest.approx(dict.fromkeys(TEN, 0.0) | {"9": 0.7, "1": 0.3})
    cut = reply(told("1", {"1": 0.7, "9": 0.3}))  # the same where the reply ends after one token
    assert masses(cut, TEN) == pytest.approx(dict.fromkeys(TEN, 0.0) | {"1": 0.7, "9": 0.3})


def test_ten_in_one_token() -> None:
    assert masses(reply(told("10", {"10": 0.8, "1": 0.2})), TEN)["10"] == pytest.approx(0.8, abs=1e-9)


def test_numbers_off_the_scale_count_for_none() -> None:
    five = ["1", "2", "3", "4", "5"]
    # 10, 1.5 and 1st are not 1, 0.6 * (0.5 + 0.2 + 0.1); the rest of the 0.6 is
    said = reply(told("1", {"1": 0.6, "10": 0.1, "2": 0.2}), told("/", {"/": 0.2, "0": 0.5, ".5": 0.2, "st": 0.1}))
    assert masses(said, five) == pytest.approx({"1": 0.12, "2": 0.2, "3": 0, "4": 0, "5": 0}, abs=1e-9)
    halves = reply(told("1", {"1": 1.0}), told(".", {".": 0.9, "<end>": 0.1}), told("5", {"5": 0.8, "<end>": 0.2}))
    # "1." and the end are 1: 0.1 + 0.9 * 0.2 = 0.28; "1.5" is not
    assert masses(halves, five)["1"] == pytest.approx(0.28, abs=1e-9)


def test_a_longer_word_is_another_word() -> None:
    said = reply(token("Yes", Yes=0.6, No=0.2, Not=0.1, Yesterday=0.1), token("terday", terday=0.5, _it=0.5))
    assert masses(said, ["yes", "no"]) == pytest.approx({"yes": 0.3, "no": 0.2}, abs=1e-9)
    assert masses(reply(told("No,", {"No,": 0.5, "Yes.": 0.5})), ["yes", "no"]) == {"yes": 0.5, "no": 0.5}


def test_a_label_in_several_tokens() -> None:
    labels = ["safe", "unsafe"]
    said = reply(token("Un", Un=0.8, Safe=0.2), token("safe", safe=0.75, certain=0.25))
    assert masses(said, labels) == pytest.approx({"safe": 0.2, "unsafe": 0.6}, abs=1e-9)
    beside = reply(token("Safe", Un=0.7, Safe=0.2, U=0.1))  # "Un" begins only one of them; "U" is too little to tell
    assert masses(beside, labels) == pytest.approx({"safe": 0.2, "unsafe": 0.7}, abs=1e-9)
    shared = reply(token("safe", safe=0.5, un=0.5))
    assert masses(shared, [*labels, "unsure"]) == pytest.approx({"safe": 0.5, "unsafe": 0, "unsure": 0}, abs=1e-9)


def test_white_space_and_quotes_first() -> None:
    said = reply(
        told("\n", {"\n": 0.5, "A": 0.25, '"': 0.25}), told(' "', {' "': 1.0}), told("A", {"A": 0.6, "B": 0.4})
    )
    # at once 0.25, after the newline 0.5 * 0.6; a quotation mark that was not taken tells nothing
    assert masses(said, ["A", "B"]) == pytest.approx({"A": 0.25 + 0.3, "B": 0.2}, abs=1e-9)
    assert masses(reply(told("[[", {"[[": 1.0}), told("B", {"B": 0.9, "A": 0.1})), ["A", "B"])["B"] == 0.9


def test_another_word_was_said_and_the_labels_are_beside_it() -> None:
    said = reply(token("The", The=0.9, Yes=0.04, No=0.01), token("_answer", _answer=1.0))
    # 0.04 and 0.01 are 4 and 1 of 5, but together only a twentieth of all
    assert label_probabilities(said, ["yes", "no"]) == pytest.approx({"yes": 0.8, "no": 0.2}, abs=1e-9)
    assert spent(said, ["yes", "no"]) == pytest.approx(0.05, abs=1e-9)


def test_nothing_to_read() -> None:
    for completion in (Completion("Yes"), reply(token("The", The=1.0)), reply(TokenLogprob("Yes", ()))):
        assert read_labels(completion, ["yes", "no"]) is None
        assert label_probabilities(completion, ["yes", "no"]) is None
        assert spent(completion, ["yes", "no"]) == 0.0


def test_the_reasons_come_first() -> None:
    tokens = [
        token("Yes", Yes=0.5, No=0.5),
        told(", fine. Score:", {", fine. Score:": 0.1}),
        told(" 4", {" 4": 0.7, " 5": 0.3}),
    ]
    said = reply(*tokens)
    assert said.text == "Yes, fine. Score: 4"
    for at in (said.text.index(" 4"), said.text.index("4")):  # the space belongs to the token
        assert masses(said, ["4", "5"], at) == pytest.approx({"4": 0.7, "5": 0.3}, abs=1e-9)
    assert read_labels(said, ["4", "5"], at=100) is None
    glued = reply(told(":4", {":4": 0.7, ":5": 0.2, "4": 0.1}))
    assert masses(glued, ["4", "5"], 1) == pytest.approx({"4": 0.7, "5": 0.2}, abs=1e-9)


def test_thinking_in_front_is_not_read() -> None:
    thought = [token("<think>", **{"<think>": 1.0}), token("no", no=1.0), told("</think>", {"</think>": 1.0})]
    said = reply(*thought, token("yes", yes=0.9, no=0.1), text="yes", reasoning="no")
    assert masses(said, ["yes", "no"]) == pytest.approx({"yes": 0.9, "no": 0.1}, abs=1e-9)
    assert read_labels(reply(*thought, text="", reasoning="no"), ["yes", "no"]) is None  # cut off before the answer


def test_labels_that_cannot_be_told_apart() -> None:
    for labels in ([], ["yes", "Yes"], ["yes", " yes"], ["yes", ""], ["yes", "'"]):
        with pytest.raises(SettingsError, match="told apart"):
            read_labels(reply(token("yes", yes=1.0)), labels)


def test_a_label_without_a_value() -> None:
    with pytest.raises(SettingsError, match="'maybe'"):
        expected({"yes": 1.0}, {"yes": 0.5, "maybe": 0.5})


def test_log_odds() -> None:
    assert log_odds(0.8, 0.2) == pytest.approx(math.log(4), abs=1e-9)
    assert log_odds(0.5, 0.0) == pytest.approx(math.log(500_000), abs=1e-9)  # an unlisted label counts as a millionth
    assert log_odds(0.2, 0.8) == -log_odds(0.8, 0.2)
    for yes, no in ((0.0, 0.0), (1.1, 0.0), (-0.1, 0.5), (math.nan, 0.5)):
        with pytest.raises(ValueError, match="probabilities"):
            log_odds(yes, no)


WORDS = st.lists(
    st.sampled_from(["1", "0", "2", "5", " 1", "10", ".", "\n", "<end>", "yes", "st"]), min_size=1, unique=True
)


@st.composite
def replies(draw: st.DrawFn) -> Completion:
    tokens = []
    for _ in range(draw(st.integers(1, 4))):
        words = draw(WORDS)
        parts = draw(st.lists(st.floats(0.01, 1), min_size=len(words), max_size=len(words)))
        whole = math.fsum(parts) + draw(st.sampled_from([0.0, 0.5]))  # something may not be listed
        shares = {word: part / whole for word, part in zip(words, parts, strict=True)}
        tokens.append(told(draw(st.sampled_from(words)), shares))
    return reply(*tokens)


@given(replies())
def test_masses_are_parts_of_one_whole(completion: Completion) -> None:
    reading = read_labels(completion, TEN)
    if reading is not None:
        assert all(mass >= 0 for mass in reading.masses.values())
        assert 0 < reading.spent <= 1
        assert math.fsum(reading.masses.values()) <= 1 + 1e-9
        assert math.fsum(reading.probabilities.values()) == pytest.approx(1, abs=1e-9)
        assert list(reading.probabilities) == TEN


@given(replies(), st.randoms(use_true_random=False))
def test_the_order_of_the_alternatives_is_of_no_account(completion: Completion, random: Random) -> None:
    shuffled = []
    for item in completion.logprobs:
        top = list(item.top)
        random.shuffle(top)
        shuffled.append(TokenLogprob(item.token, tuple(top)))
    first, second = read_labels(completion, TEN), read_labels(reply(*shuffled), TEN)
    assert (first and first.masses) == pytest.approx(second and second.masses, abs=1e-9)


@given(st.dictionaries(st.sampled_from(TEN), st.floats(0.01, 1), min_size=1))
def test_a_number_in_digits_is_read_like_a_number_in_one_token(parts: dict[str, float]) -> None:
    whole = math.fsum(parts.values())
    shares = {label: part / whole for label, part in parts.items()}
    one = shares.get("1", 0.0) + shares.get("10", 0.0)
    first = {label: share for label, share in shares.items() if label not in ("1", "10")} | ({"1": one} if one else {})
    digits = [told("1" if one else next(iter(first)), first)]
    if one:
        second = {"0": shares.get("10", 0.0) / one, "<end>": shares.get("1", 0.0) / one}
        second = {text: share for text, share in second.items() if share}
        digits.append(told(next(iter(second)), second))
    assert masses(reply(*digits), TEN) == pytest.approx(dict.fromkeys(TEN, 0.0) | shares, abs=1e-9)


@given(replies(), st.sampled_from(["", "Well. ", "It is 7, so:\n"]))
def test_a_reading_that_was_kept_is_read_again_bit_for_bit(completion: Completion, reasons: str) -> None:
    tokens = (told(reasons, {reasons: 0.5}), *completion.logprobs) if reasons else completion.logprobs
    reading = read_labels(reply(*tokens), TEN, at=len(reasons))
    if reading is not None:
        detail = json.loads(json.dumps(reading.detail))
        text = reasons + completion.text
        again = read_labels(Completion(text, logprobs=replayed(text, detail)), TEN, at=len(reasons))
        assert again == reading
        assert again.probabilities == reading.probabilities


def test_a_reading_of_an_empty_reply_is_kept_too() -> None:
    reading = read_labels(reply(told("<end>", {"<end>": 0.6, "yes": 0.4}), text=""), ["yes", "no"])
    assert reading is not None
    assert reading.detail == {"labels": {"yes": 0.4, "no": 0.0}}
    assert read_labels(Completion("", logprobs=replayed("", reading.detail)), ["yes", "no"]) == reading


def test_nothing_was_kept() -> None:
    assert replayed("yes", {"other": 1}) == ()


@pytest.mark.parametrize(
    "detail",
    [
        {"labels": 3},
        {"labels": ["yes"]},
        {"labels": {"yes": "0.5"}},
        {"labels": {"yes": 1.5}},
        {"labels": {"yes": math.nan}},
        {"labels": {"yes": 0.5}, "labels_at": -1},
        {"labels": {"yes": 0.5}, "labels_at": "4"},
    ],
)
def test_what_was_kept_is_no_reading(detail: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"detail\.labels"):
        replayed("yes", detail)
