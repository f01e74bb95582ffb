"""How late reminders are, and how near to Discord's limit many that are due at once leave."""

import asyncio
import functools
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.sandbox.limits import Limits
from bot.sandbox.requests import Recorded
from bot.sandbox.world import Guild as World
from bot.sandbox.world import building
from db import guilds, meetings
from db.engine import open_store
from db.meetings.details import MeetingDetails
from db.models import Delivery
from db.setup import mentions
from tests.bench import acts
from tests.bench.calm import TRIES, calmest
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.report import Check, Profile, Report, run

BEFORE = timedelta(hours=1)
"""The lead of the reminders that are measured."""
LIMIT = 50
MESSAGES = "/channels/{channel_id}/messages"
OPEN = "/users/@me/channels"


def waking_zone(now: datetime) -> ZoneInfo:
    """Return a zone where it is about noon: nobody's quiet hours hold the reminders back."""
    return ZoneInfo(f"Etc/GMT{(now.hour - 12):+d}")


class Prepared:
    """A database with meetings whose reminders fall due while the bench looks."""

    def __init__(self, *, people: int, meetings: int, apart: float, begin: float) -> None:
        self.people = people
        self.meetings = meetings
        self.apart = timedelta(seconds=apart)
        self.begin = timedelta(seconds=begin)
        self.due: list[datetime] = []
        self.epoch = 0.0

    async def __call__(self, bench: Bench) -> None:
        """Fill the bot's database, and the sandbox with as many people."""
        world, guild = bench.sandbox.world, bench.sandbox.guild()
        known = set(guild.members)
        building.crowd(world, guild, self.people)
        crowd = [user_id for user_id in guild.members if user_id not in known]
        now = datetime.now(UTC)
        self.epoch = time.monotonic() - now.timestamp()
        async with open_store(bench.database_url) as store:
            await store.write(
                lambda session: self._fill(session, guild, bench.sandbox.channel("#london").id, crowd, now)
            )

    def _fill(self, session: Session, world: World, channel_id: int, crowd: list[int], now: datetime) -> None:
        zone, actor_id = waking_zone(now), world.owner_id
        guild = guilds.ensure(session, world.id, zone=zone.key, now=now, admin_id=actor_id)
        guilds.change(
            session, guild.id, actor_id=actor_id, now=now, leads=[int(BEFORE.total_seconds() // 60)]
        )
        region = mentions.set_region(
            session, guild.id, name="London", channel_id=channel_id, actor_id=actor_id, now=now
        )
        session.flush()
        for number in range(self.meetings):
            due = now + self.begin + number * self.apart
            meeting = meetings.schedule(
                session,
                MeetingDetails(title=f"Meeting {number}", minutes=60, host_id=actor_id),
                guild=guild,
                region=region,
                starts_at=due + BEFORE,
                zone=zone,
                actor_id=actor_id,
                now=now,
            )
            for user_id in crowd[number :: self.meetings]:
                meetings.answer(
                    session,
                    meeting.id,
                    guild_id=guild.id,
                    user_id=user_id,
                    choice="going",
                    guild=guild,
                    now=now,
                )
            self.due.append(due)
        # As if they had answered before there were receipts: the reminder opens their channel, the dearest case.
        session.execute(delete(Delivery).where(Delivery.key.startswith("receipt:")))


async def lateness(chosen: Profile) -> Report:
    """Measure an idle bot: one person's reminder falls due every half second."""
    number = {"smoke": 10, "short": 20, "full": 200}[chosen]
    prepared = Prepared(people=number, meetings=number, apart=0.5, begin=8.0)
    async with Bench(acts.OURS, front=False, prepare=prepared) as bench:
        private = await messages(bench, number, within=8.0 + number * 0.5 + 10)
    # The person's channel is opened first: that request is when the bot began to act.
    late = sorted(
        (at.monotonic - prepared.epoch - due.timestamp()) * 1000
        for at, due in zip(sorted(private, key=lambda record: record.monotonic), prepared.due, strict=True)
    )
    report = Report(
        "Lateness of a reminder on an idle bot, at the wire", ("reminders", "p50 ms", "p99 ms", "worst ms")
    )
    p99 = statistics.quantiles(late, n=100, method="inclusive")[98]
    report.row(str(number), statistics.median(late), p99, late[-1])
    report.checks = [Check("p99 lateness", p99, 50.0, " ms")]
    return report


async def throughput(chosen: Profile) -> Report:
    """Measure many reminders that fall due at once, under limits like Discord's."""
    number = {"smoke": 120, "short": 300, "full": 2_000}[chosen]
    limits = Limits.discord()
    prepared = Prepared(people=number, meetings=1, apart=0.0, begin=6.0 + number / 250)
    async with Bench(acts.OURS, front=False, prepare=prepared, limits=limits) as bench:
        private = await messages(bench, number, within=30 + number / 250 + number / 20)
        requests = [
            record
            for record in bench.sandbox.requests
            if record.route in {MESSAGES, OPEN} and record.method == "POST"
        ]
    begun = prepared.due[0].timestamp() + prepared.epoch
    counted = sorted(record.monotonic for record in requests if record.monotonic >= begun)
    refused = sum(record.status == 429 for record in requests)
    # Without the first second's burst, which no limit holds back, and without the last one.
    inside = [at for at in counted if counted[0] + 1 <= at <= counted[-1] - 1]
    rate = (len(inside) - 1) / (inside[-1] - inside[0])
    report = Report(
        f"{number} private reminders due at once (each opens a DM and sends: two requests)",
        ("requests a second", "429s", "deliveries a second", "last after s", "sent twice"),
    )
    twice = len(private) - len({record.path for record in private})
    last = counted[-1] - begun
    report.row(rate, str(refused), number / last, last, str(twice))
    report.checks = [
        Check("part of Discord's limit", rate / LIMIT, 0.98, most=False),
        Check("answers that were 429, %", refused / len(requests) * 100, 1.0, " %"),
        Check("sent twice", twice, 0, steady=True),
    ]
    return report


async def messages(bench: Bench, number: int, *, within: float) -> list[Recorded]:
    """Wait until this many messages have arrived in private channels; return their requests."""
    public = {str(channel) for channel in bench.sandbox.guild().channels}

    def private() -> list[Recorded]:
        return [
            record
            for record in bench.sandbox.requests
            if record.route == MESSAGES and record.status == 200 and record.path.split("/")[2] not in public
        ]

    async with asyncio.timeout(within):
        while len(found := private()) < number:  # noqa: ASYNC110 - asking at every request would cost the other side
            await asyncio.sleep(0.2)
    return found


async def measure(chosen: Profile) -> list[Report]:
    """Run both, and again where the machine was not calm."""
    reports: list[Report] = []
    for kind in (lateness, throughput):
        found, taken = await calmest(1, functools.partial(kind, chosen), tries=TRIES[chosen])
        found[0].taken = taken
        reports += found
    return reports


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
