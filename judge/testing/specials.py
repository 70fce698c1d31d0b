"""Builtins that look into a value: they work on data out here and on objects inside."""

from typing import Any

from judge.testing.scope import Holder
from judge.testing.script import Script
from judge.testing.values import Fields, Remote, Unknown, UntranslatableError

_PLAIN = (int, float, complex, str, bytes, bool, list, tuple, dict, set, frozenset)


def name_of(kind: Any) -> str:
    """Return the name of a type of errors, of the tests, the program or everywhere."""
    if isinstance(kind, Unknown):
        bool(kind)
    if isinstance(kind, Remote):
        return str(kind.ref.get("g", kind.kind))
    if isinstance(kind, type):
        return kind.__name__
    raise UntranslatableError("it catches what is no type of errors")


class Specials:
    """Builtins by the name `call_NAME`."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def attribute(self, whole: Any, name: str) -> Any:
        """Return an attribute of a value."""
        raise NotImplementedError

    def call_isinstance(self, value: Any, kind: Any) -> Any:
        """`isinstance`, of plain data or of an object inside."""
        if isinstance(value, Unknown):
            bool(value)
        if isinstance(kind, tuple):
            return any(self.call_isinstance(value, one) for one in kind)
        if isinstance(value, Holder):
            return name_of(kind) in value.names.get("kind", ())
        if isinstance(kind, Remote):
            return self.script.ask(
                {"do": "call", "on": {"u": "isinstance"}, "args": [self.script.written(value), kind.ref]}, []
            )
        if not isinstance(kind, type):
            raise UntranslatableError("it asks for the type of a value")
        data = value.data if isinstance(value, Remote) else value
        if isinstance(value, Remote) and not value.plain and kind not in _PLAIN:
            raise UntranslatableError("it asks for the type of an object")
        return not isinstance(data, Fields) and isinstance(data, kind)

    def call_type(self, value: Any) -> Any:
        """`type(value)`."""
        if isinstance(value, Unknown):
            bool(value)
        return value._do("type") if isinstance(value, Remote) else type(value)

    def call_callable(self, value: Any) -> Any:
        """`callable(value)`."""
        return value._do("callable") if isinstance(value, Remote) else callable(value)

    def call_hasattr(self, value: Any, name: str) -> Any:
        """`hasattr(value, name)`."""
        return value._do("hasattr", name) if isinstance(value, Remote) else hasattr(value, name)

    def call_getattr(self, value: Any, name: str) -> Any:
        """`getattr(value, name)`."""
        return self.attribute(value, name)

    def call_print(self, *_: Any, **__: Any) -> None:
        """`print` is for nobody here."""
