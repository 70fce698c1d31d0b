"""Turn Ctrl-C into a wish to stop: the first one ends the run cleanly, the second one at once."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_on_interrupt() -> Iterator[asyncio.Event]:
    """Yield an event that SIGINT and SIGTERM set. To be used in the main thread, inside a running loop.

        with stop_on_interrupt() as stop:
            summary = await grade(judge, data, out, stop=stop)

    The second SIGINT raises KeyboardInterrupt as usual; what was judged is in the journal even then.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def first() -> None:
        stop.set()
        release()

    def release() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, first)
    try:
        yield stop
    finally:
        release()
