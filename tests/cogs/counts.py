"""Crowds of members, and the snapshots from which numbers of them are published."""

from datetime import timedelta

from bot.sandbox.people import Person
from bot.sandbox.world import building, membership
from cogs.admin.counting import next_snapshot
from tests.cogs.ground import Ground


def crowd(ground: Ground, number: int, name: str = "member") -> list[Person]:
    """Have so many more people join."""
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    names = [f"{name}{each}" for each in range(number)]
    for each in names:
        membership.join(world, guild, building.user(world, each, each.capitalize()))
    return [ground.sandbox.person(each) for each in names]


async def counted(ground: Ground) -> None:
    """Go to the next night, in which a snapshot is taken."""
    await ground.jump_to(next_snapshot(ground.clock.now()) + timedelta(minutes=1))
    await ground.running.maintenance.idle()
