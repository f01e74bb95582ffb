"""Discord's limits per route, learnt from the headers of its answers.

This replaces the library's own, which holds an answer back until the window is over once it has used up the
last token: a delivery that has arrived would be recorded seconds late, while its worker sat idle.
"""

import asyncio
import math
from collections import deque

from discord.http import Route

from bot.discord_client.retry import Answer

SWEEP_AT = 512
LONGEST_WINDOW = 1_000_000.0


class Bucket:
    """One window of one limit: how many requests are left until when, and what waits for it, in order."""

    def __init__(self) -> None:
        self._limit = 1  # one at a time until the first answer says more
        self._left = 1
        self._resets_at: float | None = None
        self._flying = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether this bucket can be forgotten without losing anything."""
        past = self._resets_at is None or self._resets_at <= asyncio.get_running_loop().time()
        return not self._flying and not self._waiters and past

    async def acquire(self) -> None:
        """Wait until a request of this bucket may leave; `release` must follow."""
        if not self._waiters and self._take():
            return
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.append(waiter)
        self._arm(loop)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.release(None)
            raise

    def release(self, response: Answer | None) -> None:
        """Free the slot, and learn what the answer says about the limit (None: no answer came)."""
        self._flying -= 1
        if response is not None:
            self._learn(response)
        elif self._resets_at is None and not self._flying:
            self._left = max(self._left, 1)
        self._hand_out()

    def block(self, seconds: float) -> None:
        """Record a 429 for this route: nothing leaves for `seconds`."""
        self._left = 0
        self._resets_at = asyncio.get_running_loop().time() + seconds

    def _learn(self, response: Answer) -> None:
        headers = response.headers
        if response.status == 429:
            if (
                self._resets_at is None and not self._flying
            ):  # not part of this limit: nothing would release the next one
                self._left = max(self._left, 1)
            return
        left = _number(headers.get("X-RateLimit-Remaining"))
        if left is None:
            if self._resets_at is None:  # this route has no limit of its own
                self._limit = self._left = 1_000
            return
        now = asyncio.get_running_loop().time()
        left = int(left) - self._flying
        reset_after = _number(headers.get("X-RateLimit-Reset-After"))
        resets_at = now + (1.0 if reset_after is None else reset_after)
        self._limit = max(1, int(_number(headers.get("X-RateLimit-Limit")) or 1))
        # Answers overtake each other, so inside one window only the lowest number counts.
        new_window = self._resets_at is None or resets_at > self._resets_at + 0.25
        self._left = left if new_window else min(self._left, left)
        self._resets_at = resets_at if self._resets_at is None else max(self._resets_at, resets_at)

    def _take(self) -> bool:
        if self._resets_at is not None and asyncio.get_running_loop().time() >= self._resets_at:
            self._left = self._limit - self._flying
            self._resets_at = None if not self._flying else self._resets_at
        if self._left <= 0:
            return False
        self._left -= 1
        self._flying += 1
        return True

    def _hand_out(self) -> None:
        self._timer = None
        while self._waiters:
            if self._waiters[0].done():
                self._waiters.popleft()
            elif self._take():
                self._waiters.popleft().set_result(None)
            else:
                self._arm(asyncio.get_running_loop())
                return

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None and self._resets_at is not None:
            self._timer = loop.call_at(self._resets_at, self._hand_out)


def _number(words: str | None) -> float | None:
    """Return the number in a header; None when it is missing or was not written by Discord."""
    try:
        number = float(words) if words is not None else math.nan
    except ValueError:
        return None
    return number if 0 <= number < LONGEST_WINDOW else None


class Buckets:
    """All buckets of one client: by Discord's own name once an answer gives it, by route until then."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._sweep_at = SWEEP_AT

    def of(self, route: Route) -> Bucket:
        """Return the bucket that counts requests to `route`."""
        key = (self._names.get(route.key, route.key), route.major_parameters)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._sweep_at:
                self._sweep()
            bucket = self._buckets[key] = Bucket()
        return bucket

    def learn(self, route: Route, bucket: Bucket, response: Answer) -> None:
        """Remember under which name Discord keeps this route's limit."""
        name = response.headers.get("X-RateLimit-Bucket")
        if name is not None and self._names.get(route.key) != name:
            self._names[route.key] = name
            self._buckets.setdefault((name, route.major_parameters), bucket)

    def _sweep(self) -> None:
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.idle}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._buckets))
