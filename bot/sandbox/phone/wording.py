"""The words of a push notification: where it comes from, who wrote, and the message as plain text.

Known: a Components V2 message is pushed without any text (https://github.com/discord/discord-api-docs/issues/7854), of
embeds nothing is shown (https://github.com/DiscordSRV/DiscordSRV/issues/907), a lone picture is described as one
(https://github.com/seriaati/hoyo-buddy/pull/623), and a mention that notifies nobody has no name
(https://github.com/discord/discord-api-docs/issues/1479). Not known: what happens to Markdown and <t:...>. They are
left as typed, so that nobody relies on their being made readable. docs/two-phones.md is the test.
"""

import re

from bot.sandbox.world import Channel, Message, World
from bot.sandbox.world.messages import COMPONENTS_V2
from bot.sandbox.world.notifications import Notification

JOINED = 7
MENTION = re.compile(
    r"<@!?(?P<user>\d{15,21})>|<@&(?P<role>\d{15,21})>|<#(?P<channel>\d{15,21})>"
    r"|</(?P<command>[^:<>]{1,100}):\d{15,21}>|<a?:(?P<emoji>\w{2,32}):\d{15,21}>"
)


def notification(world: World, channel: Channel, message: Message) -> Notification:
    """Return what a phone shows of a message."""
    author = name(world, channel, message.author_id)
    return Notification(
        message.id,
        channel.id,
        "DM" if channel.is_dm else f"#{channel.name}",
        title(world, channel, author),
        body(world, channel, message, author),
        message.created_at,
    )


def title(world: World, channel: Channel, author: str) -> str:
    """Return the heading: the author and, outside DMs, the channel and what contains it."""
    if channel.guild_id is None:
        return author
    guild = world.guilds[channel.guild_id]
    parent = guild.channels.get(channel.parent_id or 0)
    if channel.is_thread:
        return f"{author} ({channel.name}, #{parent.name if parent else guild.name})"
    return f"{author} (#{channel.name}, {parent.name if parent else guild.name})"


def body(world: World, channel: Channel, message: Message, author: str) -> str:
    """Return the words under the heading; empty where Discord shows none."""
    if message.type == JOINED:
        return f"{author} joined the server."
    if message.flags & COMPONENTS_V2:
        return ""
    if message.content:
        return MENTION.sub(lambda found: named(world, channel, message, found), message.content)
    pictures = [file for file in message.attachments if str(file.get("content_type")).startswith("image/")]
    return f"{author} sent an image" if pictures else ""


def named(world: World, channel: Channel, message: Message, found: re.Match[str]) -> str:
    """Return the text for a mention, a command or an emoji."""
    kind, text = found.lastgroup, found[found.lastgroup or 0]
    if kind == "user":
        return f"@{name(world, channel, int(text))}" if int(text) in message.mentions else "@unknown-user"
    if kind == "role":
        guild = world.guilds.get(channel.guild_id or 0)
        role = guild.roles.get(int(text)) if guild else None
        return f"@{role.name}" if role else "@unknown-role"
    if kind == "channel":
        place = world.channels.get(int(text))
        return f"#{place.name}" if place is not None and place.name else "#unknown"
    return f"/{text}" if kind == "command" else f":{text}:"


def name(world: World, channel: Channel, user_id: int) -> str:
    """Return the name somebody has in a channel."""
    member = world.member(channel.guild_id or 0, user_id)
    return member.name if member is not None else world.users[user_id].name
