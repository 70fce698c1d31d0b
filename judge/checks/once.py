"""Things that are made once and kept: the same key is made by one caller while the others wait.

It lives as long as a judge does in one process, on one event loop. It knows no tools.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from judge.errors import ToolError

T = TypeVar("T")

_making: ContextVar[frozenset[str]] = ContextVar("_making", default=frozenset())
"""Keys that are being made by the running task, or by the one that started it."""


class Once:
    """Values by key, the least recently used ones forgotten."""

    def __init__(self, most: int = 1_000) -> None:
        """Begin empty; at most `most` values are kept."""
        self._most = most
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._flights: dict[str, asyncio.Future[Exception | None]] = {}

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return the value of a key; the first who asks makes it.

        Whoever waits for it meanwhile gets the same value, or the same exception, which is not kept. When the one who
        makes it is cancelled, one of those who wait makes it instead.

        Raises:
            ToolError: making the value takes the value itself.
            Exception: whatever `make` raised.
        """
        if key in _making.get():
            raise ToolError(f"{key[:80]!r} is needed to make itself; give what is made inside another key")
        while key not in self._kept:
            if (flight := self._flights.get(key)) is None:
                return await self._make(key, make)
            await asyncio.wait([flight])  # unlike awaiting it, this leaves it alone when the one who waits is cancelled
            if error := flight.result():
                raise error
        self._kept.move_to_end(key)
        value: T = self._kept[key]
        return value

    async def _make(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        token = _making.set(_making.get() | {key})
        failed: Exception | None = None
        try:
            value = await make()
            self._kept[key] = value
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return value
        except Exception as error:
            failed = error
            raise
        finally:
            _making.reset(token)
            del self._flights[key]
            flight.set_result(failed)
