"""Somebody with an account: where they are, what they see, and acts that need no answer."""

import mimetypes
from collections.abc import Sequence

from bot.sandbox.core import Core
from bot.sandbox.interactions import Refused, commands
from bot.sandbox.phone import Phone
from bot.sandbox.world import (
    Channel,
    Guild,
    Member,
    Message,
    ScheduledEvent,
    Upload,
    User,
    building,
    membership,
    permissions,
    posting,
)
from bot.sandbox.world.drafts import Draft

JOINED = 7
"""The type of the message that somebody joined."""

Place = Channel | str
"""A channel, "#name" of one of the person's servers, or "dm" for the conversation with the bot."""


class Presence:
    """An account in the sandbox. Every act raises `Refused` when Discord's client would not allow it."""

    def __init__(self, sandbox: Core, user: User) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.user = user

    def __repr__(self) -> str:
        return f"<Person {self.user.username}>"

    @property
    def id(self) -> int:
        """The account's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """How a message mentions them."""
        return self.user.mention

    @property
    def guilds(self) -> list[Guild]:
        """The servers they are in."""
        return [guild for guild in self.world.guilds.values() if self.id in guild.members]

    @property
    def phone(self) -> Phone:
        """Their phone."""
        return self.sandbox.phone(self.id)

    @property
    def dm(self) -> Channel:
        """Their conversation with the bot, opened if there is none."""
        return building.dm(self.world, self.user, self.world.bot)

    @property
    def dms(self) -> list[Message]:
        """The messages of their conversation with the bot, oldest first."""
        known = self.world.dms.get(frozenset({self.id, self.world.bot.id}))
        return known.messages if known is not None else []

    def sees(self, message: Message) -> bool:
        """Whether they can read a message: it still exists, in a channel they see, and is not ephemeral for another."""
        channel = self.world.channels.get(message.channel_id)
        return (
            channel is not None
            and message.id in channel.history
            and message.seen_by in {None, self.id}
            and self.world.can_view(channel, self.id)
        )

    def reads(self, place: Place) -> list[Message]:
        """Return the messages of a channel that they see, oldest first, including their ephemeral ones."""
        return [message for message in self.channel(place).history.values() if self.sees(message)]

    def channel(self, place: Place) -> Channel:
        """Return a channel by name among their servers, or the DM with the bot for "dm".

        Raises:
            KeyError: they are in no server with such a channel.
        """
        if isinstance(place, Channel):
            return place
        if place == "dm":
            return self.dm
        for guild in self.guilds:
            for channel in (*guild.channels.values(), *guild.threads.values()):
                if channel.name == place.removeprefix("#"):
                    return channel
        raise KeyError(place)

    def say(
        self,
        place: Place,
        text: str,
        *,
        reply_to: Message | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Message:
        """Write a message, with files as (name, bytes)."""
        channel = self.channel(place)
        commands.able(self.world, self.id, channel)
        speak = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
        if not self.world.permissions(channel, self.id) & speak:
            raise Refused("they may not write here")
        if not (files or text.strip()) or len(text.strip()) > 2000:
            raise Refused("a message has 1 to 2000 characters, or files")
        uploads = [
            Upload(index, name, mimetypes.guess_type(name)[0] or "application/octet-stream", data)
            for index, (name, data) in enumerate(files)
        ]
        draft = Draft(content=text.strip(), uploads=uploads)
        if reply_to is not None:
            draft.reference = {"message_id": str(reply_to.id), "channel_id": str(reply_to.channel_id)}
        return posting.post(self.world, channel, self.user, draft)

    def react(self, message: Message, emoji: str, *, added: bool = True) -> None:
        """Add or remove a reaction."""
        self._need(message, permissions.ADD_REACTIONS if added else 0)
        posting.react(self.world, message, self.user, emoji, added=added)

    def delete(self, message: Message) -> None:
        """Delete a message of their own, or as a moderator."""
        self._need(message, 0 if message.author_id == self.id else permissions.MANAGE_MESSAGES)
        posting.delete(self.world, message)

    def interested(self, event: ScheduledEvent, *, going: bool = True) -> None:
        """Press Interested on a scheduled event, or undo it."""
        if event.guild_id not in {guild.id for guild in self.guilds}:
            raise Refused("they are not in the event's server")
        if (self.id in event.interested) == going:
            return
        if going:
            event.interested[self.id] = self.world.clock.now()
        else:
            del event.interested[self.id]
        name = "GUILD_SCHEDULED_EVENT_USER_ADD" if going else "GUILD_SCHEDULED_EVENT_USER_REMOVE"
        data = {
            "guild_scheduled_event_id": str(event.id),
            "user_id": str(self.id),
            "guild_id": str(event.guild_id),
        }
        self.world.publish(name, data, guild_id=event.guild_id)

    def join(self, guild: Guild | None = None, *, pending: bool = False) -> Member:
        """Join a server, by default the first; `pending` until they accept its rules."""
        where = guild or self.sandbox.guild()
        known = self.id in where.members
        member = membership.join(self.world, where, self.user, pending=pending)
        if not known and where.system_channel_id in where.channels:
            # Discord posts in the system channel, unless the server has that switched off.
            posting.post(self.world, where.channels[where.system_channel_id], self.user, Draft(), kind=JOINED)
        return member

    def take(self, link: str) -> Member:
        """Accept an invite by its link: join its server with the roles that it gives."""
        invite = self.world.invites[link.rpartition("/")[2]]
        guild = self.world.guilds[invite.guild_id]
        member = self.join(guild)
        for role_id in invite.role_ids:
            membership.give(self.world, guild, member, role_id)
        return member

    def accept_rules(self, guild: Guild | None = None) -> None:
        """Pass the rules screening of a server they joined."""
        where = guild or self.sandbox.guild()
        member = where.members[self.id]
        if member.pending:
            member.pending = False
            membership.changed(self.world, where, member)

    def leave(self, guild: Guild | None = None) -> None:
        """Leave a server, by default the first."""
        membership.leave(self.world, guild or self.sandbox.guild(), self.id)

    def open_dms(self) -> None:
        """Accept DMs from members of their servers."""
        self.user.dms_open = True

    def close_dms(self) -> None:
        """Accept no DMs: sending them one fails with 50007."""
        self.user.dms_open = False

    def _need(self, message: Message, bits: int) -> None:
        channel = self.world.channels[message.channel_id]
        commands.able(self.world, self.id, channel)
        if not self.sees(message):
            raise Refused("they do not see the message")
        if bits & ~self.world.permissions(channel, self.id):
            raise Refused("they lack the permission")
