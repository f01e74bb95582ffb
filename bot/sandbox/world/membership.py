"""People and the bot join, change and leave guilds. Each is published."""

from bot.sandbox.world import building, permissions
from bot.sandbox.world.events import Payload
from bot.sandbox.world.guilds import Guild, Member
from bot.sandbox.world.users import User
from bot.sandbox.world.world import World

# The permissions the bot asks for when installed: the least that all of its features need.
BOT_PERMISSIONS = (
    permissions.VIEW_CHANNEL
    | permissions.CREATE_INSTANT_INVITE
    | permissions.SEND_MESSAGES
    | permissions.SEND_MESSAGES_IN_THREADS
    | permissions.EMBED_LINKS
    | permissions.ATTACH_FILES
    | permissions.READ_MESSAGE_HISTORY
    | permissions.CREATE_PUBLIC_THREADS
    | permissions.CREATE_PRIVATE_THREADS
    | permissions.CREATE_EVENTS
    | permissions.MANAGE_EVENTS
    | permissions.MANAGE_ROLES
    | permissions.PIN_MESSAGES
)


def join(
    world: World,
    guild: Guild,
    user: User,
    *,
    roles: tuple[int, ...] = (),
    nick: str | None = None,
    pending: bool = False,
) -> Member:
    """Add somebody to a guild, and publish GUILD_MEMBER_ADD; existing members stay unchanged."""
    if (known := guild.members.get(user.id)) is not None:
        return known
    member = guild.members[user.id] = Member(user, world.clock.now(), roles, nick, pending)
    data: Payload = member.payload() | {"guild_id": str(guild.id)}
    world.publish("GUILD_MEMBER_ADD", data, guild_id=guild.id)
    return member


def install(world: World, guild: Guild, *, allowed: int = BOT_PERMISSIONS) -> Member:
    """Add the bot to a guild with its own role, and publish GUILD_CREATE to it."""
    if (known := guild.members.get(world.bot.id)) is not None:
        return known
    role = building.role(world, guild, world.bot.username, allowed, bot_id=world.bot.id)
    member = join(world, guild, world.bot, roles=(role.id,))
    created = guild.create_payload(world)
    # Only guilds that READY named have `unavailable`; clients recognise a new one by its absence.
    created.pop("unavailable", None)
    world.publish("GUILD_CREATE", created, guild_id=guild.id, users=frozenset({world.bot.id}))
    return member


def leave(world: World, guild: Guild, user_id: int) -> None:
    """Remove somebody from a guild, and publish GUILD_MEMBER_REMOVE, or GUILD_DELETE to the bot itself."""
    member = guild.members.pop(user_id, None)
    if member is None:
        return
    for thread in guild.threads.values():
        thread.thread_members.pop(user_id, None)
    if user_id == world.bot.id:
        own = [role for role in guild.roles.values() if role.bot_id == user_id]
        for role in own:
            del guild.roles[role.id]
        data: Payload = {"id": str(guild.id)}
        world.publish("GUILD_DELETE", data, guild_id=guild.id, users=frozenset({user_id}))
    gone: Payload = {"guild_id": str(guild.id), "user": member.user.payload()}
    world.publish("GUILD_MEMBER_REMOVE", gone, guild_id=guild.id)


def changed(world: World, guild: Guild, member: Member) -> None:
    """Publish GUILD_MEMBER_UPDATE after a change of roles, nickname or screening."""
    data: Payload = member.payload() | {"guild_id": str(guild.id)}
    world.publish("GUILD_MEMBER_UPDATE", data, guild_id=guild.id)


def give(world: World, guild: Guild, member: Member, role_id: int) -> None:
    """Give a role."""
    if role_id not in member.roles:
        member.roles = (*member.roles, role_id)
        changed(world, guild, member)


def take(world: World, guild: Guild, member: Member, role_id: int) -> None:
    """Remove a role."""
    if role_id in member.roles:
        member.roles = tuple(role for role in member.roles if role != role_id)
        changed(world, guild, member)


def top_position(guild: Guild, member: Member) -> int:
    """Return the position of a member's highest role; the owner is above everything."""
    if member.user.id == guild.owner_id:
        return 1 << 30
    return max((guild.roles[role].position for role in member.roles), default=0)
