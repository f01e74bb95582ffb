"""Where interleavings are tried: one process of the real bot on a real SQLite file, each of its steps held.

The store, the sender and the cards are the real ones. Discord's wire is a stand-in (tests/faults/wire.py); each
request on it and each transaction of the sender waits until it is let on.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from hypothesis.stateful import (
    RuleBasedStateMachine,
)
from sqlalchemy.orm import Session

from bot import settings_file
from bot.app import Bot
from bot.clock import MovableClock
from bot.domain.deliveries import Outcome
from bot.texts import Texts
from cogs.meetings import cog as meetings_cog
from cogs.network import cog as network_cog
from db import guilds, meetings
from db.engine import Store, open_store
from db.models import Delivery, Guild
from db.setup import mentions
from tests.faults.wire import Arrived, Points, Wire

P = ParamSpec("P")
R = TypeVar("R")

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
GUILD, RUTH, CHANNELS, MEMBERS = 10, 100, (21, 22), (200, 300, 400)
QUIET_TURNS = 12


class HeldStore:
    """The sender's view of the real store: each transaction can be held before and after it is carried out."""

    def __init__(self, store: Store, points: Points) -> None:
        self._store = store
        self._points = points
        self.busy = 0
        self._dead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def kill(self) -> None:
        """Cut it off: not even what a process would do on its way out is done."""
        self._dead = True

    async def write(
        self, verb: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a transaction between two points."""
        if self._dead:
            raise asyncio.CancelledError
        await self._points.point(f"before {verb.__name__}")
        self.busy += 1
        try:
            done = await self._store.write(verb, *args, **kwargs)
        finally:
            self.busy -= 1
        await self._points.point(f"after {verb.__name__}")
        return done

    async def read(
        self, verb: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a query after a point, where it belongs to the making of a card."""
        if verb in (meetings.find, meetings.choice_of):
            await self._points.point(f"before {verb.__name__}")
        return await self.counted(self._store.read(verb, *args, **kwargs))

    async def read_cached(
        self, verb: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a query whose answer may be one that still holds."""
        return await self.counted(self._store.read_cached(verb, *args, **kwargs))

    async def read_in_thread(
        self, verb: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a long query."""
        return await self.counted(self._store.read_in_thread(verb, *args, **kwargs))

    async def counted(self, work: Awaitable[R]) -> R:
        """Await something that counts as work under way."""
        self.busy += 1
        try:
            return await work
        finally:
            self.busy -= 1


class Hastened(asyncio.SelectorEventLoop):
    """A loop whose time is put forward, so that patience ends without waiting, and only then.

    By itself it goes on by ten microseconds each time that it is looked at, however slow the machine is: patience that
    ended by the real time would end earlier or later the next time that the same steps are tried.
    """

    ahead = 0.0

    def time(self) -> float:
        """Return the time."""
        self.ahead += 1e-5
        return self.ahead


class Stage(RuleBasedStateMachine):
    """One process on one store, and what its people know; the rules are in test_interleavings.py."""

    template: ClassVar[Path]
    texts: ClassVar[Texts]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="iso-bot-interleavings-"))
        shutil.copyfile(self.template, self.folder / "iso-bot.db")
        self.loop = Hastened()
        self.runner = asyncio.Runner(loop_factory=lambda: self.loop)
        self.clock = MovableClock(START, frozen=True)
        self.opened = contextlib.AsyncExitStack()
        self.points = Points()
        self.wire = Wire(self.points, self.clock.now, self.check)
        self.changes: list[asyncio.Task[None]] = []
        # By meeting: the start that was acknowledged, and starts of moves that are stored and not acknowledged yet.
        self.known: dict[int, datetime] = {}
        self.pending: dict[int, list[datetime]] = {}
        self.cancelled: set[int] = set()
        self.cancelling: set[int] = set()
        self.endings: Counter[int] = Counter()
        self.lost: set[str] = set()
        self.broken: list[str] = []
        self.run(self._open())

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run something, and let everything else go as far as it can."""
        return self.runner.run(self.then_quiet(work))

    async def then_quiet(self, work: Awaitable[R]) -> R:
        """Await something, then let everything else go as far as it can."""
        done = await work
        quiet = 0
        while quiet < QUIET_TURNS:
            busy = self.held.busy or self.store.writes_waiting
            await asyncio.sleep(0.0002 if busy else 0)
            quiet = 0 if busy else quiet + 1
        return done

    # The world.

    async def _open(self) -> None:
        url = f"sqlite+aiosqlite:///{self.folder / 'iso-bot.db'}"
        self.store = await self.opened.enter_async_context(open_store(url, clock=self.clock))

        def set_up(session: Session) -> None:
            guilds.ensure(session, GUILD, zone="Europe/London", now=START, admin_id=RUTH)
            for channel in CHANNELS:
                name = f"Region {channel}"
                mentions.set_region(session, GUILD, name=name, channel_id=channel, actor_id=RUTH, now=START)

        await self.store.write(set_up)
        await self.start()

    async def start(self) -> None:
        """Start a process on the store as it was left."""
        self.held = HeldStore(self.store, self.points)
        options = settings_file.load()
        self.bot = Bot(options, self.held, self.texts, self.clock)  # type: ignore[arg-type]
        self.bot.http.request = self.wire.request  # type: ignore[method-assign]
        self.bot.finished.append(self._ended)
        await network_cog.setup(self.bot)  # goals of meetings are a command of its group
        await meetings_cog.setup(self.bot)
        self.bot.sender.register()
        self.points.hold = False
        await self.bot.sender.start(alone=True)
        self.points.hold = True

    def _ended(self, delivery: Delivery, ending: Outcome, at: datetime) -> None:
        # One that was suppressed, or a job, may be armed again: somebody who said 'can't' comes after all.
        self.endings[delivery.id] += ending not in (Outcome.SUPPRESSED, Outcome.DONE)

    def check(self, message: Arrived) -> None:
        """Hold what Discord has just taken against what its people know."""
        meeting = message.meeting
        if meeting is None:
            return
        if meeting in self.cancelled:
            self.broken.append(f"meeting {meeting} is cancelled, and this was sent: {message.body}")
        right = [self.known[meeting], *self.pending.get(meeting, [])]
        if message.when not in right:
            self.broken.append(f"{message.when} was sent, known is {self.known[meeting]}: {message.body}")
        if message.begun >= max(right):
            self.broken.append(f"sent at {message.begun}, after the start: {message.body}")

    async def guild(self) -> Guild:
        """Return what is stored of the server."""
        guild = await self.held.counted(self.store.read(guilds.load, GUILD))
        assert guild is not None
        return guild

    async def close(self) -> None:
        """Stop."""
        await self.bot.sender.stop(within=1.0)
        await self.opened.aclose()
