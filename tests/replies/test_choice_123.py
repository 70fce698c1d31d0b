"""A last line 1, 2 or 3, and what judges write instead.

The endings marked qlora are recorded ones (artidoro/qlora, MIT licence).
"""

import pytest

from judge.errors import ParseError
from judge.replies import read


@pytest.mark.parametrize(
    ("ending", "share"),
    [
        # qlora
        ("Based on my evaluation, I choose the best answer as:\n2", 0.0),
        ("Best answer: 1", 1.0),
        ("1. Assistant 1\n2. Assistant 2\n\nBest answer: 2", 0.0),
        ("Assistant 1: 5/5\nAssistant 2: 4/5\n\nBest answer: 1", 1.0),
        ("Bester Antwort: 2", 0.0),
        ("Mejor respuesta: 3", 0.5),
        ("La mejor respuesta es la del Asistente 2.", 0.0),
        ("The best answer is from Assistant 2.", 0.0),
        ("Assistant 1: 1/5\nAssistant 2: 4/5\n\nThe best answer is the one provided by Assistant 2.", 0.0),
        ("I choose the answer of Assistant 2 as the best answer because it provided a more personal story.", 0.0),
        ("Neither is accurate, so I choose 3 as both assistants are equivalent in this case.", 0.5),
        ("Neither of them is the best answer. Therefore, I choose option 3, as both are equivalent.", 0.5),
        ("Assistant 2's answer was slightly more helpful.\n\nExplanation: 2", 0.0),
        # made up
        ("**1**", 1.0),
        ("Assistant 2", 0.0),
        ("Therefore, the answer is 3, as both are fine.", 0.5),
        ("Overall, both answers are equally good.", 0.5),
        ("La réponse de l'Assistant 2 est la meilleure.", 0.0),
        ("Лучший ответ — Ассистент 1.", 1.0),
    ],
)
def test_the_choice_is_read(ending: str, share: float) -> None:
    assert (
        read("choice_123", f"Both assistants were helpful, and Assistant 1 was brief.\n\n{ending}").preference == share
    )


@pytest.mark.parametrize(
    "reply",
    [
        # qlora, shortened
        "Another one bites the dust\nHey, I'm gonna get you, too\nAnother one bites the dust",
        "It is better to farm experience points manually as it can be a fun and rewarding experience.",
        # made up
        "Assistant 1\nClarity: 2\nDetail: 1",
        "I cannot choose the best answer between Assistant 1 and Assistant 2.",
        "I would recommend either Assistant 1 or Assistant 2.",
        "It is not true that Assistant 2 is the better one.",
        "Assistant 1: 2/3",
    ],
)
def test_what_is_no_choice(reply: str) -> None:
    with pytest.raises(ParseError, match="a last line that is 1, 2 or 3"):
        read("choice_123", reply)
