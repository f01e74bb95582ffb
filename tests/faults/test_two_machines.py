"""Two processes with half the shards each on one PostgreSQL: who serves whom, who sends what, and one of them away."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.local_time import local_time_of
from bot.domain.meetings import subject
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Channel, Guild, building, membership
from db import deliveries, meetings
from db.deliveries import NewDelivery
from db.engine import open_store
from db.meetings.models import Meeting
from db.models import Delivery, Region
from tests.cogs.ground import card_text
from tests.uses import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.alone]

SHARDS = 4
HALVES = ("0-1", "2-3")
LEASE = 10
READY = 60.0


class Machines:
    """A sandbox with one server on each shard, and two bots."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox = sandbox
        self.url = url
        self.running: dict[int, asyncio.subprocess.Process] = {}
        self.servers: list[tuple[Guild, Channel]] = [self._server(shard) for shard in range(SHARDS)]

    def _server(self, shard: int) -> tuple[Guild, Channel]:
        world = self.sandbox.world
        while True:
            while (world.snowflake() >> 22) % SHARDS != shard:
                pass
            guild = building.guild(world, f"Network {shard}", self.sandbox.user("ruth"))
            if (guild.id >> 22) % SHARDS == shard:
                channel = building.channel(world, guild, f"branch-{shard}")
                membership.install(world, guild)
                return guild, channel

    async def start(self, half: int) -> None:
        """Start one process, and return when its shards are connected and every server is known."""
        wanted = {2 * half, 2 * half + 1}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
        environment |= {
            "ISO_BOT_DISCORD__TOKEN": self.sandbox.token,
            "ISO_BOT_DISCORD__API_BASE": self.sandbox.api_base,
            "ISO_BOT_DISCORD__BURST": "0",  # a few accounts play a crowd here
            "ISO_BOT_DISCORD__RATE_SHARE": "0.5",
            "ISO_BOT_DATABASE__URL": self.url,
            "ISO_BOT_DELIVERIES__LEASE_SECONDS": str(LEASE),
            "ISO_BOT_LOG__LEVEL": "warning",
        }
        command = ("-m", "bot", "run", "--shard-ids", HALVES[half], "--shard-count", str(SHARDS))
        self.running[half] = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, env=environment
        )
        asked = len(self.sandbox.asked("GET", "/applications/{application_id}/commands"))
        await self.sandbox.until(
            lambda: (
                wanted <= self.connected()
                and len(self.sandbox.asked("GET", "/applications/{application_id}/commands")) > asked
            ),
            timeout=READY,
        )

    def connected(self) -> set[int]:
        return {each.shard[0] for each in self.sandbox.gateway.sessions.values() if each.connected}

    async def stop(self, half: int, how: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Stop one process; returns its exit code and the seconds that it took."""
        process, begun = self.running.pop(half), time.monotonic()
        process.send_signal(how)
        code = await asyncio.wait_for(process.wait(), 20)
        return code, time.monotonic() - begun

    async def greeted(self, shard: int) -> bool:
        """Whether a command in the server on a shard is answered."""
        _, channel = self.servers[shard]
        answer = await self.sandbox.person("ruth").slash(channel, "meeting list")
        return answer.failed is None and answer.text.startswith("## ")

    async def enqueue(self, shards: tuple[int, ...], each: int, prefix: str) -> set[str]:
        """Store reminders that are due now in the servers on these shards; returns their titles."""
        async with open_store(self.url) as store:
            return await store.write(enqueue, [self.servers[shard] for shard in shards], each, prefix)

    def titles(self) -> Counter[str]:
        """Return how often each reminder stands in the channels."""
        return Counter(
            card_text(message).splitlines()[0].rpartition(": ")[2]
            for _, channel in self.servers
            for message in channel.messages
            if card_text(message).startswith("## In ")
        )

    async def arrived(self, wanted: set[str], within: float) -> float:
        """Return the seconds until all of these stand in their channels."""
        begun = time.monotonic()
        await self.sandbox.until(lambda: wanted <= self.titles().keys(), timeout=within)
        return time.monotonic() - begun


def enqueue(session: Session, servers: list[tuple[Guild, Channel]], each: int, prefix: str) -> set[str]:
    now = Clock().now()
    starts_at = now + timedelta(hours=1)
    titles: set[str] = set()
    for server, channel in servers:
        region = session.scalars(select(Region).where(Region.channel_id == channel.id)).one()
        for number in range(each):
            title = f"{prefix}S{server.name[-1]}N{number}"
            meeting = Meeting(
                guild_id=server.id,
                region_id=region.id,
                title=title,
                wall=local_time_of(starts_at, ZoneInfo("Europe/London")),
                zone="Europe/London",
                starts_at=starts_at,
                minutes=60,
                host_id=1,
                created_by=1,
                created_at=now,
                channel_id=channel.id,
            )
            session.add(meeting)
            session.flush()
            new_delivery = NewDelivery(
                key=f"{subject(meeting.id)}:lead:60:channel:{channel.id}",
                kind=meetings.REMIND,
                guild_id=server.id,
                target_id=channel.id,
                private=False,
                subject=subject(meeting.id),
                due_at=now,
                expires_at=starts_at,
                data={"meeting": meeting.id},
            )
            deliveries.enqueue(session, [new_delivery])
            titles.add(title)
    return titles


def senders(session: Session) -> dict[str, set[int]]:
    """Return, by process, the servers that it sends to at this moment: who sent what is over is not kept."""
    query = select(Delivery.worker, Delivery.guild_id).where(
        Delivery.kind == meetings.REMIND, Delivery.worker.is_not(None)
    )
    found: dict[str, set[int]] = {}
    for worker, guild_id in session.execute(query):
        found.setdefault(str(worker), set()).add(guild_id)
    return found


@pytest.fixture
async def machines(postgres_url: str) -> AsyncGenerator[Machines]:
    async with Sandbox(clock=Clock()) as sandbox:
        both = Machines(sandbox, postgres_url)
        try:
            await both.start(0)
            await both.start(1)
            ruth = sandbox.person("ruth")
            for guild, channel in both.servers:
                answer = await ruth.slash(channel, "setup region", name=guild.name, channel=channel)
                assert answer.failed is None
            yield both
        finally:
            for half in tuple(both.running):
                await both.stop(half)


async def test_two_processes_serve_every_server_once_and_stand_in_for_each_other(machines: Machines) -> None:
    sandbox = machines.sandbox

    # Each server is in exactly one connection, and answered once.
    assert machines.connected() == set(range(SHARDS))
    assert [await machines.greeted(shard) for shard in range(SHARDS)] == [True] * SHARDS
    callbacks = [record for record in sandbox.requests if record.path.endswith("/callback")]
    assert [record.status for record in callbacks if record.status not in (200, 204)] == []
    assert len({record.path for record in callbacks}) == len(callbacks)

    # Each process sends to its own servers, at once, and both together keep below Discord's 50 a second.
    wanted = await machines.enqueue((0, 1, 2, 3), 30, "A")
    arrived = asyncio.create_task(machines.arrived(wanted, 40))
    by_process: defaultdict[str, set[int]] = defaultdict(set)
    async with open_store(machines.url) as store:
        while not arrived.done():
            for worker, servers in (await store.read_in_thread(senders)).items():
                by_process[worker] |= servers
            await asyncio.wait({arrived}, timeout=0.02)
    await arrived
    assert set(machines.titles().values()) == {1}
    assert sorted(map(len, by_process.values())) == [2, 2]
    times = [record.monotonic for record in sandbox.requests if not record.path.startswith("/interactions")]
    most = max(sum(1 for other in times if begin <= other < begin + 1.0) for begin in times)
    assert most <= 50 + 2, "two requests may overtake others on their way to us"

    # One is killed while it has something to send: the other sends it within a lease, and goes on serving its own.
    killed = machines.enqueue((0, 1), 10, "B")
    await machines.stop(0, signal.SIGKILL)
    wanted = await killed
    took = await machines.arrived(wanted, 2 * LEASE + 10)
    print(f"the other process sent what was due after {took:.1f} s, with a lease of {LEASE} s")
    assert machines.titles()[next(iter(wanted))] == 1
    assert set(machines.titles().values()) == {1}
    assert await machines.greeted(3)

    # It comes back and serves its servers again.
    await machines.start(0)
    assert await machines.greeted(0)

    # Restarted one after the other: each leaves cleanly, the other serves meanwhile.
    for half, theirs, others in ((0, 1, 2), (1, 3, 0)):
        code, drained = await machines.stop(half)
        gone = time.monotonic()
        assert (code, drained < 10.0) == (0, True)
        assert await machines.greeted(others)
        await machines.start(half)
        print(
            f"shards {HALVES[half]}: drained in {drained:.1f} s, back after {time.monotonic() - gone:.1f} s"
        )
        assert await machines.greeted(theirs)

    async with open_store(machines.url) as store:
        left = await store.read_in_thread(unsettled)
    assert left == 0


def unsettled(session: Session) -> int:
    query = select(func.count()).where(
        Delivery.kind == meetings.REMIND, Delivery.status.in_(("pending", "sending"))
    )
    return session.scalar(query) or 0
