"""Values as plain data, and back: what crosses the wall of a sandbox, in both directions.

A value is written by its exact type. What is no plain data is written by a function of the caller, as `{"o": ...}`. The
reader builds the types named here and nothing else, so data from a hostile program can be no more than wrong. This file
is used on both sides of the wall: it needs the standard library only, and numpy where the data has it.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict, deque
from itertools import pairwise

TYPE_CHECKING = False  # typing is slow to import, and every run imports this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

SIZE = 4 << 20
"""Nodes and characters that one value may have."""
DEPTH = 150
_EXACT = 1 << 53  # integers below it are JSON numbers to everybody
_MANY = 1000
_LONG = 20_000  # digits or bits of what takes more than linear time
_ARRAY = 1 << 27  # bytes
_DTYPE = re.compile(r"[<>|=]?[biufcUS][0-9]{1,4}")


class UnreadableError(ValueError):
    """The value is too large, too deep, or not what this file writes."""


class Writer:
    """Writes values as JSON values."""

    def __init__(self, other: Callable[[Any], Any], size: int = SIZE) -> None:
        """Give what is no plain data to `other(value)`, which returns JSON."""
        self.other, self.left = other, size

    def spend(self, size: int, depth: int = 0) -> None:
        """Count what is written, before it is."""
        self.left -= size
        if self.left < 0 or depth > DEPTH:
            raise UnreadableError("too large" if self.left < 0 else "too deep")

    def write(self, value: Any, depth: int = 0) -> Any:
        """Return the value as JSON; raise UnreadableError when it is too large or too deep."""
        self.spend(1, depth)
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            self.spend(value.bit_length() >> 2)
            return value if -_EXACT < value < _EXACT else {"i": hex(value)}
        if kind is str:
            self.spend(len(value))
            return value
        if kind is float:
            return {"f": value.hex()}
        if kind is list:
            return self.items(value, depth)
        if (name := (kind.__module__, kind.__name__)) in _WRITERS:
            tag, parts = _WRITERS[name]
            return {tag: parts(self, value, depth)}
        return {"n": _array(self, value, depth)} if _is_numpy(kind) else self.other(value)

    def items(self, values: Iterable[Any], depth: int) -> list[Any]:
        """Return a list of values."""
        return [self.write(value, depth + 1) for value in values]

    def some(self, values: Iterable[Any], depth: int) -> list[Any]:
        """Return a set, in an order that does not depend on the run."""
        return sorted(self.items(values, depth), key=repr)

    def pairs(self, values: dict[Any, Any], depth: int) -> list[Any]:
        """Return a mapping as pairs."""
        return [[self.write(key, depth + 1), self.write(value, depth + 1)] for key, value in values.items()]

    def hexed(self, value: bytes, _: int) -> str:
        """Return bytes."""
        self.spend(len(value))
        return value.hex()


def _is_numpy(kind: type) -> bool:
    return kind.__module__ == "numpy" and any(base.__name__ in ("ndarray", "generic") for base in kind.__mro__)


def _array(writer: Writer, value: Any, depth: int) -> list[Any]:
    if not _DTYPE.fullmatch(value.dtype.str):
        raise UnreadableError(f"an array of {value.dtype}")
    writer.spend(value.size)
    flat = value.reshape(-1).tolist() if value.shape else [value.item()]
    whole = type(value).__name__ == "ndarray"
    return [value.dtype.str, list(value.shape) if whole else None, writer.items(flat, depth)]


def _moment(value: Any) -> int | None:
    offset = value.utcoffset()
    return None if offset is None else offset.days * 86400 + offset.seconds


_WRITERS: dict[tuple[str, str], tuple[str, Callable[[Writer, Any, int], Any]]] = {
    ("builtins", "tuple"): ("t", Writer.items),
    ("builtins", "set"): ("s", Writer.some),
    ("builtins", "frozenset"): ("z", Writer.some),
    ("builtins", "dict"): ("d", Writer.pairs),
    ("collections", "defaultdict"): ("d", Writer.pairs),
    ("collections", "Counter"): ("C", Writer.pairs),
    ("collections", "OrderedDict"): ("O", Writer.pairs),
    ("collections", "deque"): ("q", lambda w, v, d: [v.maxlen, w.items(v, d)]),
    ("builtins", "bytes"): ("b", Writer.hexed),
    ("builtins", "bytearray"): ("B", Writer.hexed),
    ("builtins", "complex"): ("c", lambda w, v, d: [v.real.hex(), v.imag.hex()]),
    ("builtins", "range"): ("R", lambda w, v, d: w.items((v.start, v.stop, v.step), d)),
    ("builtins", "slice"): ("S", lambda w, v, d: w.items((v.start, v.stop, v.step), d)),
    ("builtins", "ellipsis"): ("e", lambda w, v, d: 0),
    ("fractions", "Fraction"): ("F", lambda w, v, d: w.items((v.numerator, v.denominator), d)),
    ("decimal", "Decimal"): ("D", lambda w, v, d: w.write(str(v))),
    ("datetime", "datetime"): (
        "dt",
        lambda w, v, d: [v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, _moment(v), v.fold],
    ),
    ("datetime", "time"): ("ti", lambda w, v, d: [v.hour, v.minute, v.second, v.microsecond, _moment(v), v.fold]),
    ("datetime", "date"): ("da", lambda w, v, d: [v.year, v.month, v.day]),
    ("datetime", "timedelta"): ("td", lambda w, v, d: [v.days, v.seconds, v.microseconds]),
}
"""By the module and name of the exact type: what is not imported is not loaded for this."""


class Reader:
    """Reads what a Writer wrote."""

    def __init__(self, other: Callable[[str, Any], Any], size: int = SIZE) -> None:
        """Give tags that are no plain data to `other(tag, payload)`, which returns the value."""
        self.other, self.left = other, size

    def read(self, data: Any, depth: int = 0) -> Any:
        """Return the value; raise UnreadableError when the data is not what a Writer writes."""
        try:
            return self._read(data, depth)
        except (UnreadableError, NameError):  # the latter where a caller names something that is not there
            raise
        except Exception as error:  # anything may be wrong in forged data
            raise UnreadableError(f"no plain data: {type(error).__name__}") from None

    def _read(self, data: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > 2 * DEPTH:
            raise UnreadableError("too large" if self.left < 0 else "too deep")
        kind = type(data)
        if kind is list:
            return self.items(data, depth)
        if kind is dict:
            ((tag, payload),) = data.items()
            return _READERS[tag](self, payload, depth) if tag in _READERS else self.other(tag, payload)
        if data is None or kind in (bool, int, str):
            return data
        raise UnreadableError("no plain data")

    def items(self, data: list[Any], depth: int) -> list[Any]:
        """Return the values of a list."""
        return [self._read(item, depth + 1) for item in data]

    def pairs(self, data: list[Any], depth: int) -> list[tuple[Any, Any]]:
        """Return the pairs of a mapping."""
        pairs = [(self._read(key, depth + 1), self._read(value, depth + 1)) for key, value in data]
        _scattered([key for key, _ in pairs])
        return pairs


def _scattered(keys: list[Any]) -> list[Any]:
    """Return the keys of a set or mapping; refuse those that were made to have the same hash, which take for ever."""
    if len(keys) > _MANY:
        hashes = sorted(map(hash, keys))
        if sum(one == other for one, other in pairwise(hashes)) > _MANY:
            raise UnreadableError("its keys have the same hash")
    return keys


def _range(numbers: range) -> range:
    if numbers and abs((numbers[-1] - numbers[0]) // numbers.step) >= SIZE:
        raise UnreadableError("too large")
    return numbers


def _zone(offset: int | None) -> Any:
    import datetime

    if offset is None:
        return None
    return datetime.timezone(datetime.timedelta(seconds=offset)) if offset else datetime.UTC


def _dated(name: str, payload: list[Any], zone: int = -1) -> Any:
    import datetime

    if zone < 0:
        return getattr(datetime, name)(*payload)
    return getattr(datetime, name)(*payload[:zone], _zone(payload[zone]), fold=payload[zone + 1])


def _fraction(parts: list[Any]) -> Any:
    from fractions import Fraction

    if any(part.bit_length() > _LONG for part in parts):
        raise UnreadableError("too large")
    return Fraction(*parts)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    if len(text) > _LONG:
        raise UnreadableError("too large")
    return Decimal(text)


def _counter(pairs: list[tuple[Any, Any]]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    dict.update(found, pairs)
    return found


def _numbers(reader: Reader, data: list[Any], depth: int) -> Any:
    dtype, shape, flat = data
    if not _DTYPE.fullmatch(dtype):
        raise UnreadableError("no dtype")
    values = reader.items(flat, depth)
    if 4 * int(dtype.lstrip("<>|=biufcUS")) * len(values) > _ARRAY:
        raise UnreadableError("too large")
    try:
        import numpy
    except ImportError:
        return values[0] if shape in (None, []) else _nested(values, shape)
    array = numpy.array(values, dtype=dtype)
    return array[0] if shape is None else array.reshape(shape)


def _nested(values: list[Any], shape: list[int]) -> list[Any]:
    for size in reversed(shape[1:]):
        values = [values[at : at + size] for at in range(0, len(values), size)] if size else values
    return values


_READERS: dict[str, Callable[[Reader, Any, int], Any]] = {
    "i": lambda r, p, d: int(p, 16),
    "f": lambda r, p, d: float.fromhex(p),
    "t": lambda r, p, d: tuple(r.items(p, d)),
    "s": lambda r, p, d: set(_scattered(r.items(p, d))),
    "z": lambda r, p, d: frozenset(_scattered(r.items(p, d))),
    "d": lambda r, p, d: dict(r.pairs(p, d)),
    "C": lambda r, p, d: _counter(r.pairs(p, d)),
    "O": lambda r, p, d: OrderedDict(r.pairs(p, d)),
    "q": lambda r, p, d: deque(r.items(p[1], d), p[0]),
    "b": lambda r, p, d: bytes.fromhex(p),
    "B": lambda r, p, d: bytearray.fromhex(p),
    "c": lambda r, p, d: complex(float.fromhex(p[0]), float.fromhex(p[1])),
    "R": lambda r, p, d: _range(range(*r.items(p, d))),
    "S": lambda r, p, d: slice(*r.items(p, d)),
    "e": lambda r, p, d: ...,
    "F": lambda r, p, d: _fraction(r.items(p, d)),
    "D": lambda r, p, d: _decimal(p),
    "dt": lambda r, p, d: _dated("datetime", p, 7),
    "ti": lambda r, p, d: _dated("time", p, 4),
    "da": lambda r, p, d: _dated("date", p),
    "td": lambda r, p, d: _dated("timedelta", p),
    "n": _numbers,
}
