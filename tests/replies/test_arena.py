"""Bracketed verdicts in five grades or three."""

import pytest

from judge.errors import ParseError
from judge.replies import read


@pytest.mark.parametrize(
    ("verdict", "share"),
    [
        *[("[[A>>B]]", 1.0), ("[[A>B]]", 0.75), ("[[A=B]]", 0.5), ("[[B>A]]", 0.25), ("[[B>>A]]", 0.0)],
        *[
            ("[[A]]", 1.0),
            ("[[B]]", 0.0),
            ("[[C]]", 0.5),
            ("[[tie]]", 0.5),
            ("**[[ a > b ]]**", 0.75),
            ("[[B<<A]]", 1.0),
        ],
    ],
)
def test_grades(verdict: str, share: float) -> None:
    assert read("arena", f"It is close, but see above.\n\nMy final verdict is: {verdict}").preference == share


@pytest.mark.parametrize("reply", ["A is better", "[A>>B]", "It is [[D]]", "[[A>>>B]]", "[[AB]]"])
def test_what_is_no_verdict(reply: str) -> None:
    with pytest.raises(ParseError, match="must end in"):
        read("arena", reply)
