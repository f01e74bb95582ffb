"""What somebody leaves with the bot, in tests, and what becomes of it."""

from datetime import timedelta

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.membership.models import Departure
from tests.cogs.ground import Ground
from tests.cogs.panels import settings
from tests.db.members import everything

IN_TEN_DAYS = "12/03/2026 18:00"


async def left_something(ground: Ground, person: Person) -> None:
    """Have somebody answer a meeting and change a setting, so that there is something of them."""
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await person.press(card, "Going")
    await settings(person, "#london", quiet="22:00-07:00")
    await ground.settled()


def attached(ground: Ground, answer: Answer) -> dict[str, bytes]:
    """Return the files of an answer, by name."""
    world = ground.sandbox.world
    return {
        file["filename"]: world.files[file["url"].removeprefix(world.base_url)][1]
        for file in answer.message.attachments
    }


async def done(person: Person, asked: Answer, name: str) -> Answer:
    """Press a button whose work may take longer than Discord waits, and return what it ends in."""
    return await (await person.press(asked, name)).final()


async def upkept(ground: Ground) -> None:
    """Return when no maintenance is due."""
    await ground.running.maintenance.idle()


async def days_later(ground: Ground, days: float) -> None:
    await ground.jump_to(ground.clock.now() + timedelta(days=days))
    await upkept(ground)


async def stored(ground: Ground) -> str:
    return await ground.running.store.read_in_thread(everything)


async def departure(ground: Ground, number: int = 1) -> None:
    """Wait until the bot has noted so many departures."""
    for _ in range(200):
        if await ground.count(Departure) == number:
            return
        await ground.cerys.autocomplete("#wales", "help", focus="topic", topic="x")
    raise AssertionError("the departure was not noted")
