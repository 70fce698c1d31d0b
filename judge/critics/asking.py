"""Ask one question: k samples, a second turn where the critic has one, and one more try for what could not be read.

A reply that was cut off is asked for once more with a larger budget; one that cannot be read is shown to the critic
once more. What still cannot be read becomes a judgment without a number, with the reply kept.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace

from judge.critics import given_text, scalar
from judge.critics.probabilities import in_the_second_turn, labelled
from judge.critics.question import Question, judged, lacking, request_of
from judge.critics.reading import read_reply
from judge.errors import ModelError
from judge.models.base import Request, failure_of, spent_on
from judge.types import Failure, Judgment

AGAIN = "ask_again"
"""The prompt that asks once more for a reply that can be read."""
LARGER = 4
"""A reply that was cut off gets this many times its budget."""
_LAST_CHARS = 4_000
"""So much of an unreadable reply, from its end, is shown to the critic again."""


async def ask(question: Question) -> list[Judgment]:
    """Return the judgments that a question brings: one for each sample, failed ones too.

    Raises:
        ModelError: the key is missing or refused; any other failed call becomes a judgment without a number.
    """
    if failure := lacking(question):
        return [judged(question, None, 0, failure=failure)]
    if question.critic.read == "given_text":
        return await given_text.ask(question)
    if question.critic.read == "scalar":
        return await _kept(question, request=scalar.request_of(question), asking=scalar.ask(question))
    request = request_of(question)
    if question.critic.read == "labels":
        return await _kept(question, request, labelled(question, request))
    first = await _kept(question, request, _first_turn(question, request))
    if not question.critic.then:
        return first
    return list(await asyncio.gather(*(_second_turn(question, request, judgment) for judgment in first)))


async def _kept(question: Question, request: Request, asking: Awaitable[Sequence[Judgment]]) -> list[Judgment]:
    """Return the judgments, or where the call fails as many without a number as were wanted."""
    try:
        return list(await asking)
    except ModelError as error:
        if error.kind == "auth":  # every row would fail alike, so the caller must know now
            raise
        lost = [judged(question, request, number, failure=failure_of(error)) for number in range(request.n)]
        return [lost[0].model_copy(update={"usage": spent_on(error)}), *lost[1:]]


async def _first_turn(question: Question, request: Request) -> list[Judgment]:
    reply = await question.member.model.complete(request)
    read = [read_reply(question, request, number, said) for number, said in enumerate(reply.completions)]
    missing = Failure(kind="provider", message=f"the endpoint gave {len(read)} of {request.n} samples", retryable=True)
    read += [judged(question, request, number, failure=missing) for number in range(len(read), request.n)]
    read[0] = read[0].model_copy(update={"usage": reply.usage})
    if not any(judgment.failure for judgment in read):
        return read
    return list(await asyncio.gather(*(_once_more(question, request, judgment) for judgment in read)))


async def _once_more(question: Question, request: Request, judgment: Judgment) -> Judgment:
    """Ask again for one sample that was cut off or could not be read; keep the first failure when the call fails."""
    failure, number = judgment.failure, judgment.sample - question.first
    request = replace(request, n=1, labels=request.labels | {"sample": judgment.sample, "again": True})
    if failure and failure.kind == "truncated":
        request = replace(request, max_tokens=question.critic.max_tokens * LARGER)
    elif failure and failure.kind == "unparseable":
        shown = {"reply": judgment.reply[-_LAST_CHARS:], "problem": failure.message}
        request = replace(request, messages=request.messages + question.member.prompts[AGAIN].messages(shown))
    else:
        return judgment
    try:
        reply = await question.member.model.complete(request)
    except ModelError as error:
        return judgment.model_copy(update={"usage": judgment.usage + spent_on(error)})
    second = read_reply(question, request, number, reply.completions[0])
    # under the first request's hash, so that a replay of the record meets the reply that counted
    return second.model_copy(update={"usage": judgment.usage + reply.usage, "request": judgment.request})


async def _second_turn(question: Question, request: Request, judgment: Judgment) -> Judgment:
    """Let the critic give its verdict with its own critique before it."""
    if judgment.failure:
        return judgment
    return await in_the_second_turn(question, request, judgment)
