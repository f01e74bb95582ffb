"""kill -9 at random moments while hundreds of deliveries are due; afterwards each must have arrived once.

    async with killing(database_url, processes=2) as trial: report = await trial.run(kills=20)

The sandbox runs here, with the nonce memory that Discord documents; each bot is a process of its own,
started by its command line and killed with SIGKILL. Nothing is taken from the bot's own account of
itself: what arrived is counted on the sandbox's side, and the store's rows are read afterwards.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.local_time import local_time_of
from bot.domain.meetings import subject
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Event, building, membership
from db import deliveries, guilds, meetings
from db.deliveries import NewDelivery
from db.engine import open_store
from db.meetings.models import Answer, Meeting
from db.models import Delivery, Region
from tests.cogs.ground import card_text

ROOT = Path(__file__).parents[2]
BATCH = 300
READY_WITHIN = 60.0
ALL_WITHIN = 180.0


@dataclass
class Report:
    """What a run of kills came to."""

    kills: int = 0
    due: int = 0
    arrived: int = 0
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    unsettled: int = 0
    slowest_start: float = 0.0
    """Seconds until the slowest of the bots that were started after a kill was connected."""

    @property
    def good(self) -> bool:
        """Whether nothing was lost or doubled and everything has an outcome."""
        return not (self.lost or self.doubled or self.unsettled) and self.arrived == self.due

    def __add__(self, other: "Report") -> "Report":
        return Report(
            kills=self.kills + other.kills,
            due=self.due + other.due,
            arrived=self.arrived + other.arrived,
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            unsettled=self.unsettled + other.unsettled,
            slowest_start=max(self.slowest_start, other.slowest_start),
        )

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.due} due: {self.arrived} arrived, {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {self.unsettled} without an ending"
        )


class Trial:
    """A sandbox, a database, and bots to be killed."""

    def __init__(
        self, sandbox: Sandbox, url: str, processes: int, seed: int, tell: Callable[[str], object]
    ) -> None:
        self.sandbox = sandbox
        self.url = url
        self.processes = processes
        self.chance = random.Random(seed)
        self.running: list[asyncio.subprocess.Process | None] = [None] * processes
        self.report = Report()
        self.titles: Counter[str] = Counter()
        self._batch = 0
        self._tell = tell
        sandbox.world.subscribe(self._see)

    async def run(self, kills: int, *, per_batch: int = 5) -> Report:
        """Kill this many times, several times in each batch of 300 deliveries, and count after each batch."""
        while self.report.kills < kills:
            before = self.arrived()
            wanted = await self._enqueue()
            for _ in range(min(per_batch, kills - self.report.kills)):
                await self._start_missing()
                at = self.chance.randint(1, max(1, BATCH - 10))
                await self._until_arrived(before + at, within=8.0)
                await asyncio.sleep(self.chance.random() * 0.05)  # not always at the same point of a send
                await self._kill(self.chance.randrange(self.processes))
                self.report.kills += 1
            await self._start_missing()
            await self._until_arrived(before + BATCH, within=ALL_WITHIN)
            await self._settled()
            self._count(wanted)
            self._tell(f"{self.report} so far")
        return self.report

    def arrived(self) -> int:
        """Return how many reminders of the bot stand in the sandbox."""
        return self.titles.total()

    def _see(self, event: Event) -> None:
        if event.name != "MESSAGE_CREATE":
            return
        world = self.sandbox.world
        message = world.channels[int(event.data["channel_id"])].history[int(event.data["id"])]
        if message.author_id == world.bot.id and card_text(message).startswith("## In "):
            self.titles[card_text(message).splitlines()[0].rpartition(": ")[2]] += 1

    def _count(self, wanted: set[str]) -> None:
        titles = self.titles
        self.report.due += len(wanted)
        self.report.arrived += sum(titles[title] for title in wanted)
        self.report.lost += [title for title in wanted if titles[title] == 0]
        self.report.doubled += [title for title in wanted if titles[title] > 1]

    async def _enqueue(self) -> set[str]:
        """Store 300 reminders that are due now: two thirds to members in private, the rest in channels."""
        self._batch += 1
        guild = self.sandbox.guild()
        people = [member.user for member in guild.members.values()]
        members = [user.id for user in people if user.dms_open and not user.bot]
        channels = [
            self.sandbox.channel(name).id for name in ("#london", "#north-west", "#yorkshire", "#wales")
        ]
        async with open_store(self.url) as store:
            return await store.write(enqueue, self._batch, guild.id, members, channels)

    async def _settled(self) -> None:
        """Wait until every row has its ending."""

        def open_rows(session: Session) -> int:
            query = (
                select(func.count()).select_from(Delivery).where(Delivery.status.in_(["pending", "sending"]))
            )
            return session.scalar(query) or 0

        left = 0
        async with open_store(self.url) as store:
            for _ in range(600):
                left = await store.read_in_thread(open_rows)
                if not left:
                    return
                await asyncio.sleep(0.1)  # another process writes: there is no event to wait for
        self.report.unsettled += left

    async def _until_arrived(self, count: int, *, within: float) -> None:
        try:
            await self.sandbox.until(lambda: self.arrived() >= count, timeout=within)
        except TimeoutError:
            return

    async def _start_missing(self) -> None:
        for number, process in enumerate(self.running):
            if process is None:
                await self._start(number)

    async def _start(self, number: int) -> None:
        environment = os.environ | {
            "ISO_BOT_DISCORD__TOKEN": self.sandbox.token,
            "ISO_BOT_DISCORD__API_BASE": self.sandbox.api_base,
            "ISO_BOT_DISCORD__BURST": "0",  # a few accounts play a crowd here
            "ISO_BOT_DISCORD__RATE_SHARE": str(1 / self.processes),
            "ISO_BOT_DATABASE__URL": self.url,
            "ISO_BOT_DELIVERIES__LEASE_SECONDS": "10",
            "ISO_BOT_LOG__LEVEL": "warning",
        }
        command = [sys.executable, "-m", "bot", "run"]
        if self.processes > 1:
            command += ["--shard-ids", str(number), "--shard-count", str(self.processes)]
        begun = time.monotonic()
        self.running[number] = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)

        def asked_for_the_gateway() -> bool:
            # Not by their number: the sandbox forgets the oldest requests.
            return any(each.monotonic > begun for each in self.sandbox.asked("GET", "/gateway/bot"))

        await self.sandbox.until(asked_for_the_gateway, timeout=READY_WITHIN)
        self.report.slowest_start = max(self.report.slowest_start, time.monotonic() - begun)

    async def _kill(self, number: int) -> None:
        process = self.running[number]
        if process is not None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
            self.running[number] = None

    async def close(self) -> None:
        """Stop the bots as an operator would, and see that they leave cleanly."""
        for process in self.running:
            if process is not None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            if process is not None:
                await asyncio.wait_for(process.wait(), 20)


def enqueue(session: Session, batch: int, guild_id: int, members: list[int], channels: list[int]) -> set[str]:
    """Store a batch of meetings of one reminder each, due now; return their titles."""
    now = Clock().now()
    guild = guilds.ensure(session, guild_id, zone="Europe/London", now=now)
    regions = {region.channel_id: region.id for region in guild.regions}
    for number, channel in enumerate(channels):
        if channel not in regions:
            region = Region(guild_id=guild_id, name=f"R{number}", folded=f"r{number}", channel_id=channel)
            session.add(region)
            session.flush()
            regions[channel] = region.id
    titles: set[str] = set()
    new_deliveries: list[NewDelivery] = []
    for number in range(BATCH):
        channel = channels[number % len(channels)]
        starts_at = now + timedelta(hours=1)
        meeting = Meeting(
            guild_id=guild_id,
            region_id=regions[channel],
            title=f"B{batch}N{number}",
            wall=local_time_of(starts_at, ZoneInfo("Europe/London")),
            zone="Europe/London",
            starts_at=starts_at,
            minutes=60,
            host_id=members[0],
            created_by=members[0],
            created_at=now,
            channel_id=channel,
        )
        session.add(meeting)
        session.flush()
        private = number % 3 != 0
        member = members[number % len(members)]
        if private:
            session.add(Answer(meeting_id=meeting.id, user_id=member, choice="going", answered_at=now))
        titles.add(meeting.title)
        whom = f"user:{member}" if private else f"channel:{channel}"
        new_deliveries.append(
            NewDelivery(
                key=f"{subject(meeting.id)}:lead:60:{whom}",
                kind=meetings.REMIND,
                guild_id=guild_id,
                target_id=member if private else channel,
                private=private,
                subject=subject(meeting.id),
                due_at=now,
                expires_at=starts_at,
                data={"meeting": meeting.id},
            )
        )
    deliveries.enqueue(session, new_deliveries)
    return titles


@asynccontextmanager
async def killing(
    url: str, *, processes: int = 1, seed: int = 1, tell: Callable[[str], object] = lambda _: None
) -> AsyncGenerator[Trial]:
    """Set up a sandbox with 60 more members, and bots on the database at `url`; `tell` hears how far it is."""
    async with Sandbox(clock=Clock()) as sandbox:
        guild = sandbox.guild()
        for number in range(60):
            membership.join(sandbox.world, guild, building.user(sandbox.world, f"member{number}"))
        trial = Trial(sandbox, url, processes, seed, tell)
        try:
            yield trial
        finally:
            await trial.close()
