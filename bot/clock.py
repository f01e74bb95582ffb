"""The one source of time: real for `run`, movable for the sandbox and the tests."""

import asyncio
from datetime import UTC, datetime, timedelta


class Clock:
    """The real time, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Return once `now()` has reached `moment` (aware); at once when it is in the past.

        The wall clock may be changed while we wait, so no single wait is longer than a minute.
        """
        # Real time passes without anybody to set an event.
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 60.0))


class MovableClock(Clock):
    """A clock that can be put forward: real time plus an offset, or stopped when `frozen`.

    Sleepers are woken by a move, so a week of reminders fires in the order of their due times.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._frozen_at: datetime | None = None
        self._offset = timedelta()
        self._moved = asyncio.Event()
        if frozen:
            self._frozen_at = start or super().now()
        elif start is not None:
            self._offset = start - super().now()

    def now(self) -> datetime:
        """Return the moved instant in UTC."""
        return self._frozen_at if self._frozen_at is not None else super().now() + self._offset

    def move(self, by: timedelta) -> None:
        """Put the clock forward (or back) and wake everything that waits on it."""
        if self._frozen_at is not None:
            self._frozen_at += by
        else:
            self._offset += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def move_to(self, moment: datetime) -> None:
        """Put the clock to `moment` (aware)."""
        self.move(moment - self.now())

    async def sleep_until(self, moment: datetime) -> None:
        """Return once the moved time has reached `moment`, woken by every move."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that coincides with the move.
                async with asyncio.timeout(None if self._frozen_at is not None else min(left, 60.0)):
                    await moved.wait()
            except TimeoutError:
                continue
