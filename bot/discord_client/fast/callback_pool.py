"""Kept connections for answers to people: the one request whose time everybody notices, at the least cost.

Through aiohttp a refusal takes 1.65 times the processor time (at five times the sustainable load, four of five
interactions get one), a read 1.15 times, a write 1.02 times (tests/bench/without.py). An answer is always the same
request, a POST or PATCH of a few kilobytes of JSON, so it is written by hand here.
"""

import asyncio
import contextvars
import logging
import ssl
from collections import deque
from typing import cast

import aiohttp
from yarl import URL

from bot.discord_client.fast.http_parser import HttpResponse, Unreadable, read

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256
MOST_QUEUED = 4_000
"""Refusals beyond this are dropped, oldest first: after so long a wait nobody is looking any more."""
CONNECTING = 5.0
GIVE_UP = 2.5
IDLE = 60.0
TRIES = 2
TOGETHER = 8
"""Most refusals of a flood written to a connection at once (RFC 9112, 9.3.2); a retry is sent alone.

One by one they take 1.6 times the processor time, and at five times the load 60 % as many people are answered.
"""


class Job:
    """A request on its way: an answer that somebody waits for, or a refusal that nobody does."""

    __slots__ = ("connection", "future", "raw", "tries")

    def __init__(self, raw: bytes, future: asyncio.Future[HttpResponse] | None = None) -> None:
        self.raw = raw
        self.future = future
        self.connection: PooledConnection | None = None
        self.tries = TRIES

    @property
    def given_up(self) -> bool:
        """Whether the caller has stopped waiting."""
        return self.future is not None and self.future.done()


