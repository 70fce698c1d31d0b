import subprocess
import sys
from pathlib import Path

import pytest

from judge.answers.symbolic import equal


@pytest.mark.parametrize(
    ("gold", "answer", "same"),
    [
        ("(x+1)^2", "x^2+2x+1", True),
        ("\\frac{1}{\\sqrt{2}}", "\\frac{\\sqrt{2}}{2}", True),
        ("2\\sin x\\cos x", "\\sin 2x", True),
        ("3x^{2}y", "3xy^{2}", False),
        ("(1,2]", "(1,2)", False),
        ("[0,1)", "0 \\le x < 1", True),
        ("\\{1,2\\}", "\\{2,1\\}", True),
        ("(1,2)", "(2,1)", False),
        ("\\frac{\\pi}{6}", "30^\\circ", True),
        ("\\frac{1}{2004!}", "\\frac{1}{2006!}", False),
        ("10^{20}", "10^{20}+1", False),
        ("5", "\\frac{", False),
        ("0", "\\frac{1}{\\infty}", False),
        ("1", "\\lim_{x \\to 0} \\frac{\\sin x}{x}", True),
        ("1", "\\cos(10^{-50})", False),
    ],
)
def test_formulas(gold: str, answer: str, same: bool) -> None:
    assert equal(gold, answer) is same


def test_a_reference_that_cannot_be_read_is_neither_right_nor_wrong() -> None:
    assert equal("\\frac{", "5") is None


@pytest.mark.parametrize("missing", ["math_verify", "antlr4"])
def test_a_missing_library_says_what_to_install(missing: str) -> None:
    script = f"import sys; sys.modules[{missing!r}] = None; from judge.answers.symbolic import equal; equal('x', 'y')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "ToolError" in done.stderr
    assert "pip install 'agentic-judge[math]'" in done.stderr


def test_nothing_in_an_answer_is_run(tmp_path: Path) -> None:
    trap = f"{tmp_path}/trap"
    for answer in (
        f"open('{trap}','w')",
        f"\\text{{__import__('os').system('touch {trap}')}}",
        f'S(\'open("{trap}","w")\')',
    ):
        assert equal("5", answer) is False
    assert list(tmp_path.iterdir()) == []
