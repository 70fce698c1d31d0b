import pytest

from judge.instructions import shapes


def test_end() -> None:
    assert shapes.end_checker('He said: "Any more questions?"\n', end_phrase="any more questions?").state == "followed"
    assert shapes.end_checker("Any more questions? No.", end_phrase="any more questions?").state == "not_followed"


@pytest.mark.parametrize(
    ("text", "state"), [(' "All of it." ', "followed"), ('"', "not_followed"), ('"a" b', "not_followed")]
)
def test_quotation(text: str, state: str) -> None:
    assert shapes.quotation(text).state == state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("one\n******\ntwo", "followed"),
        ("one\n******\none", "not_followed"),
        ("one\n******\n\n******\ntwo", "not_followed"),
        ("one\n*****\ntwo", "not_followed"),
        ("one****** two ******three", "not_followed"),
    ],
)
def test_two_responses(text: str, state: str) -> None:
    assert shapes.two_responses(text).state == state


def test_repeat_prompt_says_where_it_goes_wrong() -> None:
    assert shapes.repeat_prompt("write a POEM. Roses are red.", prompt_to_repeat="Write a poem.").state == "followed"
    finding = shapes.repeat_prompt("Write a song. La la.", prompt_to_repeat="Write a poem.")
    assert (finding.state, finding.reason) == ("not_followed", "it leaves the request at character 8: 'song. La la.'")
