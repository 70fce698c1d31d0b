"""Read the number that a scalar reward model gives a conversation that ends in the response."""

from typing import Any

from judge.critics.question import OVERALL, Question, asker, judged, speaker
from judge.models.base import Request
from judge.models.scoring import ModelScorer
from judge.reducers import sigmoid
from judge.types import Judgment, Score


async def ask(question: Question) -> list[Judgment]:
    """Return the one judgment on a response: the raw score, and sigma(beta score) as its value.

    Raises:
        ModelError: the call failed, or answered no finite number.
    """
    request = request_of(question)
    found = await ModelScorer(question.member.model).score(request.messages, labels=request.labels)
    value = sigmoid((question.critic.beta or 1.0) * found.score)
    score = Score(response=question.shown[0], criterion=OVERALL, raw=found.score, value=value)
    told = f"{speaker(question, request)} scores it {found.score:g}"
    return [judged(question, request, 0, scores=(score,), critique=told, reply=repr(found.score), usage=found.usage)]


def request_of(question: Question) -> Request:
    """Return the conversation that is scored, as a request."""
    sample = question.sample
    said: dict[str, Any] = {"role": "assistant", "content": question.texts[0]}
    if isinstance(sample.prompt, str):
        before: list[dict[str, Any]] = [{"role": "user", "content": sample.prompt}]
    else:
        before = [{"role": message.role, "content": message.text} for message in sample.prompt]
    return Request(messages=(*before, said), labels=asker(question))
