"""The steps that test code asks of the program, and the answers of the last round."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from judge.sandbox import raised
from judge.sandbox.inside.plain import Reader, UnreadableError, Writer
from judge.testing.functions import shown
from judge.testing.values import (
    Coming,
    EndedError,
    Fields,
    PendingError,
    RaisedError,
    Remote,
    Unknown,
    UntranslatableError,
)

STEPS = 20_000
"""Steps that a test may take."""


class Script:
    """Answers the steps that were answered in the last round, notes the others for the next.

    Steps share a state, so an answer counts only where all steps before it are the same as they were.
    """

    def __init__(self, steps: Sequence[Mapping[str, Any]], outcomes: Sequence[Mapping[str, Any]], end: str) -> None:
        self.steps: list[dict[str, Any]] = []
        self.known = 0
        """How many steps were answered."""
        self.in_process = False
        """Whether a verdict rests on the equality of two objects of the program."""
        self.define: Callable[[Any], dict[str, Any]] | None = None
        """Makes a function of the tests known inside and returns how to name it there."""
        self.classes: set[str] = set()
        """Names whose calls give an object."""
        self.own_classes: set[str] = set()
        """Classes of the tests that the program does not define."""
        self._old, self._outcomes, self._end = steps, outcomes, end
        self._plain: dict[int, Any] = {}
        self._ended = False

    @property
    def pending(self) -> bool:
        """Whether a step waits for its answer."""
        return self.known < len(self.steps)

    def ask(self, step: dict[str, Any], given: list[Any]) -> Any:
        """Return what the step gave, or an Unknown; raise what it raised. `given` are the arguments, by position."""
        if self._ended:
            raise EndedError(f"{_call(step, given)} was not run, since an earlier call did not return")
        at = len(self.steps)
        if at >= STEPS:
            raise UntranslatableError(f"it calls the program more than {STEPS:,} times")
        self.steps.append(step)
        if at > self.known or at >= len(self._old) or not self._same(self._old[at], step):
            return self._coming(at, step)
        if at >= len(self._outcomes):
            if self._end:
                self.known += 1
                self._ended = True
                raise EndedError(f"{_call(step, given)} did not return: {self._end}")
            return self._coming(at, step)
        self.known += 1
        return self._result(self._outcomes[at], given)

    def _coming(self, at: int, step: Mapping[str, Any]) -> Any:
        """Return what stands for an answer that is not there yet."""
        if step["do"] == "call" and "name" not in step and step["on"].get("g") in self.classes:
            return Coming(self, {"r": at}, "object")
        return Unknown(at)

    def _result(self, outcome: Mapping[str, Any], given: list[Any]) -> Any:
        if "e" in outcome:
            raise self._raised(outcome["e"])
        try:
            if "v" not in outcome:
                raise UnreadableError(str(outcome.get("u"))[:300])
            for place, after in outcome.get("m", ()):
                if type(place) is int and 0 <= place < len(given):
                    _change(given[place], Reader(self._object).read(after))
            return Reader(self._object).read(outcome["v"])
        except UnreadableError as error:
            said = f"what it returned cannot be read: {error}"
            raise RaisedError("", ("unreadable",), said) from None

    def _raised(self, parts: Any) -> RaisedError:
        try:
            kind, bases, said = parts
            return RaisedError(str(kind)[:100], tuple(map(str, bases)), str(said)[:400])
        except (TypeError, ValueError):
            return RaisedError("Error", (), raised(parts))

    def _object(self, tag: str, payload: Any) -> Any:
        if tag == "k":
            name, fields = payload
            return Fields((str(name), *((str(key), Reader(self._object).read(value)) for key, value in fields)))
        number, kind, own_eq, truth, data = payload
        if tag != "o" or type(number) is not int:
            raise UnreadableError("no plain data")
        data = None if data is None else Reader(self._object).read(data)
        return Remote(self, {"x": number}, str(kind)[:100], bool(own_eq), bool(truth), data)

    def written(self, value: Any) -> Any:
        """Return a value as it goes into a step."""
        try:
            return Writer(self._named).write(value)
        except UnreadableError as error:
            raise UntranslatableError(f"an argument is {error}") from None

    def _named(self, value: Any) -> Any:
        if isinstance(value, Remote):
            return value.ref
        if isinstance(value, Unknown):
            if value.step is None:
                bool(value)  # which says how it is unknown
                raise PendingError
            return {"r": value.step}
        if (isinstance(value, type) and value.__module__ == "builtins") or value is NotImplemented:
            return {"u": value.__name__}
        if self.define is not None:
            return self.define(value)
        raise UnreadableError(f"of type {type(value).__name__}")

    def _same(self, old: Any, new: Any) -> bool:
        return bool(old == new or self._resolved(old) == self._resolved(new))

    def _resolved(self, data: Any) -> Any:
        """Return a step with results in place of what names them."""
        if isinstance(data, list):
            return [self._resolved(item) for item in data]
        if not isinstance(data, Mapping):
            return data
        if data.keys() == {"r"} and data["r"] < len(self._outcomes):
            at = data["r"]
            if at not in self._plain:
                self._plain[at] = self._numbered(self._outcomes[at].get("v"))
            return self._plain[at]
        return {key: self._resolved(value) for key, value in data.items()}

    def _numbered(self, data: Any) -> Any:
        """Return a result as an argument would name it."""
        if isinstance(data, list):
            return [self._numbered(item) for item in data]
        if not isinstance(data, dict):
            return data
        if data.keys() == {"o"}:
            return {"x": data["o"][0]}
        return {key: self._numbered(value) for key, value in data.items()}


def _call(step: Mapping[str, Any], given: list[Any]) -> str:
    name = step.get("on", {}).get("g") or step.get("on", {}).get("u") or step.get("name") or "a method"
    return f"{name}({', '.join(map(shown, given))})"[:300]


def _change(old: Any, new: Any) -> None:
    """Do to an argument out here what the program did to its copy."""
    if type(old) is not type(new):
        return
    if isinstance(old, list | bytearray):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
    elif hasattr(old, "extend"):  # a deque
        old.clear()
        old.extend(new)
    elif getattr(old, "shape", None) == getattr(new, "shape", 0):  # an array
        old[...] = new
