"""People who use the sandbox from Python: they type, press and read as Discord's client lets them.

What the bot answers to is awaited; everything else (`say`, `join`, `close_dms` ...) happens at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.answer import Answer
from bot.sandbox.checks.messages import Draft
from bot.sandbox.interactions import Interaction, Modal, Refused, commands, components
from bot.sandbox.interactions.options import nest
from bot.sandbox.world import (
    Channel,
    Guild,
    Member,
    Message,
    User,
    building,
    membership,
    permissions,
    posting,
)

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Place = Channel | str
"""A channel, "#name" of one of the person's servers, or "dm" for the conversation with the bot."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion of autocomplete: what is shown, and what is sent when it is picked."""

    name: str
    value: str | int | float


class Person:
    """Somebody with an account. Every act raises `Refused` when Discord's client would not let them do it."""

    def __init__(self, sandbox: "Sandbox", user: User) -> None:
        self._sandbox = sandbox
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
    def dm(self) -> Channel:
        """Their conversation with the bot, opened when there is none."""
        return building.dm(self.world, self.user, self.world.bot)

    @property
    def dms(self) -> list[Message]:
        """The messages of their conversation with the bot, oldest first."""
        known = self.world.dms.get(frozenset({self.id, self.world.bot.id}))
        return known.messages if known is not None else []

    def sees(self, message: Message) -> bool:
        """Say whether they can read a message: it still stands, in a channel they see, and is not another's."""
        channel = self.world.channels.get(message.channel_id)
        return (
            channel is not None
            and message.id in channel.history
            and message.seen_by in {None, self.id}
            and self.world.can_view(channel, self.id)
        )

    def reads(self, place: Place) -> list[Message]:
        """Return the messages of a channel that they see, oldest first, their ephemeral ones included."""
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

    # What the bot answers.

    async def slash(self, place: Place, command: str, /, **values: Any) -> Answer:
        """Use a slash command, such as "meeting schedule", and follow a deferred answer to its end.

        Values are text, numbers, True or False, a choice by name or value, users, roles and channels as objects,
        ids or names, files as (name, bytes).
        """
        answer = await self.start(place, command, **values)
        return await answer.final() if answer.deferred else answer

    async def start(self, place: Place, command: str, /, **values: Any) -> Answer:
        """Use a slash command and return at its acknowledgement, deferred or not."""
        channel = self.channel(place)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self.world, self.id, channel, name)
        given = nest(found.options, path, values, None)
        return await self._answer(self._sandbox.interactions.command(self.id, channel, found, given))

    async def autocomplete(self, place: Place, command: str, /, *, focus: str, **values: Any) -> list[Choice]:
        """Type in the option `focus` (its value is the text so far) and return what is suggested.

        Raises:
            LookupError: the bot gave no suggestions in time.
        """
        channel = self.channel(place)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self.world, self.id, channel, name)
        given = nest(found.options, path, {focus: "", **values}, focus)
        interaction = self._sandbox.interactions.autocomplete(self.id, channel, found, given)
        if failure := await self._sandbox.interactions.acknowledged(interaction):
            raise LookupError(f"{command} {focus}: {failure}")
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices]

    async def press(self, message: Message | Answer, name: str) -> Answer:
        """Press the button with this label, emoji or custom_id."""
        where = _message(message)
        item = components.button(where, name)
        return await self._finished(self._sandbox.interactions.component(self.id, where, item))

    async def choose(self, message: Message | Answer, name: str, values: Sequence[Any]) -> Answer:
        """Choose in the select with this placeholder or custom_id; values as in `slash`, options by label or value."""
        where = _message(message)
        item = components.select(where, name)
        return await self._finished(self._sandbox.interactions.component(self.id, where, item, values))

    async def submit(self, modal: Modal, values: Mapping[str, Any] | None = None) -> Answer:
        """Send a form: values by label or custom_id, what is not named stays as it was filled in."""
        if modal.interaction.user_id != self.id:
            raise Refused("the form was opened for somebody else")
        return await self._finished(self._sandbox.interactions.modal(modal, values or {}))

    async def menu(
        self, target: "Message | Answer | Person", command: str, place: Place | None = None
    ) -> Answer:
        """Use a menu command on a message, or on a person (then `place` says where)."""
        if isinstance(target, Person):
            channel = self.channel(place if place is not None else "dm")
            found = commands.find(self.world, self.id, channel, command, commands.ON_USER)
            key = target.id
        else:
            message = _message(target)
            channel, key = self.world.channels[message.channel_id], message.id
            found = commands.find(self.world, self.id, channel, command, commands.ON_MESSAGE)
        return await self._finished(
            self._sandbox.interactions.command(self.id, channel, found, [], target=key)
        )

    def commands(self, place: Place) -> list[str]:
        """Return the names of the commands that they find in a channel."""
        return [command.name for command in commands.visible(self.world, self.id, self.channel(place))]

    # What happens at once.

    def say(self, place: Place, text: str, *, reply_to: Message | None = None) -> Message:
        """Write a message."""
        channel = self.channel(place)
        commands.able(self.world, self.id, channel)
        speak = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
        if not self.world.permissions(channel, self.id) & speak:
            raise Refused("they may not write here")
        if not 1 <= len(text.strip()) <= 2000:
            raise Refused("a message has 1 to 2000 characters")
        draft = Draft(content=text.strip())
        if reply_to is not None:
            draft.reference = {"message_id": str(reply_to.id), "channel_id": str(reply_to.channel_id)}
        return posting.post(self.world, channel, self.user, draft)

    def join(self, guild: Guild | None = None, *, pending: bool = False) -> Member:
        """Join a server, the first unless told; `pending` until they accept its rules."""
        return membership.join(self.world, guild or self._sandbox.guild(), self.user, pending=pending)

    def accept_rules(self, guild: Guild | None = None) -> None:
        """Pass the rules screening of a server they joined."""
        where = guild or self._sandbox.guild()
        member = where.members[self.id]
        if member.pending:
            member.pending = False
            membership.changed(self.world, where, member)

    def leave(self, guild: Guild | None = None) -> None:
        """Leave a server, the first unless told."""
        membership.leave(self.world, guild or self._sandbox.guild(), self.id)

    def open_dms(self) -> None:
        """Take DMs from members of their servers."""
        self.user.dms_open = True

    def close_dms(self) -> None:
        """Take no DMs: sending them one fails with 50007."""
        self.user.dms_open = False

    # Inside.

    async def _answer(self, interaction: Interaction) -> Answer:
        failure = await self._sandbox.interactions.acknowledged(interaction)
        return Answer(self._sandbox, interaction, failure)

    async def _finished(self, interaction: Interaction) -> Answer:
        answer = await self._answer(interaction)
        return await answer.final() if answer.deferred else answer


def _message(thing: Message | Answer) -> Message:
    return thing.message if isinstance(thing, Answer) else thing
