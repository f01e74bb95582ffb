"""How fast private messages are sent: when due, until Discord says that DMs are opened too fast."""

from datetime import datetime, timedelta

PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=16)
OPENING_EVERY = timedelta(seconds=8)
WRITING_EVERY = timedelta(seconds=1)
FREE = timedelta(seconds=1)
"""Once the interval between two openings is below this, pacing ends."""
LOOK_AGAIN = timedelta(minutes=1)
"""The longest wait given, since the pace may have risen meanwhile."""
FASTER = 0.9


class _Turns:
    """One at a time, `every` so often; a caller who is too early is told when to ask again."""

    def __init__(self, every: timedelta, begins: datetime) -> None:
        self.every = every
        self.next = begins
        self._waiting: dict[int, None] = {}

    def take(self, number: int, now: datetime) -> datetime:
        """Return `now` when it is this one's turn, otherwise when to ask again."""
        if now >= self.next:
            self._waiting.pop(number, None)
            self.next = now + self.every
            return now
        self._waiting.setdefault(number)
        ahead = list(self._waiting).index(number)
        return min(self.next + ahead * self.every, max(self.next, now + LOOK_AGAIN))


class PrivatePace:
    """The pace of one process; Discord publishes no figure for this limit (its error 40003).

    After a 40003 no DM is opened for some minutes, then one at a time, each success bringing the next
    nearer. DMs already open are sent to more slowly meanwhile.
    """

    def __init__(self) -> None:
        self._opening: _Turns | None = None
        self._writing: _Turns | None = None
        self._pause = PAUSE

    @property
    def slowed(self) -> bool:
        """Whether Discord recently said that it was too fast."""
        return self._opening is not None

    def turn(self, number: int, now: datetime, *, opens: bool) -> datetime:
        """Return `now` when delivery `number` may be sent, otherwise when to ask again.

        Args:
            number: the delivery's id, which keeps its place.
            now: aware.
            opens: whether it has to open a DM.
        """
        turns = self._opening if opens else self._writing
        return now if turns is None else turns.take(number, now)

    def too_fast(self, now: datetime) -> datetime:
        """Record a 40003, and return when to retry. Several at once count as one."""
        if self._opening is None or now >= self._opening.next - self._opening.every:
            every = OPENING_EVERY if self._opening is None else min(2 * self._opening.every, LOOK_AGAIN)
            if self._opening is None:
                self._opening = _Turns(every, now + self._pause)
                self._writing = _Turns(WRITING_EVERY, now)
            else:
                self._opening.every, self._opening.next = every, now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        return self._opening.next

    def opened(self, now: datetime) -> None:
        """Record a DM that Discord let us open; one in flight when the limit was hit proves nothing."""
        if self._opening is None or now < self._opening.next - self._opening.every:
            return
        self._opening.every *= FASTER
        if self._opening.every < FREE:
            self._opening = self._writing = None
            self._pause = PAUSE
