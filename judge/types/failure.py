"""Why there is no number: the kinds of failure that every part of the judge uses."""

from typing import Literal

from judge.types.value import Text, Value

FailureKind = Literal[
    "timeout",  # a call, a check, an item or a batch ran past its deadline
    "rate_limited",  # the endpoint went on answering 429
    "connection",  # the endpoint could not be reached or cut the line
    "provider",  # the endpoint answered 5xx or something that is no completion
    "auth",  # the key is missing or refused
    "bad_request",  # the endpoint refused the request itself (4xx)
    "refused",  # a content filter or the model itself declined
    "truncated",  # finish_reason=length, also after a retry with a larger budget
    "unparseable",  # no verdict could be read, also after asking again
    "tool",  # a check broke: this is not the answer's fault
    "nothing_to_verify",  # no reference, tests or constraints for a recipe without a critic
    "undecided",  # the votes do not settle it
    "too_long",  # the sample is longer than the recipe accepts
    "empty",  # the response is empty and the recipe leaves such rows unscored
    "invalid",  # the row is no sample
    "budget",  # the budget of the run was used up
    "cancelled",  # the caller went away
    "internal",  # a defect of the judge
]


class Failure(Value):
    """Why something has no number. A failure is data: it is recorded, counted and never a score."""

    kind: FailureKind
    message: Text
    """One sentence with the value that was wrong and what to do."""
    retryable: bool = False
    """Whether the same work may succeed later."""
