"""How long a new write would have to wait, estimated from the last ones."""

import time
from collections.abc import Generator, Sized
from contextlib import contextmanager

from bot.errors import Busy

MOST_WAIT = 1.5
"""Most seconds that a write may be expected to wait: Discord gives 3 for the whole answer."""


class Backpressure:
    """Counts waiting writes and keeps a moving average of their times.

    Used on the event loop's thread, except that a writer on its own thread uses `timed`.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._average = 0.005  # a cautious first guess, forgotten after a few writes
        self._since: float | None = None

    def expected_wait(self) -> float:
        """Return the seconds that a write submitted now would wait before starting."""
        ahead = self._average * self.waiting
        since = self._since
        if since is None:
            return ahead
        # What has run for long (another process holds the lock) will probably run for as long again.
        return ahead + max(time.monotonic() - since - self._average, 0.0)

    def admit(self) -> None:
        """Admit one more write. Raises Busy: it would have to wait too long."""
        wait = self.expected_wait()
        if wait > MOST_WAIT:
            raise Busy
        self.waiting += 1

    def leave(self) -> None:
        """Record that a write is no longer waiting, done or not."""
        self.waiting -= 1

    def begun(self) -> None:
        """Record that the writer started a write or a group of them."""
        self._since = time.monotonic()

    def ended(self) -> None:
        """Record that the writer finished what it had started."""
        self._since = None

    @contextmanager
    def timed(self, writes: Sized) -> Generator[None]:
        """Record how long `writes` take; their number may still grow."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.took((time.monotonic() - began) / len(writes))

    def took(self, seconds: float) -> None:
        """Record how long a write took, excluding its waiting."""
        self._average += 0.1 * (seconds - self._average)
