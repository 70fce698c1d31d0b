import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.extract import math_answer, reference_answer, text_answer


@pytest.mark.parametrize(
    ("text", "answer", "how"),
    [
        ("She makes 9 * 2 = $<<9*2=18>>18 every day.\nA: 18", "18", "marker"),
        ("Some steps with 3 and 4.\n#### 1,234", "1,234", "marker"),
        ("Thus $x=\\boxed{\\dfrac{1}{2}}$.", "\\dfrac{1}{2}", "box"),
        ("First \\boxed{12}. No, \\boxed{13}.", "13", "box"),
        ("So \\boxed{255}. In sum we get $10,455. Final Answer: The final answer is $10,455$.", "$10,455$", "marker"),
        ("\\boxed{5}. Final answer: as given in the box.", "5", "box"),
        ("$\\boxed{1} \\text{ for part (a) and } \\boxed{2}$", "1, 2", "box"),
        ("\\boxed{1} papers and \\boxed{2} bins", "1, 2", "box"),
        ("\\boxed{1} no no no no no \\boxed{2}", "2", "box"),
        ("It follows that $a = 2b$. Therefore the error grows by 100%.", "100%", "number"),
        ("\\boxed{0.333...}", "0.333...", "box"),
        ("Both \\boxed{(1, 2)} and \\boxed{(2, 1)}", "(1, 2), (2, 1)", "box"),
        ("The answer is $5$ because nothing else fits.", "$5$", "marker"),
        ("The final answer is:\n\n\\[\n\\frac{3}{4}\n\\]", "\\frac{3}{4}", "marker"),
        ("**Final Answer:** **73**", "73", "marker"),
        ("Step 1: 3+3=6. Step 2: 6+1=7. Final answer: 7", "7", "marker"),
        ("The answer is the point $(1,2)$.", "$(1,2)$", "marker"),
        ("答案：$\\frac{3}{4}$", "$\\frac{3}{4}$", "marker"),
        ("We add them all up.\nSo there are **42 eggs** in the end.", "42 eggs", "bold"),
        ("We add them all up and find that $x = 3$ in the end.", "$x = 3$", "formula"),
        ("We add them all up and find that there are 1,300.50 in the end.", "1,300.50", "number"),
        (".5", ".5", "whole"),
        ("<think>Perhaps \\boxed{3}</think>The answer is 4.", "4", "marker"),
    ],
)
def test_the_final_answer_is_found(text: str, answer: str, how: str) -> None:
    found = math_answer(text)
    assert found is not None
    assert (found.text, found.how, found.hedge) == (answer, how, "")


@pytest.mark.parametrize("text", ["", " \n\t ", "I am not able to find out what it could be."])
def test_no_answer_is_found_where_there_is_none(text: str) -> None:
    assert math_answer(text) is None


def test_a_response_that_boxes_many_answers_is_hedged() -> None:
    found = math_answer(" then ".join(f"\\boxed{{{n}}}" for n in range(5)))
    assert found is not None
    assert found.hedge == "it boxes 5 different answers"


def test_a_policy_can_insist_on_a_box() -> None:
    assert math_answer("The answer is 5.", "boxed") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The capital is easy to find.\n\nParis", "Paris"),
        ("The answer is J. K. Rowling.", "J. K. Rowling"),
        ("I considered A and B, but the final answer is (C).", "(C)"),
    ],
)
def test_answers_in_words(text: str, answer: str) -> None:
    found = text_answer(text)
    assert found is not None
    assert found.text == answer


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("18", "18"),
        ("Janet sells 9 eggs.\nShe makes $<<9*2=18>>18.\n#### 18", "18"),
        ("So $x$ is $\\boxed{\\frac{1}{2}}$.", "\\frac{1}{2}"),
        ("$21,16$ or $11$", "$21,16$ or $11$"),
        ("$\\boxed{x = 1", "x = 1"),
    ],
)
def test_references_are_bare_answers_or_whole_solutions(reference: str, answer: str) -> None:
    assert reference_answer(reference) == answer


@given(st.text(), st.integers(min_value=-(10**12), max_value=10**12))
def test_a_box_at_the_end_is_the_answer_whatever_stands_before(prose: str, number: int) -> None:
    text = prose.replace("\\", "").replace("{", "").replace("}", "") + f"\nand so \\boxed{{{number}}}"
    found = math_answer(text)
    assert found is not None
    assert found.text == str(number)


@pytest.mark.parametrize("piece", ["\\[", "\\(a", "$", "\\boxed{", "**a", "answer is ", "1,", "A:\n", "é\u0301\u0316"])
def test_long_hostile_texts_are_read_to_the_end(piece: str) -> None:
    found = math_answer(piece * 20_000 + "\n#### 7")
    assert found is not None
    assert found.text.endswith("7")
