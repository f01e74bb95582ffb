"""What all benches share: bots in processes of their own, load at an open rate, and the table at the end."""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil

from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Event
from tests.bench.front import Front

ANSWER_WITHIN = 3.0
BOT_CORE, OTHER_CORE = 0, 1
READY_WITHIN = 60.0
NICE = -10


@dataclass(slots=True)
class Measured:
    """What a load came to; latencies in seconds, from dispatch on the gateway to the last byte of the answer."""

    sent: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    refusals: list[float] = field(default_factory=list[float])
    late: int = 0
    never: int = 0
    cpu: float = 0.0
    behind: float = 0.0
    """The median latency of the last tenth: above a quarter of a second the bot no longer keeps up."""

    def add(self, other: "Measured") -> None:
        """Add another round of the same load."""
        self.sent += other.sent
        self.seconds += other.seconds
        self.latencies += other.latencies
        self.refusals += other.refusals
        self.late += other.late
        self.never += other.never
        self.cpu += other.cpu

    @property
    def goodput(self) -> float:
        """Answers a second that came in time and were no refusals."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def told(self) -> float:
        """The part of all people who were answered or refused in time."""
        return (len(self.latencies) + len(self.refusals)) / self.sent if self.sent else 0.0

    @property
    def cost(self) -> float:
        """Milliseconds of the bot's CPU for each interaction: little moved by what else the machine does."""
        return self.cpu / self.sent * 1000 if self.sent else 0.0

    def percentile(self, part: int) -> float:
        """Return the latency in milliseconds below which `part` % of the answers are; nan without answers."""
        if len(self.latencies) < 2:
            return float("nan")
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[part - 1] * 1000


