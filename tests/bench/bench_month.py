"""A month of a union on one core: its branches meet every week, members answer, everybody who comes is reminded."""

import asyncio
import functools
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.domain.deliveries import Outcome
from bot.sandbox import seed
from bot.sandbox.people import Person
from bot.sandbox.world import Guild, Message
from db import guilds, meetings
from db.engine import open_store
from db.meetings.details import MeetingDetails
from db.meetings.models import Answer
from db.models import Delivery
from db.setup import mentions
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.report import Check, Profile, Report, run

BRANCHES: dict[Profile, int] = {"smoke": 3, "short": 20, "full": 200}
WEEKS: dict[Profile, int] = {"smoke": 1, "short": 4, "full": 4}
"""How many there are, each with a meeting of every branch; before the first the reminders of a week ahead are due."""
MEMBERS, COMING = 100, 18
"""Members of a branch, and how many come to each of its meetings: other people each time."""
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONE, LEADS = ZoneInfo("Europe/London"), (7 * 24 * 60, 24 * 60, 60)
MINUTES, MOST_MIB = 10.0, 150.0
"""Of processor time for a union, and of memory at the most."""
AT_ONCE = 8
MIB = 1024 * 1024


def plan(session: Session, branches: list[Guild], weeks: int) -> None:
    """Set every branch up, and schedule its meetings: a week apart, not all at the same hour."""
    for number, branch in enumerate(branches):
        host, channel = next(iter(branch.members)), next(iter(branch.channels))
        guild = guilds.ensure(session, branch.id, zone=ZONE.key, now=START, admin_id=branch.owner_id)
        guilds.change(session, guild.id, actor_id=host, now=START, leads=list(LEADS))
        region = mentions.set_region(
            session, guild.id, name=f"Branch {number}", channel_id=channel, actor_id=host, now=START
        )
        session.flush()
        for week in range(weeks):
            day = START + timedelta(days=8 + 7 * week + number % 5)
            meetings.schedule(
                session,
                MeetingDetails(title=f"Branch meeting {week + 1}", minutes=90, host_id=host),
                guild=guild,
                region=region,
                starts_at=day.replace(hour=17 + number // 5 % 4),
                zone=ZONE,
                actor_id=host,
                now=START,
            )


async def answered(bench: Bench, branches: list[Guild]) -> int:
    """Have members press 'Going' on the cards of their branch; returns how many did."""
    presses: list[tuple[Person, Message]] = []
    for branch in branches:
        people = [member.user for member in branch.members.values() if not member.user.bot]
        cards = next(iter(branch.channels.values())).messages
        for number, card in enumerate(cards):
            presses += [
                (Person(bench.sandbox, one), card)
                for one in people[1 + number * COMING : 1 + (number + 1) * COMING]
            ]
    rest = iter(presses)

    async def press() -> None:
        for person, card in rest:
            if (answer := await person.press(card, "Going")).failed:
                raise RuntimeError(f"no answer: {answer.failed}")
            await answer.until_followups(1)

    await asyncio.gather(*[press() for _ in range(AT_ONCE)])
    return len(presses)


async def measure(chosen: Profile) -> list[Report]:
    """Live through the month."""
    number, weeks = BRANCHES[chosen], WEEKS[chosen]
    clock = MovableClock(START)
    seeded = functools.partial(seed.many, guilds=number, members=MEMBERS)

    async def prepare(bench: Bench) -> None:
        bench.sandbox.gateway.sends = (1_000_000, 60.0)  # a month of checks on members passes in minutes
        async with open_store(bench.database_url) as store:
            branches = list(bench.sandbox.world.guilds.values())
            for at in range(0, number, 10):
                await store.write(plan, branches[at : at + 10], weeks)

    module = ("tests.bench.month_bot", START.isoformat())
    async with Bench(module, front=False, prepare=prepare, talks=True, clock=clock, seed=seeded) as bench:
        await bench.tell(START.isoformat())
        answers = await answered(bench, list(bench.sandbox.world.guilds.values()))
        for day in range(1, 8 + 7 * weeks + 5):
            clock.move_to(START + timedelta(days=day))
            await bench.tell((START + timedelta(days=day)).isoformat())
        spent, most = bench.cpu_seconds(), _peak(bench)
        async with open_store(bench.database_url) as store:
            ended = await store.read(_endings)
            stored = await store.read(
                lambda session: session.scalar(select(func.count()).select_from(Answer))
            )
    if stored != answers:
        raise RuntimeError(f"{answers} answered, and {stored} answers are stored")
    sent = ended[Outcome.SENT]
    report = Report(
        f"{weeks} weeks of {number} branches, each of {MEMBERS} members with a meeting a week",
        ("answers", "notices sent", "other endings", "processor time, s", "ms each", "most memory, MiB"),
    )
    others = ", ".join(f"{count} {ending}" for ending, count in ended.items() if ending != Outcome.SENT)
    report.row(str(answers), str(sent), others or "none", spent, spent / (sent + answers) * 1000, most)
    bound = MINUTES * 60 * number / BRANCHES["full"] + 5  # a start takes as long for few as for many
    report.checks = [
        Check("processor time", spent, bound, " s", steady=True),
        Check("most memory", most, MOST_MIB, " MiB", steady=True),
        Check(
            "notices that failed or came late", ended[Outcome.FAILED] + ended[Outcome.LATE], 0, steady=True
        ),
    ]
    return [report]


def _endings(session: Session) -> Counter[str]:
    query = select(Delivery.status, func.count()).where(Delivery.job.is_(False)).group_by(Delivery.status)
    return Counter({row[0]: row[1] for row in session.execute(query)})


def _peak(bench: Bench) -> float:
    """Return the most memory that the bot ever held, in MiB; where the system does not say, what it holds now."""
    status = Path(f"/proc/{bench.process.pid}/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return bench.process.memory_info().rss / MIB


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
