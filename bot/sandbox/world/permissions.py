"""Discord's permission bits, and how roles and overwrites determine a member's permissions in a channel."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.world.channels import Channel
    from bot.sandbox.world.guilds import Guild

KICK_MEMBERS = 1 << 1
BAN_MEMBERS = 1 << 2
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
CONNECT = 1 << 20
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
CREATE_INSTANT_INVITE = 1 << 0
MANAGE_ROLES = 1 << 28
MANAGE_WEBHOOKS = 1 << 29
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_EVENTS = 1 << 33
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
CREATE_EVENTS = 1 << 44
SEND_POLLS = 1 << 49
PIN_MESSAGES = 1 << 51

ALL = (1 << 53) - 1

# What @everyone gets in a new guild.
EVERYONE = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | CONNECT
    | CHANGE_NICKNAME
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
    | SEND_POLLS
)

# In a conversation of two: https://docs.discord.com/developers/topics/permissions (DMs have no roles).
IN_A_DM = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | SEND_POLLS
)


def in_guild(guild: "Guild", user_id: int) -> int:
    """Return the bits a member has in the whole guild; 0 for somebody who is not in it."""
    if user_id == guild.owner_id:
        return ALL
    member = guild.members.get(user_id)
    if member is None:
        return 0
    roles = guild.roles
    bits = roles[guild.id].permissions
    for role_id in member.roles:
        bits |= roles[role_id].permissions
    return ALL if bits & ADMINISTRATOR else bits


def in_channel(guild: "Guild", channel: "Channel", user_id: int) -> int:
    """Return the bits a member has in a channel: @everyone's overwrite, then the roles', then the member's own."""
    bits = in_guild(guild, user_id)
    if bits == ALL or bits == 0:
        return bits
    if channel.is_thread and channel.parent_id is not None:
        channel = guild.channels[channel.parent_id]
    overwrites = channel.overwrites
    if overwrites:
        if everyone := overwrites.get(guild.id):
            bits = bits & ~everyone.deny | everyone.allow
        allow = deny = 0
        for role_id in guild.members[user_id].roles:
            if role := overwrites.get(role_id):
                allow |= role.allow
                deny |= role.deny
        bits = bits & ~deny | allow
        if own := overwrites.get(user_id):
            bits = bits & ~own.deny | own.allow
    # Anybody who cannot see a channel can do nothing in it.
    return bits if bits & VIEW_CHANNEL else 0
