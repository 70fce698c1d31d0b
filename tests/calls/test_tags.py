import pytest

from judge.calls.tags import format_fault

CALL = "<think>Hm.</think>\n<tool_call>\n{}\n</tool_call>"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (CALL, True),
        (f"{CALL}\n<response>Wait.</response>", True),
        ("<think>Hm.</think><response>Hi.</response>", False),
        (CALL, None),
        ("<think>Hm.</think>", None),
    ],
)
def test_right_formats(text: str, due: bool | None) -> None:
    assert format_fault(text, due) == ""


@pytest.mark.parametrize(
    ("text", "due", "said"),
    [
        ("", True, "<think> is missing"),
        ("<think>Hm.</think>", True, "<tool_call> is missing"),
        (CALL, False, "<response> is missing"),
        (f"{CALL}<response>x</response>", False, "no call is due"),
        (f"{CALL}{CALL}", True, "stands 2 times"),
        (f"Sure. {CALL}", True, "does not follow"),
        (f"{CALL} Done.", True, "text behind the last tag"),
        ("<tool_call></tool_call><think></think>", True, "order is wrong"),
        ("<think>a</think>b<tool_call></tool_call>", True, "does not follow"),
        ("</think><think><tool_call></tool_call>", True, "does not follow"),
        ("<think><tool_call></think></tool_call>", True, "order is wrong"),
    ],
)
def test_wrong_formats(text: str, due: bool | None, said: str) -> None:
    assert said in format_fault(text, due)
