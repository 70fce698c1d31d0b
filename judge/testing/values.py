"""What stands in test code for values of the program: data that is not there yet, and objects that stay in the sandbox.

Both behave like the value they stand for, so that Python's own operators and builtins work on them.
"""

from collections.abc import Iterator
from typing import Any, Protocol


class PendingError(Exception):
    """The value is not known in this round."""


class UntranslatableError(Exception):
    """The test does something that is not interpreted out here."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


class EndedError(Exception):
    """The program ended, or ran out of time, before it answered."""


class RaisedError(Exception):
    """The program raised: the names of the type and of its bases, and what it said."""

    def __init__(self, kind: str, bases: tuple[str, ...], said: str) -> None:
        super().__init__(said)
        self.kind, self.bases, self.said = kind, bases, said

    def __str__(self) -> str:
        return self.said


class Asks(Protocol):
    """Whoever passes steps on to the sandbox."""

    in_process: bool
    own_classes: set[str]

    def ask(self, step: dict[str, Any], given: list[Any]) -> Any:
        """Return what the step gave, or an Unknown."""
        ...

    def written(self, value: Any) -> Any:
        """Return a value as it goes into a step."""
        ...


class Unknown:
    """A value that the next round will bring. Whoever needs it gives up until then."""

    __slots__ = ("step",)

    def __init__(self, step: int | None = None) -> None:
        self.step = step
        """The step that gives it; None when it is computed from others."""

    def _need(self, *_: Any) -> Any:
        raise PendingError

    def __eq__(self, other: object) -> bool:
        return True if other is self else self._need()

    __hash__ = object.__hash__
    __bool__ = __len__ = __iter__ = __next__ = __contains__ = __getitem__ = __call__ = __index__ = __int__ = _need
    __float__ = __complex__ = __str__ = __repr__ = __format__ = __bytes__ = __abs__ = __neg__ = __pos__ = _need
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __invert__ = _need
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __and__ = __rand__ = __or__ = _need
    __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __lt__ = __le__ = __gt__ = __ge__ = __round__ = _need
    __divmod__ = __rdivmod__ = __reversed__ = __matmul__ = __rmatmul__ = __trunc__ = __floor__ = __ceil__ = _need


class Untranslated(Unknown):
    """What a statement would have given that is not interpreted."""

    def _need(self, *_: Any) -> Any:
        raise UntranslatableError("it uses a value that only the program's own process has")

    __bool__ = __len__ = __iter__ = __next__ = __contains__ = __getitem__ = __call__ = __index__ = __int__ = _need
    __float__ = __complex__ = __str__ = __repr__ = __format__ = __bytes__ = __abs__ = __neg__ = __pos__ = _need
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __invert__ = _need
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __and__ = __rand__ = __or__ = _need
    __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __lt__ = __le__ = __gt__ = __ge__ = __round__ = _need
    __divmod__ = __rdivmod__ = __reversed__ = __matmul__ = __rmatmul__ = __trunc__ = __floor__ = __ceil__ = _need


class Fields(tuple[Any, ...]):
    """The data of a dataclass: its name, and its fields by name."""

    __slots__ = ()


class Remote:
    """An object inside the sandbox: one that is no plain data, or a name of the program."""

    __slots__ = ("data", "kind", "own_eq", "ref", "script", "truth")

    def __init__(
        self, script: Asks, ref: dict[str, Any], kind: str, own_eq: bool = False, truth: bool = False, data: Any = None
    ) -> None:
        self.script, self.ref, self.kind, self.own_eq, self.truth = script, ref, kind, own_eq, truth
        self.data = data
        """The plain data under it, such as the number of a `class Count(int)`; None when there is none."""

    @property
    def plain(self) -> bool:
        """Whether its data may stand for it in computations."""
        return self.data is not None and not isinstance(self.data, Fields)

    def _do(self, function: str, *args: Any) -> Any:
        """Let an operator or builtin do its work inside."""
        step = {"do": "call", "on": {"u": function}, "args": [self.script.written(value) for value in (self, *args)]}
        return self.script.ask(step, [self, *args])

    def _now(self, function: str, *args: Any) -> Any:
        found = self._do(function, *args)
        if isinstance(found, Unknown):
            raise PendingError
        return found

    def attribute(self, name: str) -> Any:
        """Return an attribute."""
        return self.script.ask({"do": "get", "on": self.ref, "name": name}, [])

    def __call__(self, *args: Any, **named: Any) -> Any:  # noqa: D102 - as a function does
        written = self.script.written
        step = {"do": "call", "on": self.ref, "args": [written(value) for value in args]}
        if named:
            step["kwargs"] = {name: written(value) for name, value in named.items()}
        return self.script.ask(step, [*args, *named.values()])

    def method(self, name: str, args: list[Any], named: dict[str, Any]) -> Any:
        """Call a method."""
        written = self.script.written
        step: dict[str, Any] = {"do": "call", "on": self.ref, "name": name, "args": [written(value) for value in args]}
        if named:
            step["kwargs"] = {key: written(value) for key, value in named.items()}
        return self.script.ask(step, [*args, *named.values()])

    def same(self, other: "Remote") -> bool:
        """Return whether both are one object."""
        return bool(self._number() == other._number())

    def _number(self) -> Any:
        if "x" in self.ref:
            return self.ref
        found = self.script.ask({"do": "read", "on": self.ref}, [])
        if isinstance(found, Unknown):
            raise PendingError
        return found.ref if isinstance(found, Remote) else self.ref

    def __eq__(self, other: object) -> bool:
        """Compare by data where there is some: an object that says it equals everything equals nothing plain."""
        if isinstance(other, Unknown):
            raise PendingError
        if not isinstance(other, Remote):
            return self.plain and bool(self.data == other)
        if not {self.kind, other.kind} <= self.script.own_classes:
            self.script.in_process = True  # both sides come from the program, which may make them all alike
        if self.data is not None and other.data is not None:
            return bool(self.data == other.data)
        if self.same(other):
            return True
        if not (self.own_eq or other.own_eq):
            return False
        self.script.in_process = True
        return bool(self._now("eq", other))

    def __hash__(self) -> int:
        return hash(self.data) if self.plain else hash(repr(self.ref))

    def __bool__(self) -> bool:
        if self.plain:
            return bool(self.data)
        return bool(self._now("truth")) if self.truth else True

    def __len__(self) -> int:
        if self.plain:
            return len(self.data)
        if not self.truth:
            raise TypeError(f"object of type {self.kind!r} has no len()")
        try:
            return int(self._now("len"))
        except RaisedError as error:
            raise (TypeError(error.said) if error.kind == "TypeError" else error) from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data if self.plain else self._now("list"))

    def __next__(self) -> Any:
        try:
            return self._now("next")
        except RaisedError as error:
            if error.kind == "StopIteration":
                raise StopIteration from None
            raise

    def __str__(self) -> str:
        return str(self._now("str"))

    def __repr__(self) -> str:
        return str(self._now("repr"))

    def __format__(self, spec: str) -> str:
        return str(self._now("format", spec))

    def __bytes__(self) -> bytes:
        return bytes(self._now("bytes"))


class Coming(Remote):
    """An object inside that the next round will bring: it can be used there before anything is known of it."""

    __slots__ = ()

    def same(self, other: Remote) -> bool:
        """Return whether both are one object."""
        raise PendingError

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        raise PendingError

    __hash__ = Remote.__hash__

    def __bool__(self) -> bool:
        raise PendingError

    def __len__(self) -> int:
        raise PendingError


def _inside(function: str, reflected: bool = False) -> Any:
    """Return an operator that uses the data out here where there is some, and works inside where there is none."""
    import builtins
    import operator

    work = getattr(operator, function, None) or getattr(builtins, function)

    def operate(self: Remote, *args: Any) -> Any:
        if self.plain:
            return work(args[0], self.data) if reflected else work(self.data, *args)
        if not reflected:
            return self._now(function, *args)
        script = self.script
        step = {"do": "call", "on": {"u": function}, "args": [script.written(args[0]), script.written(self)]}
        return script.ask(step, [])

    return operate


for _name in ("lt", "le", "gt", "ge", "contains", "getitem", "index", "int", "float", "complex", "abs", "neg",
              "pos", "invert", "round", "reversed", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul",
              "divmod", "lshift", "rshift", "and_", "or_", "xor", "setitem", "delitem"):  # fmt: skip
    setattr(Remote, f"__{_name.strip('_')}__", _inside(_name))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"):
    setattr(Remote, f"__r{_name.strip('_')}__", _inside(_name, reflected=True))
