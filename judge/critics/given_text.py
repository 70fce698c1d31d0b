"""Read the log-probability that a model gives to a text that it did not write.

Follow-up likelihood (FLR), density ratio (CDR) and attribute contrast (Drift) are one form: a weighted sum of mean
log-probabilities per token, of the response or of fixed texts that might follow it, under one model or two.
"""

import asyncio
import math

from judge.critics.question import OVERALL, Question, asker, judged, seed_of, values
from judge.errors import ParseError
from judge.models.base import Reply, Request
from judge.models.given import log_probability
from judge.recipe import Term
from judge.reducers import sigmoid
from judge.types import Asked, Failure, Judgment, Score, Usage


async def ask(question: Question) -> list[Judgment]:
    """Return the one judgment on a response: the score is the sum of the terms, its value sigma(beta score).

    Raises:
        ModelError: a call failed, or the endpoint gives no log-probabilities of given text.
    """
    terms = question.critic.terms
    requests = [request_of(question, place) for place in range(len(terms))]
    models = question.member.models
    asked = [
        [models[term.model].complete(request) for request in several]
        for term, several in zip(terms, requests, strict=True)
    ]
    replies = await asyncio.gather(*(asyncio.gather(*several) for several in asked))
    usage, records, raw = Usage(), [], 0.0
    try:
        for term, several, given in zip(terms, requests, replies, strict=True):
            means = [mean_logprob(reply) for reply in given]
            raw += term.weight * math.fsum(means) / len(means)
            usage = sum((reply.usage for reply in given), usage)
            records += [_record(term, request, mean) for request, mean in zip(several, means, strict=True)]
    except ParseError as error:
        failure = Failure(kind="provider", message=str(error), retryable=True)
        return [judged(question, requests[0][0], 0, failure=failure, usage=usage)]
    value = sigmoid((question.critic.beta or 1.0) * raw)
    name = question.only.id if question.only else OVERALL
    score = Score(response=question.shown[0], criterion=name, raw=raw, value=value)
    told = ", ".join(f"{record.prompt} {record.logprob:.4g}" for record in records)
    return [
        judged(
            question, requests[0][0], 0, scores=(score,), critique=f"mean log-probabilities per token: {told}",
            asked=tuple(records), usage=usage,
        )
    ]  # fmt: skip


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


def _record(term: Term, request: Request, mean: float) -> Asked:
    return Asked(prompt=term.prompt, request=request.hash, logprob=mean)
