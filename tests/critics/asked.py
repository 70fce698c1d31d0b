"""Questions to critics, put together by hand."""

from typing import Any

from judge.critics import Member, Question
from judge.recipe import Critic
from judge.types import Context, Criterion, Rubric, Sample, Scale

FIVE = Scale(lo=1, hi=5)
RUBRIC = Rubric(
    name="two",
    criteria=(
        Criterion(id="right", text="Is it right?", scale=FIVE),
        Criterion(id="short", text="Is it short?", scale=FIVE),
    ),
)


def question(*texts: str, rubric: Rubric | None = None, shown: tuple[int, ...] = (), **critic: Any) -> Question:
    """A question about responses with these texts, all of them shown in order or as `shown` says."""
    whole = Critic(**({"prompt": "p"} | critic))
    sample = Sample(prompt="q", responses=texts)
    return Question(sample, shown or tuple(range(len(texts))), Member(whole, {}, {}), context=Context(rubric=rubric))