class Bench:
    """One bot in a process of its own on one core, with a sandbox and a front on this side."""

    def __init__(
        self,
        module: Sequence[str],
        *,
        limits: Limits | None = None,
        front: bool = True,
        prepare: Callable[["Bench"], Awaitable[None]] | None = None,
        database_url: str | None = None,
        talks: bool = False,
        **options: Any,
    ) -> None:
        self.module = module
        self.sandbox = Sandbox(limits=limits, **options)
        self.front: Front | None = None
        self._with_front = front
        self._prepare = prepare
        self._database_url = database_url
        self._talks = talks
        self._folder = tempfile.TemporaryDirectory(prefix="iso-bot-bench-")
        self._process: asyncio.subprocess.Process | None = None
        self._events: list[Event] = []
        self.ready_after = float("nan")

    async def __aenter__(self) -> "Bench":
        await self.sandbox.__aenter__()
        self.sandbox.world.subscribe(self._events.append)
        if self._with_front:
            self.front = Front(self.sandbox.url)
            await self.front.start()
        if self._prepare is not None:
            await self._prepare(self)
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        if self.front is not None:
            await self.front.close()
        await self.sandbox.close()
        self._folder.cleanup()

    @property
    def database(self) -> Path:
        """The bot's database file."""
        return Path(self._folder.name) / "bench.db"

    @property
    def database_url(self) -> str:
        """Its address, as in the settings."""
        return self._database_url or f"sqlite+aiosqlite:///{self.database}"

    async def start(self) -> None:
        """Start the bot and return when it has registered its commands; notes how long that took."""
        api_base = self.front.api_base if self.front is not None else self.sandbox.api_base
        environment = os.environ | {
            "ISO_BOT_DISCORD__TOKEN": self.sandbox.token,
            "ISO_BOT_DISCORD__API_BASE": api_base,
            "ISO_BOT_DISCORD__BURST": "0",  # a few accounts play a crowd here
            "ISO_BOT_DATABASE__URL": self.database_url,
            "ISO_BOT_LOG__LEVEL": "warning",
        }
        environment.pop("ISO_BOT_CONFIG", None)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its modules compiled
        begun = time.monotonic()
        pipe = asyncio.subprocess.PIPE if self._talks else None
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", *self.module),
            env=environment,
            preexec_fn=on_core(BOT_CORE),
            stdin=pipe,
            stdout=pipe,
        )
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(self.sandbox.until(self._is_ready, timeout=READY_WITHIN))
        await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            ready.cancel()
            raise RuntimeError(f"{' '.join(self.module)} ended with {ended.result()} before it was ready")
        ended.cancel()
        await ready
        self.ready_after = time.monotonic() - begun

    def _is_ready(self) -> bool:
        return self.sandbox.gateway.online and bool(self.sandbox.world.commands)

    async def tell(self, line: str) -> None:
        """Say a line to a bot that talks, and return when it says the same.

        Raises:
            RuntimeError: it said something else, or ended.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        heard = (await self._process.stdout.readline()).decode().strip()
        if heard != line:
            raise RuntimeError(f"told {line!r}, the bot said {heard!r}")

    async def stop(self) -> int:
        """Ask the bot to stop; returns its exit code."""
        if self._process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        code = await self._process.wait()
        self._process = None
        return code

    @property
    def process(self) -> psutil.Process:
        """The bot's process."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def cpu_seconds(self) -> float:
        """Return the CPU time of the bot's process so far, threads included.

        On Linux by its CPU clock (clock_getcpuclockid(3)): the usual count is in steps of 10 ms, ten answers long.
        """
        if sys.platform == "linux":
            return time.clock_gettime((~self.process.pid << 3) | 2)
        times = self.process.cpu_times()
        return times.user + times.system

    async def template(self, act: Any) -> bytes:
        """Have somebody do something once, checked by the sandbox, and return its interaction to be repeated.

        Raises:
            RuntimeError: the bot did not answer it.
        """
        before = len(self._events)
        answer = await act
        if answer.failed:
            raise RuntimeError(f"no answer: {answer.failed}")
        event = next(event for event in self._events[before:] if event.name == "INTERACTION_CREATE")
        raw = orjson.dumps(event.data)
        number, token = str(event.data["id"]).encode(), str(event.data["token"]).encode()
        return (
            raw.replace(b"%", b"%%")
            .replace(b'"%b"' % number, b'"%d"', 1)
            .replace(b'"%b"' % token, b'"t%d"', 1)
        )

    async def load(
        self,
        templates: Iterator[bytes],
        rate: float,
        seconds: float,
        *,
        refusal: bytes | None = None,
        follows: float = 0.0,
    ) -> Measured:
        """Send interactions at an open rate, whatever comes back, and wait for the last answer.

        Args:
            templates: of `template`, each taken as it comes.
            rate: interactions a second.
            seconds: how long.
            refusal: what the body of a refusal contains.
            follows: for how many seconds after the last answer its processor time counts as well.
        """
        assert self.front is not None
        loop = asyncio.get_running_loop()
        session = next(session for session in self.sandbox.gateway.sessions.values() if session.connected)
        self.front.answers.clear()
        sent: dict[int, float] = {}
        spent = self.cpu_seconds()
        begun = loop.time()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            elif number % 20 == 0:
                await asyncio.sleep(0)
            key = self.sandbox.world.snowflake()
            self.front.expected.add(key)
            sent[key] = loop.time()
            session.dispatch("INTERACTION_CREATE", next(templates) % (key, key))
        took = loop.time() - begun
        await self.front.complete(len(sent), ANSWER_WITHIN)
        await asyncio.sleep(follows)
        measured = Measured(sent=len(sent), seconds=took, cpu=self.cpu_seconds() - spent)
        for key, at in sent.items():
            answer = self.front.answers.get(key)
            if answer is None:
                measured.never += 1
            elif (latency := answer.at - at) > ANSWER_WITHIN:
                measured.late += 1
            elif refusal is not None and refusal in answer.body:
                measured.refusals.append(latency)
            else:
                measured.latencies.append(latency)
        last = list(sent.items())[-max(1, len(sent) // 10) :]
        measured.behind = statistics.median(
            self.front.answers[key].at - at if key in self.front.answers else float("inf") for key, at in last
        )
        return measured


def on_core(core: int) -> Callable[[], None]:
    """Return what puts a process on one core and before others, as far as the system lets us."""

    def place() -> None:
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(0, {core})
        if hasattr(os, "nice"):
            with contextlib.suppress(OSError):
                os.nice(NICE - os.nice(0))
            with contextlib.suppress(OSError):  # Linux weighs whole sessions against each other
                Path("/proc/self/autogroup").write_text(str(NICE))

    return place


@contextlib.asynccontextmanager
async def benches(**modules: Sequence[str]) -> AsyncGenerator[dict[str, Bench]]:
    """Several bots side by side, each with an other side of its own, so that rounds can alternate."""
    async with contextlib.AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(Bench(module)) for name, module in modules.items()}
