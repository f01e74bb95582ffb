"""What the tests of the first contact and of the series say often."""

from datetime import timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from cogs.onboarding.cog import Onboarding
from db.onboarding.models import Newcomer, OnboardingProgress
from tests.cogs.ground import Ground, card_text


def cog(ground: Ground) -> Onboarding:
    """Return the cog that welcomes."""
    return cast("Onboarding", ground.running.get_cog("Onboarding"))


async def noticed(ground: Ground) -> None:
    """Return once the bot has dealt with every join and leave so far."""
    # The gateway keeps its order: what came before an answered command has arrived.
    answer = await ground.ruth.slash("#london", "guidance tip")
    assert answer.failed is None
    await ground.running.inbox.drained()
    await cog(ground).calm.wait()
    await ground.running.store.write(_nothing)
    await ground.settled()


def _nothing(session: Session) -> None:
    """Wait until a turn to write would have come."""


async def joined(ground: Ground, name: str, *, dms_open: bool = True) -> Person:
    """Let somebody new join, and the bot notice it."""
    person = ground.sandbox.newcomer(name)
    if not dms_open:
        person.close_dms()
    person.join()
    await noticed(ground)
    return person


async def welcomed(ground: Ground, name: str = "Nadia") -> Person:
    """Let somebody new join, and be greeted."""
    person = await joined(ground, name)
    await ground.later(timedelta(minutes=3))
    assert len(person.dms) == 1
    return person


async def newcomers(ground: Ground) -> dict[str, str]:
    """Return the contact that each newcomer got, by user name."""

    def load(session: Session) -> list[Newcomer]:
        return list(session.scalars(select(Newcomer)))

    users = ground.sandbox.world.users
    return {users[each.user_id].username: each.contact for each in await ground.running.store.read(load)}


async def journey(ground: Ground, person: Person) -> OnboardingProgress | None:
    """Return how far somebody is."""
    guild_id = ground.sandbox.guild().id
    return await ground.running.store.read(
        lambda session: session.get(OnboardingProgress, (guild_id, person.id))
    )


def start_message(ground: Ground) -> Message:
    """Return the one Start message in the welcome channel."""
    found = [
        message
        for message in ground.sandbox.channel("#welcome").messages
        if "Are you new here" in message.text
    ]
    assert len(found) == 1
    return found[0]


def title(message: Message) -> str:
    """Return the first line of a message."""
    return card_text(message).splitlines()[0].lstrip("# ")
