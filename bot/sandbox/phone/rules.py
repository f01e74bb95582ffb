"""Whether a message makes somebody's phone ring, and whether it counts on the red badge.

Sources: Discord's documentation (https://docs.discord.com/developers): allowed mentions and SUPPRESS_NOTIFICATIONS in
resources/message, the default level in resources/guild, @here for those online in topics/permissions, personal
thread settings in topics/threads. The unofficial documentation (https://docs.discord.food): levels, the limit of
2,500 members and `mobile_push` in resources/guild and user-settings, the red badge in topics/read-state. How level,
mute and suppression combine follows Discord's own client. Where these leave something open, the phone
stays silent, so that it never rings more than a real one. docs/two-phones.md lists what is open.
"""

from collections.abc import Iterable

from bot.sandbox.world import Channel, Guild, Message, World
from bot.sandbox.world.messages import SUPPRESS_NOTIFICATIONS
from bot.sandbox.world.notifications import Level, PhoneState

PUSHES_ALL = 2_500
"""In a server with more members, 'all messages' reaches no phone."""


def level(guild: Guild, channel: Channel, phone: PhoneState) -> Level:
    """Return somebody's notification level for a channel: by channel, category, server, or default."""
    for place in (channel.id, *above(guild, channel)):
        if (own := phone.channel(place).level) is not Level.INHERIT:
            return own
    own = phone.server(guild.id).level
    return guild.default_notifications if own is Level.INHERIT else own


def is_muted(guild: Guild, channel: Channel, phone: PhoneState) -> bool:
    """Whether the server, the category, the channel or the thread is muted."""
    places = (channel.id, *above(guild, channel))
    return phone.server(guild.id).muted or any(phone.channel(place).muted for place in places)


def above(guild: Guild, channel: Channel) -> list[int]:
    """Return the channel above a thread and the category above a channel, nearest first."""
    found: list[int] = []
    while channel.parent_id is not None:
        found.append(channel.parent_id)
        if (parent := guild.channels.get(channel.parent_id)) is None:
            break
        channel = parent
    return found


def is_mentioned(
    world: World, channel: Channel, message: Message, phone: PhoneState, *, online: bool = True
) -> bool:
    """Whether a message mentions somebody by name, role, @everyone or @here, unless they suppressed that.

    Args:
        world: where.
        channel: the message's.
        message: including whom it really notified.
        phone: whose.
        online: whether @here includes them.
    """
    pinged = message.pinged
    if phone.user_id in pinged.users:
        return True
    member = world.member(channel.guild_id or 0, phone.user_id)
    if member is None:
        return False
    settings = phone.server(channel.guild_id or 0)
    # In a thread neither kind is suppressed.
    everyone = pinged.everyone and (online or not pinged.only_online)
    if everyone and (channel.is_thread or not settings.suppress_everyone):
        return True
    by_role = not pinged.roles.isdisjoint(member.roles)
    return by_role and (channel.is_thread or not settings.suppress_roles)


def in_reach(world: World, channel: Channel, message: Message, user_id: int) -> bool:
    """Whether somebody can be notified of a message at all: they see it and are not its author."""
    return user_id != message.author_id and world.can_view(channel, user_id)


def rings(world: World, channel: Channel, message: Message, phone: PhoneState) -> bool:
    """Whether a new message is pushed to somebody's locked phone."""
    if message.flags & SUPPRESS_NOTIFICATIONS or not in_reach(world, channel, message, phone.user_id):
        return False
    if channel.guild_id is None:
        return not phone.channel(channel.id).muted
    guild = world.guilds[channel.guild_id]
    if not phone.server(guild.id).mobile_push or is_muted(guild, channel, phone):
        return False
    wanted = level(guild, channel, phone)
    if wanted is Level.NOTHING:
        return False
    if wanted is Level.ALL_MESSAGES and len(guild.members) <= PUSHES_ALL:
        return True
    # People with a locked phone are not online, so @here does not include them.
    return is_mentioned(world, channel, message, phone, online=False)


def counts(world: World, channel: Channel, message: Message, phone: PhoneState) -> bool:
    """Whether a new message counts on the red badge: mentions, even silent and muted ones, and direct messages."""
    if not in_reach(world, channel, message, phone.user_id):
        return False
    if channel.guild_id is None:
        return not phone.channel(channel.id).muted or phone.user_id in message.pinged.users
    return is_mentioned(world, channel, message, phone)


def concerned(world: World, channel: Channel, message: Message) -> Iterable[int]:
    """Return whom a message may notify: as few as possible, since a server may have thousands of members.

    In a thread that is only its members, and those mentioned by name, since they are added to it.
    """
    if channel.guild_id is None:
        return channel.recipients
    guild, pinged = world.guilds[channel.guild_id], message.pinged
    if channel.is_thread:
        return {*channel.thread_members, *pinged.users}
    if pinged.everyone or guild.default_notifications is Level.ALL_MESSAGES:
        return guild.members
    found = {user_id for user_id, phone in world.phones.items() if phone.servers or phone.channels}
    found &= guild.members.keys()
    if pinged.roles:
        found |= {user for user, member in guild.members.items() if not pinged.roles.isdisjoint(member.roles)}
    return found | pinged.users
