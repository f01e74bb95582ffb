"""The contents of a new sandbox: a small network of people and channels, or nothing."""

from dataclasses import dataclass

from bot.sandbox.world import Guild, World, building, membership, permissions
from bot.sandbox.world.notifications import Level

GUILD = "ISO Network (demo)"
REGIONS = ("London", "North West", "Yorkshire", "Wales")


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person. `roles` are names of roles; without `member` they have not joined yet."""

    username: str
    name: str
    about: str
    roles: tuple[str, ...] = ()
    member: bool = True
    dms_open: bool = True


PEOPLE = (
    Person("ruth", "Ruth Abiola", "admin, set up this server", ("Organisers",)),
    Person("amina", "Amina Begum", "organiser of London", ("Organisers", "London")),
    Person("gareth", "Gareth Pritchard", "organiser of the North West", ("Organisers", "North West")),
    Person("tomasz", "Tomasz Zieliński", "member in London", ("London",)),
    Person("grace", "Grace Owusu", "member in London", ("London",)),
    Person("siobhan", "Siobhan Kelly", "member in the North West", ("North West",)),
    Person("imran", "Imran Hussain", "member in Yorkshire", ("Yorkshire",)),
    Person("cerys", "Cerys Morgan", "member in Wales", ("Wales",)),
    Person("mei", "Mei Chen", "member in London, direct messages closed", ("London",), dms_open=False),
    Person("leila", "Leila Haddad", "about to join", member=False),
)


def nothing(world: World) -> None:
    """Leave the world empty except for the bot."""


def network(world: World) -> None:
    """Make the demo's network: regional channels, organisers, members, the bot, and somebody about to join."""
    users = {
        person.username: building.user(
            world, person.username, person.name, about=person.about, dms_open=person.dms_open
        )
        for person in PEOPLE
    }
    guild = building.guild(world, GUILD, users["ruth"])
    # Discord's default is 'all messages'; admins of busy servers choose this, and it is the harder case.
    guild.default_notifications = Level.ONLY_MENTIONS
    # As admins are advised: members can't notify a whole region, and the bot may only by its overwrite.
    roles = {name: building.role(world, guild, name) for name in reversed(REGIONS)}
    roles["Organisers"] = building.role(world, guild, "Organisers", color=0x1F8B4C, hoist=True)
    for person in PEOPLE:
        if person.member:
            held = tuple(roles[name].id for name in person.roles)
            membership.join(world, guild, users[person.username], roles=held)
            guild.members[users[person.username].id].roles = held
    bot = membership.install(world, guild)
    welcome = building.channel(world, guild, "welcome", topic="Say hello and find your way around")
    guild.system_channel_id = welcome.id
    see = permissions.VIEW_CHANNEL
    private = {
        guild.id: (0, 0, see),
        roles["Organisers"].id: (0, see, 0),
        bot.roles[0]: (0, see | permissions.SEND_MESSAGES | permissions.MENTION_EVERYONE, 0),
    }
    building.channel(world, guild, "organisers", topic="For those who organise a region", overwrites=private)
    for region in REGIONS:
        name = region.lower().replace(" ", "-")
        building.channel(
            world,
            guild,
            name,
            topic=f"International solidarity officers in {region}",
            overwrites={bot.roles[0]: (0, permissions.MENTION_EVERYONE, 0)},
        )


def many(world: World, guilds: int, members: int = 0) -> list[Guild]:
    """Make guilds for the bench, each with one channel #general, the bot and `members` others."""
    owner = building.user(world, "owner", "Owner")
    made: list[Guild] = []
    for index in range(guilds):
        guild = building.guild(world, f"Guild {index}", owner)
        guild.default_notifications = Level.ONLY_MENTIONS
        building.channel(world, guild, "general")
        building.crowd(world, guild, members)
        membership.install(world, guild)
        made.append(guild)
    return made
