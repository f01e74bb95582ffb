"""Filling a world: accounts, guilds, roles, channels and DMs. Each is published."""

from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.world import permissions
from bot.sandbox.world.channels import CATEGORY, DM, TEXT, Channel, Overwrite
from bot.sandbox.world.events import Payload
from bot.sandbox.world.guilds import Guild, Member, Role
from bot.sandbox.world.users import User
from bot.sandbox.world.world import World


def user(
    world: World, username: str, global_name: str | None = None, *, about: str = "", dms_open: bool = True
) -> User:
    """Make an account."""
    made = User(world.snowflake(), username, global_name, about=about, dms_open=dms_open)
    world.users[made.id] = made
    return made


def guild(world: World, name: str, owner: User, *, everyone: int = permissions.EVERYONE) -> Guild:
    """Make a guild with @everyone and its owner in it. The bot joins by `membership.join`."""
    made = Guild(world.snowflake(), name, owner.id)
    made.roles[made.id] = Role(made.id, "@everyone", everyone, position=0)
    made.members[owner.id] = Member(owner, world.clock.now())
    world.guilds[made.id] = made
    return made


def role(
    world: World,
    guild: Guild,
    name: str,
    allowed: int = 0,
    *,
    color: int = 0,
    hoist: bool = False,
    mentionable: bool = False,
    bot_id: int | None = None,
    position: int | None = None,
) -> Role:
    """Make a role, by default on top of the others, and publish GUILD_ROLE_CREATE."""
    place = max(other.position for other in guild.roles.values()) + 1 if position is None else position
    for other in guild.roles.values():
        if other.position >= place:
            other.position += 1
    managed = bot_id is not None
    made = Role(world.snowflake(), name, allowed, color, place, hoist, mentionable, managed, bot_id)
    guild.roles[made.id] = made
    publish_role(world, guild, made, "GUILD_ROLE_CREATE")
    return made


def publish_role(world: World, guild: Guild, role: Role, event: str) -> None:
    """Publish a new or changed role."""
    world.publish(event, {"guild_id": str(guild.id), "role": role.payload()}, guild_id=guild.id)


def channel(
    world: World,
    guild: Guild,
    name: str,
    kind: int = TEXT,
    *,
    topic: str | None = None,
    parent: Channel | None = None,
    overwrites: Mapping[int, tuple[int, int, int]] | None = None,
    position: int | None = None,
) -> Channel:
    """Make a channel below the others, and publish CHANNEL_CREATE.

    Args:
        world: where.
        guild: whose.
        name: without "#".
        kind: a channel type.
        topic: shown at the top.
        parent: the category, whose overwrites it inherits unless it has its own.
        overwrites: id of a role or member: (type, allow, deny), type 0 for a role and 1 for a member.
        position: among the channels.
    """
    given = overwrites or {}
    own = {target: Overwrite(target, *bits) for target, bits in given.items()}
    if overwrites is None and parent is not None:
        own = {o.id: Overwrite(o.id, o.type, o.allow, o.deny) for o in parent.overwrites.values()}
    same = sum((other.type == CATEGORY) == (kind == CATEGORY) for other in guild.channels.values())
    made = Channel(
        id=world.snowflake(),
        type=kind,
        name=name,
        guild_id=guild.id,
        topic=topic,
        position=same if position is None else position,
        parent_id=parent.id if parent else None,
        overwrites=own,
    )
    guild.channels[made.id] = world.channels[made.id] = made
    publish_channel(world, made, "CHANNEL_CREATE")
    return made


def delete(world: World, channel: Channel) -> None:
    """Delete a channel from its guild, with its threads; a category's channels stay."""
    assert channel.guild_id is not None  # noqa: S101 - a DM is never deleted
    guild = world.guilds[channel.guild_id]
    if channel.is_thread:
        guild.threads.pop(channel.id, None)
        event = "THREAD_DELETE"
    else:
        for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
            delete(world, thread)
        if channel.type == CATEGORY:
            for child in guild.channels.values():
                child.parent_id = None if child.parent_id == channel.id else child.parent_id
        del guild.channels[channel.id]
        event = "CHANNEL_DELETE"
    # While it is still among the channels, so that those who saw it are told.
    publish_channel(world, channel, event)
    world.channels.pop(channel.id, None)


def publish_channel(world: World, channel: Channel, event: str) -> None:
    """Publish a new, changed or deleted channel or thread."""
    world.publish(event, channel.payload(world), guild_id=channel.guild_id, channel_id=channel.id)


def dm(world: World, one: User, other: User) -> Channel:
    """Return the DM of two accounts, creating it if needed."""
    key = frozenset({one.id, other.id})
    if (known := world.dms.get(key)) is not None:
        return known
    made = Channel(world.snowflake(), DM, recipients=(one.id, other.id))
    world.dms[key] = world.channels[made.id] = made
    # The bot is not told (Discord sends no CHANNEL_CREATE for DMs since v8), but the page is.
    data: Payload = {"channel_id": str(made.id), "recipients": [str(one.id), str(other.id)]}
    world.publish("SANDBOX_DM_CREATE", data, channel_id=made.id, users=key)
    return made


def crowd(
    world: World, guild: Guild, count: int, *, roles: tuple[int, ...] = (), at: datetime | None = None
) -> None:
    """Fill a guild with `count` new members at once, without events: for big guilds in tests and benches."""
    joined = at or world.clock.now()
    for _ in range(count):
        user_id = world.snowflake()
        made = User(user_id, f"member{user_id % 10_000_000}")
        world.users[user_id] = made
        guild.members[user_id] = Member(made, joined, roles)
