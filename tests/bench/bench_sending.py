"""How fast deliveries leave when nothing holds them back: ours beside a loop that sends one after the other."""

import sys
from collections.abc import Sequence

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.sandbox.world import building
from tests.bench.bench_delivery import LIMIT, Prepared, messages
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.loop_bot import Base, Reminder
from tests.bench.report import Check, Profile, Report, run

OURS = ("tests.bench.unpaced_bot",)
LOOP = ("tests.bench.loop_bot",)


async def fill(bench: Bench, number: int) -> None:
    """Give the loop the same number of people to write to."""
    guild = bench.sandbox.guild()
    known = set(guild.members)
    building.crowd(bench.sandbox.world, guild, number)
    engine = create_engine(f"sqlite:///{bench.database}")
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    with Session(engine) as session:
        words = "In an hour: your meeting. " * 8
        people = [user_id for user_id in guild.members if user_id not in known]
        session.add_all(Reminder(user_id=user_id, words=words, sent=False) for user_id in people)
        session.commit()
    engine.dispose()


async def sent(module: Sequence[str], number: int, prepared: Prepared | None) -> float:
    """Return how many deliveries a second arrived."""

    async def prepare(bench: Bench) -> None:
        await (prepared(bench) if prepared is not None else fill(bench, number))

    async with Bench(module, front=False, prepare=prepare) as bench:
        arrived = sorted(each.monotonic for each in await messages(bench, number, within=60 + number / 10))
    # Without the first and last tenth: there the bot still starts, or has little left to do side by side.
    tenth = number // 10
    return (number - 2 * tenth) / (arrived[-tenth] - arrived[tenth])


async def measure(chosen: Profile) -> list[Report]:
    """Run both, one after the other."""
    # Fewer than these leave in a third of a second, in which whatever a start still does counts for a third.
    number = {"smoke": 800, "short": 800, "full": 2_000}[chosen]
    prepared = Prepared(people=number, meetings=1, apart=0.0, begin=6.0 + number / 250)
    ours, loop = await sent(OURS, number, prepared), await sent(LOOP, number, None)
    report = Report(
        f"{number} private reminders due at once, nothing limited (each opens a DM and sends)",
        ("bot", "deliveries a second"),
    )
    report.row("ours, without its pace", ours)
    report.row("a loop, one after the other", loop)
    # What counts is that it is well above what Discord lets through, which is half its requests: each takes two.
    report.checks = [
        Check("to what Discord lets through", ours / (LIMIT / 2), 2.0, most=False),
        Check("to the loop's", ours / loop, 0.8, most=False),
    ]
    return [report]


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
