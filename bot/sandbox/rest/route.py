"""A REST route, and what its handler is given."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import errors
from bot.sandbox.core import Core
from bot.sandbox.world import Channel, Guild, Member, Message, Payload, Role, Upload, User, World, permissions


@dataclass(slots=True)
class Call:
    """One request, read and checked as every route needs it.

    `body` is the JSON body (or a multipart's payload_json), {} when it is not an object; `listed` the one that is an
    array. `args` are the path's parts as text.
    """

    sandbox: Core
    args: Mapping[str, str]
    body: Payload
    listed: list[Any]
    uploads: list[Upload]
    query: Mapping[str, str]
    reason: str | None

    @property
    def world(self) -> World:
        """The world."""
        return self.sandbox.world

    @property
    def bot(self) -> User:
        """The caller: there is only one bot."""
        return self.sandbox.world.bot

    def id(self, name: str) -> int:
        """Return a part of the path as an id; 50035 when it is not one."""
        text = self.args[name]
        if not text.isdecimal():
            raise errors.invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        return int(text)

    def number(self, name: str, default: int, most: int) -> int:
        """Return an integer from the query, between 1 and `most`."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise errors.invalid((name,), "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
        return int(text)

    def channel(self) -> Channel:
        """Return the channel of the path: 10003 when there is none, 50001 when the bot does not see it."""
        channel = self.world.channels.get(self.id("channel_id"))
        if channel is None:
            raise errors.ApiError(10003)
        if not self.world.can_view(channel, self.bot.id):
            raise errors.ApiError(50001)
        return channel

    def guild(self) -> Guild:
        """Return the guild of the path: 10004 when there is none or the bot is not in it."""
        guild = self.world.guilds.get(self.id("guild_id"))
        refused = self.sandbox.gateway.availability.refused
        if guild is None or self.bot.id not in guild.members or guild.id in refused:
            raise errors.ApiError(10004)
        return guild

    def message(self, channel: Channel) -> Message:
        """Return the message of the path, 10008 when there is none or it is somebody's ephemeral one."""
        message = channel.history.get(self.id("message_id"))
        if message is None or message.seen_by is not None:
            raise errors.ApiError(10008)
        return message

    def member(self, guild: Guild) -> Member:
        """Return the member of the path: 10013 for no such account, 10007 for one who is not in the guild."""
        user_id = self.id("user_id")
        if user_id not in self.world.users:
            raise errors.ApiError(10013)
        if (member := guild.members.get(user_id)) is None:
            raise errors.ApiError(10007)
        return member

    def role(self, guild: Guild) -> Role:
        """Return the role of the path, or 10011."""
        if (role := guild.roles.get(self.id("role_id"))) is None:
            raise errors.ApiError(10011)
        return role

    def need(self, where: Channel | Guild, bits: int) -> None:
        """Raise 50013 unless the bot has all these permissions there."""
        held = (
            permissions.in_guild(where, self.bot.id)
            if isinstance(where, Guild)
            else self.world.permissions(where, self.bot.id)
        )
        if bits & ~held:
            raise errors.ApiError(50013)


Answer = object
Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path under /api/v10, named as in the official document, and its handler.

    The handler returns what becomes the JSON answer (`status`) or None (204), or raises ApiError. Routes of an
    interaction have `token=False`: the token in their path is the authority,
    and they are outside the global rate limit.
    """

    method: str
    path: str
    handler: Handler
    token: bool = True
    status: int = 200
