"""Ids, time, permissions and the bus of the world, by values."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.sandbox import seed
from bot.sandbox.checks.messages import draft
from bot.sandbox.world import Event, Overwrite, World, building, membership, permissions, posting

START = datetime(2026, 3, 28, 18, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(MovableClock(START, frozen=True))


def test_ids_carry_the_clocks_time_and_only_grow(world: World) -> None:
    ids = [world.snowflake() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert world.time_of(ids[0]) == world.time_of(ids[-1]) == START
    clock = world.clock
    assert isinstance(clock, MovableClock)
    clock.move(timedelta(days=7))
    assert world.time_of(world.snowflake()) == START + timedelta(days=7)
    clock.move(timedelta(days=-30))
    assert world.snowflake() > max(ids)


def test_the_same_world_twice_is_the_same() -> None:
    def made() -> list[tuple[int, str]]:
        world = World(MovableClock(START, frozen=True))
        seed.network(world)
        return [(channel.id, channel.name) for channel in world.channels.values()]

    assert made() == made()


def test_listeners_hear_until_they_stop(world: World) -> None:
    heard: list[Event] = []
    stop = world.subscribe(heard.append)
    owner = building.user(world, "ruth")
    guild = building.guild(world, "Network", owner)
    channel = building.channel(world, guild, "london")
    stop()
    building.channel(world, guild, "wales")
    assert [(event.name, event.guild_id, event.channel_id) for event in heard] == [
        ("CHANNEL_CREATE", guild.id, channel.id)
    ]


def test_permissions_follow_roles_and_overwrites(world: World) -> None:
    guild = building.guild(world, "Network", building.user(world, "ruth"), everyone=permissions.EVERYONE)
    anna, ben = building.user(world, "anna"), building.user(world, "ben")
    role = building.role(world, guild, "Organisers", permissions.MANAGE_EVENTS)
    membership.join(world, guild, anna, roles=(role.id,))
    membership.join(world, guild, ben)
    hidden = {guild.id: (0, 0, permissions.VIEW_CHANNEL), role.id: (0, permissions.VIEW_CHANNEL, 0)}
    channel = building.channel(world, guild, "organisers", overwrites=hidden)
    assert world.permissions(channel, anna.id) & permissions.MANAGE_EVENTS
    assert world.can_view(channel, anna.id)
    # Who cannot see a channel can do nothing in it.
    assert world.permissions(channel, ben.id) == 0
    channel.overwrites[ben.id] = Overwrite(
        ben.id, 1, allow=permissions.VIEW_CHANNEL, deny=permissions.SEND_MESSAGES
    )
    assert world.can_view(channel, ben.id)
    assert not world.permissions(channel, ben.id) & permissions.SEND_MESSAGES
    assert world.permissions(channel, guild.owner_id) == permissions.ALL
    assert world.permissions(channel, world.bot.id) == 0


@pytest.mark.parametrize(
    ("content", "allowed", "pings"),
    [
        ("hello <@{anna}>", None, {"anna"}),
        ("hello <@!{anna}> and <@{ben}>", None, {"anna", "ben"}),
        ("hello <@{anna}>", {"parse": []}, set[str]()),
        ("<@{anna}> <@{ben}>", {"parse": [], "users": ["{ben}"]}, {"ben"}),
        ("<@&{open}> <@&{shut}>", {"parse": ["roles"]}, {"open"}),
        ("<@&{open}> @everyone", {"parse": ["users"]}, set[str]()),
        ("@everyone @here", {"parse": ["everyone"]}, set[str]()),
        ("in code: `<@{anna}>` ```\n<@{ben}>```", None, set[str]()),
        ("not here: <@{outside}>", None, set[str]()),
    ],
)
def test_a_message_pings_only_whom_it_may(
    world: World, content: str, allowed: dict[str, list[str]] | None, pings: set[str]
) -> None:
    guild = building.guild(world, "Network", building.user(world, "ruth"))
    users = {name: building.user(world, name) for name in ("anna", "ben", "outside")}
    for name in ("anna", "ben"):
        membership.join(world, guild, users[name])
    ids = {name: user.id for name, user in users.items()}
    ids["open"] = building.role(world, guild, "Open", mentionable=True).id
    ids["shut"] = building.role(world, guild, "Shut").id
    membership.install(world, guild)
    channel = building.channel(world, guild, "london")
    filled = {key: [value.format(**ids) for value in values] for key, values in (allowed or {}).items()}
    body = {"content": content.format(**ids), "allowed_mentions": filled if allowed is not None else None}
    message = posting.post(world, channel, world.bot, draft(body))
    pinged = message.pinged
    names = {name for name, each in ids.items() if each in pinged.users | pinged.roles}
    assert names == pings
    assert not pinged.everyone
    assert bool(pinged) == bool(pings)


def test_everyone_is_pinged_by_those_who_may(world: World) -> None:
    owner = building.user(world, "ruth")
    guild = building.guild(world, "Network", owner)
    channel = building.channel(world, guild, "london")
    assert posting.post(world, channel, owner, draft({"content": "@here"})).pinged.everyone


def test_big_guilds_are_cheap(world: World) -> None:
    guild = building.guild(world, "Network", building.user(world, "ruth"))
    building.crowd(world, guild, 50_000)
    membership.install(world, guild)
    assert guild.create_payload(world)["member_count"] == 50_002
    assert len(guild.create_payload(world)["members"]) == 1
