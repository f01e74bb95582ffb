"""Requests to stop: by a signal, on every system, or by the program itself."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Generator
from types import FrameType

log = logging.getLogger(__name__)

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
)  # SIGBREAK is Ctrl-Break on Windows


class Stop:
    """`asked` is set by the first request to stop, `at_once` by the second."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.at_once = asyncio.Event()

    def ask(self) -> None:
        """Ask once to drain and stop, twice to stop at once."""
        if self.asked.is_set():
            self.at_once.set()
        self.asked.set()

    @contextlib.contextmanager
    def signals(self) -> Generator[None]:
        """Turn SIGINT and SIGTERM into `ask` while inside.

        The plain `signal.signal` is used on every system: Windows' loops have no `add_signal_handler`, and
        the handler wakes the loop from whatever it is doing. Outside the main thread this does nothing.
        """
        loop = asyncio.get_running_loop()

        def handle(number: int, _: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._heard, number)

        before: dict[int, object] = {}
        try:
            for number in SIGNALS:
                before[number] = signal.signal(number, handle)
        except ValueError:
            log.debug("Not in the main thread: signals are left alone")
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)  # pyright: ignore[reportArgumentType] - what it gave us itself

    def _heard(self, number: int) -> None:
        again = " again: stopping at once" if self.asked.is_set() else ": finishing what is under way"
        log.info("%s%s", signal.Signals(number).name, again)
        self.ask()
