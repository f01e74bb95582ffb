"""What the real bot is asked in the benches: its server set up, a meeting, and the acts to be repeated."""

from sqlalchemy.orm import Session

from bot.sandbox.world import Message, building
from db import people
from db.engine import open_store
from tests.bench.harness import Bench

OURS = ("bot", "run")
BARE = ("tests.bench.bare_bot",)
USUAL = ("tests.bench.usual_bot",)
RESILIENT = ("tests.bench.resilient_bot",)
PEOPLE = ("amina", "gareth", "tomasz", "grace", "siobhan", "imran", "cerys", "mei")
ANSWERS = ("Going", "Maybe", "Can't come")


async def hello(bench: Bench) -> list[bytes]:
    """Return the constant answer of the bare bot, from several people."""
    return [await bench.template(bench.sandbox.person(name).start("#london", "hello")) for name in PEOPLE]


async def set_up(bench: Bench) -> Message:
    """Make #london a region and schedule a meeting there; returns its card."""
    sandbox = bench.sandbox
    ruth = sandbox.person("ruth")
    for command, values in (
        ("setup region", {"name": "London", "channel": "#london"}),
        ("setup organisers", {"role": "Organisers"}),
        ("meeting schedule", {"title": "Spring meeting", "when": "in 3 weeks at 6pm"}),
    ):
        answer = await ruth.slash("#london", command, **values)
        if answer.failed:
            raise RuntimeError(f"/{command}: {answer.failed}")
    await sandbox.until(lambda: sandbox.channel("#london").messages, timeout=20)
    # Everybody was written to before: receipts come once in a person's life, and a few accounts play a crowd here.
    world = sandbox.world
    opened = {(user := sandbox.user(name)).id: building.dm(world, world.bot, user).id for name in PEOPLE}

    def store(session: Session) -> None:
        for user_id, channel_id in opened.items():
            people.remember_dm_channel(session, user_id, channel_id)

    async with open_store(bench.database_url) as opened_store:
        await opened_store.write(store)
    return sandbox.channel("#london").messages[-1]


async def lists(bench: Bench) -> list[bytes]:
    """Return `/meeting list` from several people: a read."""
    return [
        await bench.template(bench.sandbox.person(name).start("#london", "meeting list")) for name in PEOPLE
    ]


async def rsvps(bench: Bench, card: Message) -> list[bytes]:
    """Return presses of all three buttons by all people, in an order in which each press changes something: a write."""
    return [
        await bench.template(bench.sandbox.person(name).press(card, label))
        for label in ANSWERS
        for name in PEOPLE
    ]
