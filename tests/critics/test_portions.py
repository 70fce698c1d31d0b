"""Where one step of a solution ends and the next begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.critics.portions import portions


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Step 1: add.\nStep 2: halve.", ["Step 1: add.", "Step 2: halve."]),
        ("## Step 1\nAdd.\n\nTwice.\n## Step 2\nHalve.", ["## Step 1\nAdd.\n\nTwice.", "## Step 2\nHalve."]),
        ("### **Step 1:** a\n### **Step 2:** b", ["### **Step 1:** a", "### **Step 2:** b"]),
        ("**Schritt 1:** a\n**Schritt 2:** b", ["**Schritt 1:** a", "**Schritt 2:** b"]),
        ("First, look.\nStep 1: a\nStep 2: b", ["First, look.", "Step 1: a", "Step 2: b"]),  # what stands before
        ("1. add\n2) halve\n10. end", ["1. add", "2) halve", "10. end"]),
        ("Step 1: do\n1. this\n2. that\nStep 2: end", ["Step 1: do\n1. this\n2. that", "Step 2: end"]),  # marks first
        ("Add both.\n\nHalve\nthat.", ["Add both.", "Halve\nthat."]),
        ("Add both.\nHalve that.", ["Add both.", "Halve that."]),
        ("The answer is 1. It is 2.", ["The answer is 1. It is 2."]),  # numbers within a line are no marks
        ("Step 1: all of it", ["Step 1: all of it"]),
        ("3.5 is\n4.5 is not", ["3.5 is", "4.5 is not"]),
        ("Steps 1 and 2\nare easy", ["Steps 1 and 2", "are easy"]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_steps(text: str, steps: list[str]) -> None:
    assert portions(text) == steps


@pytest.mark.parametrize("line", ["Step {}: a", "{}. a", "line {}"])
def test_text_after_the_two_hundredth_step_belongs_to_it(line: str) -> None:
    text = "\n".join(line.format(place) for place in range(1, 301))
    found = portions(text)
    assert len(found) == 200
    assert found[0] == line.format(1) and found[198] == line.format(199)
    assert found[199] == "\n".join(line.format(place) for place in range(200, 301))


@given(st.text(alphabet="Step 12.)\n#a", max_size=80))
def test_nothing_is_lost_and_no_step_is_blank(text: str) -> None:
    found = portions(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(step.strip() == step != "" for step in found)
