"""Keeps Discord's limits of so many requests in a time by pacing; people's requests go before deliveries."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Generator
from contextvars import ContextVar

GLOBAL_RATE = 50.0  # https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
MARGIN = 0.01  # of the window; covers a request that overtakes another on its way (10 ms)
SHARED_MARGIN = 0.02  # the same between processes, which do not know each other's requests
LATENESS = 0.008  # of a wake-up, which the margin absorbs: it must not lengthen every later window
BURST = 10
A_PATTERN = 10.0
"""Two global 429s within so many seconds are more than chance."""

_background: ContextVar[bool] = ContextVar("iso_bot_background", default=False)


@contextlib.contextmanager
def background() -> Generator[None]:
    """Mark the requests made inside as deliveries, which let requests for a waiting person go first."""
    token = _background.set(True)
    try:
        yield
    finally:
        _background.reset(token)


def in_background() -> bool:
    """Whether the current request is a delivery's, for which nobody waits."""
    return _background.get()


class Pacer:
    """Lets at most `rate` requests go in `per` seconds, evenly spaced once a small burst is used up.

    Two rules hold together: never more than `rate` in any window of that length (what Discord counts), and
    even spacing after the burst, since full bursts in adjoining windows could fall in one of Discord's.
    A global 429 pauses all; a second one soon after (another process, or a limit below ours) widens the spacing.
    """

    def __init__(
        self, *, share: float = 1.0, rate: float = GLOBAL_RATE, per: float = 1.0, burst: int = BURST
    ) -> None:
        """Use the share (0 to 1] of Discord's limit, for several processes under one token."""
        allowed = max(1, int(rate * share))
        self._window = per * (1.0 + (MARGIN if share == 1.0 else SHARED_MARGIN))
        self._spacing = self._window / allowed
        self._burst = burst
        self._sent: deque[float] = deque(maxlen=allowed)
        self._even_at = 0.0
        self._paused_until = 0.0
        self._limited_at = -A_PATTERN
        self._widened = 1.0
        self._people: deque[asyncio.Future[None]] = deque()
        self._deliveries: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.limited = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._people) + len(self._deliveries)

    async def turn(self) -> None:
        """Wait until the next request may leave; inside `background()`, after everybody else."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if not self._people and not self._deliveries and self._free_at() <= now:
            self._note(now)
            return
        queue = self._deliveries if _background.get() else self._people
        waiter: asyncio.Future[None] = loop.create_future()
        queue.append(waiter)
        self._arm(loop)
        await waiter

    def pause(self, seconds: float) -> None:
        """Record a global 429: nothing leaves for `seconds`."""
        now = asyncio.get_running_loop().time()
        until = now + seconds
        if until > self._paused_until:
            if now >= self._paused_until:
                self.limited += 1
                # One may be chance, a request that overtook others; two so close together mean a limit below ours.
                if now - self._limited_at < A_PATTERN:
                    self._widened = min(1.5, self._widened * 1.1)
                self._limited_at = now
            self._paused_until = until

    def _window_at(self) -> float:
        return self._sent[0] + self._window if len(self._sent) == self._sent.maxlen else 0.0

    def _free_at(self) -> float:
        return max(self._window_at(), self._even_at - self._burst * self._spacing, self._paused_until)

    def _note(self, now: float) -> None:
        # Waiting for the window earns no new burst: otherwise there would be one each second.
        even_at = max(now, self._even_at, self._window_at() + self._burst * self._spacing)
        self._sent.append(max(now - LATENESS, self._free_at()))
        self._even_at = even_at + self._spacing * self._widened
        self._widened = max(1.0, self._widened - 0.0005)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None and self.waiting:
            self._timer = loop.call_at(self._free_at(), self._hand_out, loop)

    def _hand_out(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self.waiting and self._free_at() <= (now := loop.time()):
            waiter = (self._people or self._deliveries).popleft()
            if not waiter.done():
                waiter.set_result(None)
                self._note(now)
        self._arm(loop)
