"""How fast private messages go: as fast as they are due, until Discord finds that they are opened too fast."""

from datetime import datetime, timedelta

PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=16)
OPENING_EVERY = timedelta(seconds=8)
WRITING_EVERY = timedelta(seconds=1)
FREE = timedelta(seconds=1)
"""With less than this between two openings they are free again."""
LOOK_AGAIN = timedelta(minutes=1)
"""Nobody is sent away for longer, since it may have become faster meanwhile."""
FASTER = 0.9


class _Turns:
    """One at a time, `every` so often; who comes too early is told when to come again."""

    def __init__(self, every: timedelta, begins: datetime) -> None:
        self.every = every
        self.next = begins
        self._waiting: dict[int, None] = {}

    def take(self, number: int, now: datetime) -> datetime:
        """Return `now` when it is this one's turn, otherwise when it is to ask again."""
        if now >= self.next:
            self._waiting.pop(number, None)
            self.next = now + self.every
            return now
        self._waiting.setdefault(number)
        ahead = list(self._waiting).index(number)
        return min(self.next + ahead * self.every, max(self.next, now + LOOK_AGAIN))


class PrivatePace:
    """The pace of one process; Discord publishes no figure for this limit (its error 40003).

    After a 40003 no direct message is opened for some minutes, then one at a time, each that works bringing the next
    nearer. Those that are open already are written to more slowly meanwhile.
    """

    def __init__(self) -> None:
        self._opening: _Turns | None = None
        self._writing: _Turns | None = None
        self._pause = PAUSE

    @property
    def slowed(self) -> bool:
        """Whether Discord found it too fast lately."""
        return self._opening is not None

    def turn(self, number: int, now: datetime, *, opens: bool) -> datetime:
        """Return `now` when delivery `number` may go, otherwise when it is to ask again.

        Args:
            number: the delivery's id, by which its place is kept.
            now: aware.
            opens: whether it needs a direct message opened.
        """
        turns = self._opening if opens else self._writing
        return now if turns is None else turns.take(number, now)

    def too_fast(self, now: datetime) -> datetime:
        """Record a 40003; returns when it may be tried again. Several at once count as one."""
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
        """Record one that Discord let us open; one that was on its way when it became too fast tells nothing."""
        if self._opening is None or now < self._opening.next - self._opening.every:
            return
        self._opening.every *= FASTER
        if self._opening.every < FREE:
            self._opening = self._writing = None
            self._pause = PAUSE
