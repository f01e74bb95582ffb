"""Refusals at the least cost: under five times what the bot can bear, four of five interactions get one.

An answer by way of the library costs half a millisecond of CPU, more than a core has at such a rate. This is
one prepared POST over a kept connection and a look at the status of what comes back.
"""

import asyncio
import logging
import ssl
from collections import deque
from typing import cast

from yarl import URL

log = logging.getLogger(__name__)

MOST_LINES = 128
MOST_QUEUED = 4_000
"""Beyond this the oldest has waited so long that nobody looks at it any more."""
GIVE_UP = 2.5
IDLE = 20.0
TRIES = 2


class Refusals:
    """Sends prepared bodies to interaction callbacks, over at most `MOST_LINES` connections."""

    def __init__(self, api_base: str, user_agent: str) -> None:
        self._base = URL(api_base)
        self._host = self._base.host or ""
        self._port = self._base.port or 443
        host = self._host if self._base.is_default_port() else f"{self._host}:{self._port}"
        self._before = f"POST {self._base.raw_path}/interactions/".encode()
        self._after = (
            f"/callback HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {user_agent}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._ssl = ssl.create_default_context() if self._base.scheme == "https" else None
        self._free: list[_Line] = []
        self._lines: set[_Line] = set()
        self._opening = 0
        self._queue: deque[tuple[bytes, int]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent = 0
        self.lost = 0

    def send(self, interaction_id: str, token: str, body: bytes) -> None:
        """Send one refusal; never waits, never raises."""
        head = b"%b%b/%b%b%d\r\n\r\n" % (
            self._before,
            interaction_id.encode(),
            token.encode(),
            self._after,
            len(body),
        )
        self._put(head + body, TRIES)

    async def quiet(self) -> None:
        """Return when everything sent has been answered or given up."""
        await self._quiet.wait()

    def close(self) -> None:
        """Close every connection; what is still waiting is lost."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._queue.clear()
        for line in list(self._lines):
            line.abort()

    def _put(self, raw: bytes, tries: int) -> None:
        self._quiet.clear()
        if self._free:
            self._free.pop().write(raw, tries)
            return
        if len(self._queue) >= MOST_QUEUED:
            self._queue.popleft()
            self.lost += 1
        self._queue.append((raw, tries))
        if len(self._lines) + self._opening < MOST_LINES:
            self._opening += 1
            task = asyncio.get_running_loop().create_task(self._open(), name="refusal-line")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(GIVE_UP):
                _, line = await loop.create_connection(
                    lambda: _Line(self), self._host, self._port, ssl=self._ssl
                )
        except (OSError, TimeoutError, ssl.SSLError) as error:
            log.debug("No connection for refusals: %s", error)
            self._opening -= 1
            if not self._lines and not self._opening:
                self.lost += len(self._queue)
                self._queue.clear()
                self._quiet.set()
            return
        self._opening -= 1
        self._lines.add(line)
        if self._sweeper is None:
            self._sweeper = loop.call_later(1.0, self._sweep)
        self.done(line)

    def again(self, raw: bytes, tries: int) -> None:
        """Take back what Discord could not take."""
        self._put(raw, tries - 1)

    def done(self, line: "_Line") -> None:
        """Take a connection back, free for the next."""
        if self._queue:
            line.write(*self._queue.popleft())
            return
        self._free.append(line)
        if len(self._free) == len(self._lines) and not self._opening:
            self._quiet.set()

    def broken(self, line: "_Line", unanswered: tuple[bytes, int] | None) -> None:
        """Forget a closed connection, and try again what was under way on it."""
        self._lines.discard(line)
        if line in self._free:
            self._free.remove(line)
        if unanswered is not None and unanswered[1] > 1:
            self.again(*unanswered)
        elif unanswered is not None:
            self.lost += 1
        if not self._queue and not self._opening and len(self._free) == len(self._lines):
            self._quiet.set()

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for line in list(self._lines):
            if now - line.since > (GIVE_UP if line.busy else IDLE):
                line.abort()
        self._sweeper = loop.call_later(1.0, self._sweep) if self._lines else None


class _Line(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, pool: Refusals) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._under_way: tuple[bytes, int] | None = None
        self._came = b""
        self.since = asyncio.get_running_loop().time()

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._under_way is not None

    def write(self, raw: bytes, tries: int) -> None:
        """Send a request."""
        self._under_way = (raw, tries)
        self.since = asyncio.get_running_loop().time()
        if self._transport is not None:
            self._transport.write(raw)

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Wait for the whole answer; only where it ends matters, and whether Discord took it."""
        self._came += data
        end = self._came.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._came[:end].lower()
        status = head[9:12]
        if status != b"204":
            at = head.find(b"\r\ncontent-length:")
            if at < 0 or b"\r\nconnection: close" in head:
                self._settle(status)
                self.abort()  # its end cannot be seen
                return
            line_end = head.find(b"\r\n", at + 17)
            length = int(head[at + 17 : line_end if line_end >= 0 else len(head)])
            if len(self._came) < end + 4 + length:
                return
        self._settle(status)
        self._pool.done(self)

    def _settle(self, status: bytes) -> None:
        self._came = b""
        self.since = asyncio.get_running_loop().time()
        under_way, self._under_way = self._under_way, None
        if status[:1] == b"5" and under_way is not None and under_way[1] > 1:
            self._pool.again(*under_way)
        else:
            self._pool.sent += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the pool."""
        unanswered, self._under_way = self._under_way, None
        self._pool.broken(self, unanswered)
