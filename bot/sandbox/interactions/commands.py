"""Which application commands a person finds in a channel.

Source: https://discord.com/developers/docs/interactions/application-commands#permissions
"""

from bot.sandbox.interactions.record import Refused
from bot.sandbox.world import Channel, Command, World, permissions

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
IN_GUILD, IN_BOT_DM = 0, 1


def visible(world: World, user_id: int, channel: Channel) -> list[Command]:
    """Return the commands that the client lists for this person in this channel."""
    return [
        command for command in world.commands.values() if why_hidden(world, command, user_id, channel) is None
    ]


def find(world: World, user_id: int, channel: Channel, name: str, kind: int = SLASH) -> Command:
    """Return the command of this name and type; a guild's own takes precedence over a global one.

    Raises:
        Refused: it does not exist, or the person does not see it here.
    """
    named = [command for command in world.commands.values() if command.name == name and command.type == kind]
    named.sort(key=lambda command: command.guild_id is None)
    reason = f"there is no command {name!r}"
    for command in named:
        hidden = why_hidden(world, command, user_id, channel)
        if hidden is None:
            return command
        reason = f"the command {name!r} is hidden: {hidden}"
    raise Refused(reason)


def why_hidden(world: World, command: Command, user_id: int, channel: Channel) -> str | None:
    """Return why a person does not see a command in a channel, None when they do."""
    where = IN_BOT_DM if channel.is_dm else IN_GUILD
    if command.contexts is not None and where not in command.contexts:
        return "it is not for this kind of place"
    if channel.is_dm:
        if command.guild_id is not None or world.bot.id not in channel.recipients:
            return "it belongs to a server"
        return None
    if command.guild_id not in {None, channel.guild_id}:
        return "it belongs to another server"
    return _why_not_allowed(world, command, user_id, channel)


def _why_not_allowed(world: World, command: Command, user_id: int, channel: Channel) -> str | None:
    guild = world.guilds[channel.guild_id or 0]
    if world.bot.id not in guild.members:
        return "the app is not in this server"
    held = world.permissions(channel, user_id)
    speak = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    if not held & permissions.USE_APPLICATION_COMMANDS or not held & speak:
        return "they may not use commands in this channel"
    needed = command.default_member_permissions
    if needed is None or held & permissions.ADMINISTRATOR:
        return None
    if int(needed) == 0 or int(needed) & ~held:
        return "they lack the permissions that it asks for"
    return None


def able(world: World, user_id: int, channel: Channel) -> None:
    """Check that a person can act in a channel at all.

    Raises:
        Refused: they do not see it, have not passed the rules screening, or are timed out.
    """
    if not world.can_view(channel, user_id):
        raise Refused("they do not see this channel")
    member = world.member(channel.guild_id, user_id) if channel.guild_id else None
    if member is None:
        return
    if member.pending:
        raise Refused("they have not accepted the server's rules yet")
    if member.timed_out_until is not None and member.timed_out_until > world.clock.now():
        raise Refused("they are timed out")
