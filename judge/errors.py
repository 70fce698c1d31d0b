"""What can go wrong, one type per boundary. Every error takes one sentence, so that it pickles.

How to add one: derive from JudgeError, name the boundary that was crossed, and end the message in what to do.
"""


class JudgeError(Exception):
    """The base of everything the judge raises on purpose."""


class SettingsError(JudgeError, ValueError):
    """The configuration is wrong: an unknown name, a missing key, a value out of range."""


class LibraryError(JudgeError, LookupError):
    """A prompt, rubric, recipe, tool or eval is not on the shelf, or does not load."""


class DataError(JudgeError, ValueError):
    """The input is not what was promised: a missing column, an unreadable line, another run's file."""


class ModelError(JudgeError, RuntimeError):
    """A model call failed. `kind` is a FailureKind."""

    def __init__(self, message: str, kind: str = "provider", *, retryable: bool = False) -> None:
        """Keep the sentence and the kind."""
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the kind."""
        return _model_error, (type(self), str(self), self.kind, self.retryable)


class ParseError(JudgeError, ValueError):
    """No verdict could be read from a reply. The reply is kept."""

    def __init__(self, message: str, reply: str = "") -> None:
        """Keep the sentence and the reply."""
        super().__init__(message)
        self.reply = reply

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the reply."""
        return type(self), (str(self), self.reply)


class ToolError(JudgeError, RuntimeError):
    """A check broke. This says nothing about the response."""


class WorkerTimeoutError(ToolError, TimeoutError):
    """A check ran past its deadline and was killed."""


class SearchError(ToolError):
    """A search or a page could not be had, which is not the same as nothing found. `kind` is a FailureKind."""

    def __init__(self, message: str, kind: str = "connection", *, retryable: bool = False) -> None:
        """Keep the sentence and the kind."""
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the kind."""
        return _search_error, (str(self), self.kind, self.retryable)


class BudgetError(JudgeError, RuntimeError):
    """The run's budget in money or tokens is used up."""


class UnscoredError(JudgeError, ValueError):
    """A number was asked of a reward that has none."""


def sentence(error: Exception) -> str:
    """Return what an error says: our own as it is, a foreign one with its type."""
    return str(error) if isinstance(error, JudgeError) else f"{type(error).__name__}: {error}".removesuffix(": ")


def _model_error(cls: type[ModelError], message: str, kind: str, retryable: bool) -> ModelError:
    return cls(message, kind, retryable=retryable)


def _search_error(message: str, kind: str, retryable: bool) -> SearchError:
    return SearchError(message, kind, retryable=retryable)
