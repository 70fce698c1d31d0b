"""Tell a judge that cannot work at all from rows that fail each for itself."""

from judge.errors import ModelError
from judge.run.record import Record
from judge.types import Failure, FailureKind

REFUSALS = 3
"""A first row that the endpoint refuses may itself be the reason; so many in a row are not."""
UNBROKEN = 50
"""Fewer failures in a row than this are no outage; nor are fewer than there are rows in flight."""

_SET_UP: frozenset[FailureKind] = frozenset({"connection", "auth", "bad_request"})
_PASSING: frozenset[FailureKind] = frozenset({"connection", "provider", "rate_limited", "timeout"})


def set_up_failure(record: Record) -> Failure | None:
    """Return the row's failure when it is one that every other row would meet as well."""
    return record.failure if _all_failed(record, _SET_UP) else None


def unrecorded(failure: Failure) -> ModelError:
    """Return the error that ends a run before anything is recorded."""
    message = f"{failure.message}; nothing was recorded; start the same run again when it is mended"
    return ModelError(message, failure.kind, retryable=failure.retryable)


class Breaker:
    """Counts rows that the endpoint failed, one after the other."""

    def __init__(self, concurrency: int) -> None:
        """Allow for as many failures as there are rows in flight."""
        self._most = max(concurrency, UNBROKEN)
        self._unbroken = 0

    def trips(self, record: Record) -> bool:
        """Take a row that ended; return whether the last ones, too many of them, failed for the endpoint's sake.

        A row that never came to the judge says nothing of the endpoint.
        """
        if record.rewards:
            failed = record.retryable and _all_failed(record, _PASSING)
            self._unbroken = self._unbroken + 1 if failed else 0
        return self._unbroken >= self._most


def _all_failed(record: Record, kinds: frozenset[FailureKind]) -> bool:
    """Whether no response of the row has a number, each for a failure of these kinds."""
    failures = [reward.failure for reward in record.rewards]
    return bool(failures) and all(failure is not None and failure.kind in kinds for failure in failures)
