"""What the real bot is asked in the benches: its server set up, a meeting, and the acts to be repeated."""

from collections.abc import Iterator
from itertools import count, cycle

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.sandbox.world import Message
from cogs.meetings.own_answers import CATCH_UP
from db.engine import open_store
from db.models import Person
from tests.bench.harness import Bench

OURS = ("bot", "run")
BARE = ("tests.bench.bare_bot",)
USUAL = ("tests.bench.usual_bot",)
RESILIENT = ("tests.bench.resilient_bot",)
PEOPLE = ("amina", "gareth", "tomasz", "grace", "siobhan", "imran", "cerys", "mei")
ANSWERS = ("Going", "Maybe", "Can't come")
FIRST, CROWD = 800_000_000_000_000_000, 5_000
"""How many people press, numbered from the first: in a crowd each member presses for themselves."""
EACH_FIFTH, LATER = 5, 40
"""One press in this many is a change of mind, by whoever answered this many people before."""


FOLLOWS = {"ours, write": CATCH_UP + 0.3}
"""Seconds of further work after the answers of a kind: the bot follows up what it answered."""


async def hello(bench: Bench) -> Iterator[bytes]:
    """Return the constant answer of the bare bot, from several people, again and again."""
    return cycle(
        [await bench.template(bench.sandbox.person(name).start("#london", "hello")) for name in PEOPLE]
    )


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

    # Everybody was written to before: a receipt comes once in a person's life.
    def store(session: Session) -> None:
        known = [{"id": FIRST + at, "dm_channel_id": FIRST + CROWD + at, "dms": True} for at in range(CROWD)]
        session.execute(insert(Person), known)

    async with open_store(bench.database_url) as opened_store:
        await opened_store.write(store)
    return sandbox.channel("#london").messages[-1]


async def lists(bench: Bench) -> Iterator[bytes]:
    """Return `/meeting list` from several people, again and again: a read."""
    return cycle(
        [await bench.template(bench.sandbox.person(name).start("#london", "meeting list")) for name in PEOPLE]
    )


async def rsvps(bench: Bench, card: Message) -> Iterator[bytes]:
    """Return presses of a crowd, each of which changes something: a write.

    Everybody answers, one in five presses is a change of mind, and once all have answered they answer anew.
    """
    amina = bench.sandbox.person(PEOPLE[0])
    pressed = [await bench.template(amina.press(card, label)) for label in ANSWERS]
    return _crowd(pressed, str(amina.id).encode())


def _crowd(pressed: list[bytes], player: bytes) -> Iterator[bytes]:
    said = dict[int, int]()
    for number in count():
        turn, place = divmod(number, EACH_FIFTH)
        who = turn * (EACH_FIFTH - 1)
        who = (who + place if place < EACH_FIFTH - 1 or who < LATER else who - LATER) % CROWD
        said[who] = choice = (said.get(who, who) + 1) % len(ANSWERS)
        yield pressed[choice].replace(player, str(FIRST + who).encode())
