"""Read the log-probability that a model gives to a text that it did not write.

Follow-up likelihood (FLR), density ratio (CDR) and attribute contrast (Drift) are one form: a weighted sum of mean
log-probabilities per token, of the response or of fixed texts that might follow it, under one model or two.
"""

import asyncio
import math

from judge.critics.question import OVERALL, Question, asker, judged, seed_of, values
from judge.errors import ModelError, ParseError
from judge.models.base import Reply, Request, failure_of, spent_on
from judge.models.given import log_probability
from judge.recipe import Term
from judge.reducers import sigmoid
from judge.types import Asked, Failure, Judgment, Score, Usage


async def ask(question: Question) -> list[Judgment]:
    """Return the one judgment on a response: the score is the sum of the terms, its value sigma(beta score).

    Without a log-probability that it needs there is no score, but what the others cost is kept.

    Raises:
        ModelError: the key is missing or refused.
    """
    terms = question.critic.terms
    requests = [request_of(question, place) for place in range(len(terms))]
    texts = [(term, request) for term, several in zip(terms, requests, strict=True) for request in several]
    found = await asyncio.gather(*(_read(question, term, request) for term, request in texts))
    records, usage = tuple(record for record, _ in found), sum((spent for _, spent in found), Usage())
    first = requests[0][0]
    if failure := next((record.failure for record in records if record.failure), None):
        return [judged(question, first, 0, failure=failure, asked=records, usage=usage)]
    left, raw = iter(records), 0.0
    for term, several in zip(terms, requests, strict=True):
        means = [next(left).logprob or 0.0 for _ in several]
        raw += term.weight * math.fsum(means) / len(means)
    value = sigmoid((question.critic.beta or 1.0) * raw)
    name = question.only.id if question.only else OVERALL
    score = Score(response=question.shown[0], criterion=name, raw=raw, value=value)
    told = ", ".join(f"{record.prompt} {record.logprob:.4g}" for record in records)
    critique = f"mean log-probabilities per token: {told}"
    return [judged(question, first, 0, scores=(score,), critique=critique, asked=records, usage=usage)]


async def _read(question: Question, term: Term, request: Request) -> tuple[Asked, Usage]:
    """Return what one text's log-probability is, or why it cannot be had, and what that cost."""
    record = Asked(prompt=term.prompt, request=request.hash)
    try:
        reply = await question.member.models[term.model].complete(request)
    except ModelError as error:
        if error.kind == "auth":
            raise
        return record.model_copy(update={"failure": failure_of(error)}), spent_on(error)
    try:
        return record.model_copy(update={"logprob": mean_logprob(reply)}), reply.usage
    except ParseError as error:
        failure = Failure(kind="provider", message=str(error), retryable=True)
        return record.model_copy(update={"failure": failure}), reply.usage


def request_of(question: Question, place: int) -> list[Request]:
    """Return the requests of one term: one for each text that it reads."""
    term = question.critic.terms[place]
    before = question.member.prompts[term.prompt].messages(values(question))
    texts = term.given or (question.texts[0],)
    first = sum(len(other.given) or 1 for other in question.critic.terms[:place])
    return [
        Request(
            messages=(*before, {"role": "assistant", "content": text}),
            max_tokens=1,
            seed=seed_of(question, before),
            score_given=True,
            labels=asker(question) | {"term": place, "sample": first + number},
        )
        for number, text in enumerate(texts)
    ]


def mean_logprob(reply: Reply) -> float:
    """Return the mean natural log-probability of the given text's tokens.

    Raises:
        ParseError: the reply holds none.
    """
    said = reply.completions[0]
    try:
        return log_probability(said) / len(said.logprobs)
    except ValueError as error:
        raise ParseError(str(error), said.text) from error
