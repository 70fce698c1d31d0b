import pytest

from judge.instructions import formats


@pytest.mark.parametrize(
    ("text", "count"), [("* one\n- two\n  * three", 3), ("*one* is\n---\n-5 degrees\n**bold**", 0), ("- \n*", 0)]
)
def test_bullets(text: str, count: int) -> None:
    assert formats.number_bullet_lists(text, num_bullets=3).count == count


@pytest.mark.parametrize(
    ("text", "count"), [("*one* and **two**", 2), ("* a bullet with *one*", 1), ("** ** and * *", 0), ("2 * 3 * 4", 0)]
)
def test_highlights(text: str, count: int) -> None:
    assert formats.number_highlighted_sections(text, num_highlights=2).count == count


def test_sections() -> None:
    text = "SECTION 1\nOne.\nSECTION 2\nTwo. The section 3 is missing."
    assert formats.multiple_sections(text, section_spliter="SECTION", num_sections=3).count == 2


@pytest.mark.parametrize(
    ("text", "state"), [("<<Green>> grass", "followed"), ("<< >>", "not_followed"), ("<a>", "not_followed")]
)
def test_title(text: str, state: str) -> None:
    assert formats.title(text).state == state


@pytest.mark.parametrize(
    "text", ['{"a": [1, 2.5, null]}', "[]", '```json\n{"a": 1}\n```', "```\n[1]\n```", f"[{'9' * 5000}]"]
)
def test_json(text: str) -> None:
    assert formats.json_format(text).state == "followed"


@pytest.mark.parametrize(
    "text",
    ["1", "null", "NaN", '{"a": NaN}', "{'a': 1}", '{"a": 1} and more', "Here it is: {}", "[" * 100_000, "``````"],
)
def test_no_json(text: str) -> None:
    assert formats.json_format(text).state == "not_followed"


def test_constrained_response() -> None:
    assert formats.constrained_response("Well. My answer is maybe.").state == "followed"
    assert formats.constrained_response("My answer is perhaps.").state == "not_followed"


def test_placeholders() -> None:
    assert formats.number_placeholders("Dear [name], of [street], [].", num_placeholders=2).count == 2


@pytest.mark.parametrize(
    ("text", "marker", "state"),
    [
        ("Bye.\n\nP.S. I forgot.", "P.S.", "followed"),
        ("Bye.\n\np. s. I forgot.", "P.S.", "followed"),
        ("Bye.\n\nP.P.S: more", "P.P.S", "followed"),
        ("Bye.\n\nP.S. I forgot.", "P.P.S", "not_followed"),
        ("My PS5 is slow.", "P.S.", "not_followed"),
    ],
)
def test_postscript(text: str, marker: str, state: str) -> None:
    assert formats.postscript(text, postscript_marker=marker).state == state
