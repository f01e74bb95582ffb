"""Whom a message names and whom it really notifies.

Rules of https://docs.discord.com/developers/resources/message#allowed-mentions-object. To be safe, a mention
after a backslash counts as one; mentions inside code do not, as on Discord.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.world import permissions
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.events import Payload
from bot.sandbox.world.messages import Pinged, walk
from bot.sandbox.world.world import World

CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.DOTALL)
USER = re.compile(r"<@!?(\d{15,21})>")
ROLE = re.compile(r"<@&(\d{15,21})>")
EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Mentions:
    """The effect of the mentions in a text: those that Discord resolves, and who is notified."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False
    pinged: Pinged = field(default_factory=Pinged)


def texts(content: str, components: list[Payload]) -> str:
    """Return the text in which mentions count: the content and the text displays, never embeds or buttons."""
    shown = [component["content"] for component in walk(components) if component.get("type") == 10]
    return "\n".join((content, *shown))


def find(
    world: World,
    channel: Channel,
    author_id: int,
    text: str,
    allowed: Payload | None,
    replied_to: int | None = None,
) -> Mentions:
    """Return the effect of the mentions in `text`; `allowed` is the request's allowed_mentions, None for all."""
    if "@" not in text and replied_to is None:
        return Mentions()
    text = CODE.sub("", text)
    users = tuple(
        user
        for user in dict.fromkeys(int(match) for match in USER.findall(text))
        if user in world.users and permitted(allowed, "users", user)
    )
    if (
        replied_to is not None
        and replied_to not in users
        and (allowed is None or allowed.get("replied_user", False))
    ):
        users = (*users, replied_to)
    if channel.guild_id is None:
        inside = frozenset(user for user in users if user in channel.recipients and user != author_id)
        return Mentions(users, pinged=Pinged(inside))
    guild = world.guilds[channel.guild_id]
    bits = permissions.in_channel(guild, channel, author_id)
    anybody = bool(bits & permissions.MENTION_EVERYONE)
    roles = tuple(
        role
        for role in dict.fromkeys(int(match) for match in ROLE.findall(text))
        if role in guild.roles and permitted(allowed, "roles", role)
    )
    loud = set(EVERYONE.findall(text)) if anybody and permitted(allowed, "everyone", 0) else set[str]()
    everyone = bool(loud)
    pinged = Pinged(
        frozenset(user for user in users if user != author_id and world.can_view(channel, user)),
        frozenset(role for role in roles if anybody or guild.roles[role].mentionable),
        everyone,
        only_online=loud == {"here"},
    )
    return Mentions(users, roles, everyone, pinged)


def permitted(allowed: Payload | None, kind: str, wanted: int) -> bool:
    """Whether allowed_mentions lets a mention of this kind through."""
    if allowed is None:
        return True
    parse: list[Any] = allowed.get("parse") or []
    ids: list[Any] = allowed.get(kind) or [] if kind != "everyone" else []
    return kind in parse or str(wanted) in map(str, ids)
