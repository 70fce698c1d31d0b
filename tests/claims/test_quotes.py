import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.claims.quotes import find, verbatim

TEXT = (
    "The committee said on 3 May 2021 that the drug “is not safe” for children under 12 — “none at all” — and that "
    "1,200 of 45,000 patients, i.e. 2.7%, had fallen ill. It asked the makers to stop. 药物对儿童不安全。"
)


@pytest.mark.parametrize(
    "quote",
    [
        "the drug is not safe",
        "THE DRUG  is\nnot safe",
        "'is not safe' for children",
        "children under 12 - none at all",
        "The committee said ... that the drug is not safe",
        "said on 3 May 2021 […] asked the makers to stop",
        "1,200 of 45,000 patients",
        "It asked the makers to stop!",
        "儿童不安全",
        "药物对儿童",
    ],
)
def test_what_stands_there_is_found(quote: str) -> None:
    assert verbatim(quote, TEXT)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "the",
        "drug",
        "...",
        "the drug is safe",
        "the drug is ... safe",
        "asked the makers ... on 3 May 2021",
        "he drug is",
        "the drug is not saf",
        "200 of 45,000 patients",
        "1,200 of 45",
        "2.7",
        "7% had fallen",
        "2021 that the drugs",
        "儿童安全",
        "under 1",
    ],
)
def test_what_does_not_stand_there_is_not(quote: str) -> None:
    assert not verbatim(quote, TEXT)


def test_signs_belong_to_numbers() -> None:
    text = "It fell to -5 degrees on 10-12 May, a loss of 3% in all."
    assert verbatim("to -5 degrees", text) and verbatim("10-12 May", text) and verbatim("a loss of 3%", text)
    assert not verbatim("5 degrees on", text) and not verbatim("a loss of 3", text)
    quote = "It had fallen to 5 degrees on the morning of the day after that, they wrote."
    assert find(quote, ["It has fallen to -5 degrees on the morning of the day after that, they wrote."]) is None
    assert find(quote, ["It has fallen to 5 degrees on the morning of the day after that, they wrote."]) is not None


def test_a_near_match_has_a_few_words_changed() -> None:
    quote = "The committee said on 3 May 2021 that this drug is not safe for children under 12"
    match = find(quote, ["Something else entirely.", TEXT])
    assert match is not None and (match.how, match.source, match.distance) == ("near", 1, 1)
    assert match.passage.startswith("the committee said on 3 may 2021 that the drug")
    exact = find("the drug is not safe", [TEXT])
    assert exact is not None and (exact.how, exact.distance) == ("verbatim", 0)


@pytest.mark.parametrize(
    "quote",
    [
        "The committee said on 4 May 2021 that the drug is not safe for children under 12",
        "The committee said on 3 May 2021 that the drug is quite safe for children under 12",
        "The committee said on 3 May 2021 that the drug is safe for children under 12",
        "The committee said on 3 May 2021 that the drug is not safe for children under 21",
        "The board told us on 3 May 2021 how a drug is not right for children under 12",
    ],
)
def test_numbers_and_negations_are_never_near(quote: str) -> None:
    assert find(quote, [TEXT]) is None


def test_more_may_be_changed_where_the_bound_is_wider() -> None:
    quote = "It begged the makers to stop at once and that was all."
    assert find(quote, ["It asked the makers to stop now and that was all."], bound=0.1) is None
    assert find(quote, ["It asked the makers to stop now and that was all."], bound=0.3) is not None


@given(
    st.lists(
        st.sampled_from(["alpha", "beta", "gamma", "delta", "12", "3.5", "not", "北", "京", "epsilon"]),
        min_size=2,
        max_size=40,
    ),
    st.data(),
)
def test_every_run_of_two_words_is_found(said: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(said) - 2))
    end = data.draw(st.integers(start + 2, len(said)))
    assert verbatim(" ".join(said[start:end]), " ".join(said))
    match = find(" ".join(said[start:end]), [" ".join(said)])
    assert match is not None and match.how == "verbatim"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_can_be_compared(quote: str, text: str) -> None:
    match = find(quote, [text], bound=0.5)
    assert match is None or match.distance <= 30


def test_long_hostile_texts_are_compared_in_time() -> None:
    for quote, text in [("a " * 1_000, "a " * 50_000), ("a b " * 500, "a c a b " * 20_000),
                        ("aa " * 700, "a" * 100_000),
                        ("... x " * 300, "x " * 50_000), ("1,2" * 600, "1,2" * 30_000)]:  # fmt: skip
        find(quote, [text], bound=0.3)