class CallbackPool:
    """At most `MOST_CONNECTIONS` connections to one API base, one request at a time on each; answers go first."""

    def __init__(self, api_base: str, user_agent: str) -> None:
        base = URL(api_base)
        self._host = base.host or ""
        self._port = base.port or 443
        host = self._host if base.is_default_port() else f"{self._host}:{self._port}"
        self._path = base.raw_path.encode()
        self._headers = (
            f" HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {user_agent}\r\nContent-Type: application/json\r\n"
            "Content-Length: "
        ).encode()
        self._ssl = ssl.create_default_context() if base.scheme == "https" else None
        self._free: list[PooledConnection] = []
        self._connections: set[PooledConnection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._answers: deque[Job] = deque()
        self._refusals: deque[Job] = deque()
        self._flushing = False
        self._sweeper: asyncio.TimerHandle | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.refused = 0
        self.lost = 0

    async def send(self, method: str, path: str, body: bytes, seconds: float) -> HttpResponse:
        """Send an answer or a change of one, and return Discord's response.

        Raises:
            OSError, aiohttp.ServerDisconnectedError: the connection failed.
            TimeoutError: nothing came within `seconds`.
        """
        job = Job(self._request(method, path, body), asyncio.get_running_loop().create_future())
        self._put(job)
        future = cast("asyncio.Future[HttpResponse]", job.future)
        try:
            async with asyncio.timeout(seconds):
                return await future
        finally:
            if not future.done() or future.cancelled():
                future.cancel()
                if job.connection is not None:
                    job.connection.abort()

    def fire(self, path: str, body: bytes) -> None:
        """Send a refusal, with those of the same turn of the loop; never wait, never raise."""
        self._quiet.clear()
        self._refusals.append(Job(self._request("POST", path, body)))
        if len(self._refusals) > MOST_QUEUED:
            self._refusals.popleft()
            self.lost += 1
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush, context=contextvars.Context())

    def _flush(self) -> None:
        self._flushing = False
        while self._refusals and self._free:
            self._free.pop().write(*self._some())
        for _ in range(0, len(self._refusals), TOGETHER):
            if not self._may_open():
                break
            self._begin_opening()
        self._check_quiet()

    def _some(self) -> list[Job]:
        """Return the next refusals for one connection."""
        some = [self._refusals.popleft()]
        while self._refusals and len(some) < TOGETHER and some[0].tries == self._refusals[0].tries == TRIES:
            some.append(self._refusals.popleft())
        return some

    async def quiet(self) -> None:
        """Return once nothing is in flight."""
        await self._quiet.wait()

    def close(self) -> None:
        """Close every connection; what still waits is lost."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._refusals.clear()
        for connection in list(self._connections):
            connection.abort()

    def _request(self, method: str, path: str, body: bytes) -> bytes:
        line = (method.encode(), self._path, path.encode())
        return b"%b %b%b%b%d\r\n\r\n%b" % (*line, self._headers, len(body), body)

    def _put(self, job: Job) -> None:
        self._quiet.clear()
        if self._free:
            self._free.pop().write(job)
            return
        (self._refusals if job.future is None else self._answers).append(job)
        if self._may_open():
            self._begin_opening()

    def _may_open(self) -> bool:
        return len(self._connections) + len(self._opening) < MOST_CONNECTIONS

    def _begin_opening(self) -> None:
        task = asyncio.get_running_loop().create_task(self._open(), name="connection")
        self._opening.add(task)
        task.add_done_callback(self._opened)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECTING):
                _, connection = await loop.create_connection(
                    lambda: PooledConnection(self), self._host, self._port, ssl=self._ssl
                )
        except (OSError, TimeoutError) as error:
            self._failed(error)
            return
        self._connections.add(connection)
        if self._sweeper is None:
            self._sweeper = loop.call_later(1.0, self._sweep)
        self.free(connection)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        self._check_quiet()

    def _failed(self, error: Exception) -> None:
        if self._connections or len(self._opening) > 1:
            return  # another connection takes the waiting jobs
        while self._answers:
            job = self._answers.popleft()
            if job.future is not None and not job.future.done():
                job.future.set_exception(error)
        self.lost += len(self._refusals)
        self._refusals.clear()

    def free(self, connection: "PooledConnection") -> None:
        """Take a connection back, and give it the next job."""
        while self._answers:
            job = self._answers.popleft()
            if not job.given_up:
                connection.write(job)
                return
        if self._refusals:
            connection.write(*self._some())
            return
        self._free.append(connection)
        self._check_quiet()

    def finish(self, job: Job, outcome: HttpResponse | Exception) -> None:
        """Deliver the result of a job; send a refusal that Discord could not take once more."""
        if job.future is not None:
            if job.future.done():
                return
            if isinstance(outcome, HttpResponse):
                job.future.set_result(outcome)
            else:
                job.future.set_exception(outcome)
            return
        if isinstance(outcome, HttpResponse) and outcome.status < 500:
            self.refused += 1
        elif job.tries > 1:
            job.tries -= 1
            self._put(job)
        else:
            self.lost += 1

    def forget(self, connection: "PooledConnection") -> None:
        """Drop a closed connection; waiting jobs get a new one."""
        self._connections.discard(connection)
        if connection in self._free:
            self._free.remove(connection)
        if (self._answers or self._refusals) and not self._connections and not self._opening:
            self._put((self._answers or self._refusals).popleft())
        self._check_quiet()

    def _check_quiet(self) -> None:
        waiting = self._answers or self._refusals or self._opening
        if not waiting and len(self._free) == len(self._connections):
            self._quiet.set()

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._connections):
            busy = bool(connection.jobs) and connection.jobs[0].future is None
            if (busy and now - connection.since > GIVE_UP) or (
                not connection.jobs and now - connection.since > IDLE
            ):
                connection.abort()
        self._sweeper = loop.call_later(1.0, self._sweep) if self._connections else None


class PooledConnection(asyncio.Protocol):
    """One connection."""

    def __init__(self, pool: CallbackPool) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._came = b""
        self.jobs: deque[Job] = deque()
        self.since = asyncio.get_running_loop().time()

    def write(self, *jobs: Job) -> None:
        """Send an answer, or several refusals in a row."""
        self.jobs.extend(jobs)
        for job in jobs:
            job.connection = self
        self.since = asyncio.get_running_loop().time()
        if self._transport is not None:
            self._transport.write(b"".join([job.raw for job in jobs]))

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Handle each response once it is complete."""
        self._came += data
        keeps = True
        while keeps and self.jobs:
            try:
                response = read(self._came)
            except Unreadable as error:
                self._end(error)
                self.abort()
                return
            if response is None:
                return
            self._came = self._came[response.used :]
            keeps = response.keeps
            self._end(response)
        self._came = b""
        self.since = asyncio.get_running_loop().time()
        if keeps and self._transport is not None and not self._transport.is_closing():
            self._pool.free(self)
        else:
            self.abort()

    def _end(self, outcome: HttpResponse | Exception) -> None:
        if self.jobs:
            job = self.jobs.popleft()
            job.connection = None
            self._pool.finish(job, outcome)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the callers, and the pool."""
        while self.jobs:
            self._end(aiohttp.ServerDisconnectedError())
        self._pool.forget(self)
