"""Where programs run: on which level of isolation, or on whose server, for all that is started inside a `with`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """What a caller has not said itself."""

    level: str = ""
    at_least: str = ""
    server: str | tuple[str, ...] = ""


_HERE = Where()
_where: ContextVar[Where] = ContextVar("where", default=_HERE)


@contextmanager
def runs_on(level: str = "", at_least: str = "", server: str | Sequence[str] = "") -> Iterator[None]:
    """Let the programs started inside, in this task and those that it starts, run there unless they say otherwise.

    Args:
        level: exactly this level of isolation.
        at_least: this level or a stronger one.
        server: address of a sandbox server, or several, in place of this machine.
    """
    there = server if isinstance(server, str) else tuple(server)
    mark = _where.set(Where(level, at_least, there))
    try:
        yield
    finally:
        _where.reset(mark)


def where() -> Where:
    """Return what holds here."""
    return _where.get()
