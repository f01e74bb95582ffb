"""People who use the sandbox from Python: they type, press and read as Discord's client lets them.

Acts that the bot answers are awaited; others (`say`, `join`, `close_dms` ...) happen at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.core import Core
from bot.sandbox.interactions import Interaction, Modal, Refused, commands, components
from bot.sandbox.interactions.options import nest
from bot.sandbox.presence import Place, Presence
from bot.sandbox.world import Message, building

__all__ = ["Choice", "Person", "Place", "newcomer"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion of autocomplete: what is shown, and what is sent when it is picked."""

    name: str
    value: str | int | float


class Person(Presence):
    """Somebody with an account, and the bot's answers to them.

    Every act raises `Refused` when Discord's client would not allow it.
    """

    async def slash(self, place: Place, command: str, /, **values: Any) -> Answer:
        """Use a slash command, such as "meeting schedule", and follow a deferred answer to its end.

        Values are text, numbers, True or False, a choice by name or value, users, roles and channels as objects,
        ids or names, files as (name, bytes).
        """
        answer = await self.start(place, command, **values)
        return await answer.final() if answer.deferred else answer

    async def start(self, place: Place, command: str, /, **values: Any) -> Answer:
        """Use a slash command and return once acknowledged, deferred or not."""
        channel = self.channel(place)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self.world, self.id, channel, name)
        given = nest(found.options, path, values, None)
        return await self._answer(self.sandbox.interactions.command(self.id, channel, found, given))

    async def autocomplete(self, place: Place, command: str, /, *, focus: str, **values: Any) -> list[Choice]:
        """Type in the option `focus` (its value is the text so far) and return the suggestions.

        Raises:
            LookupError: the bot gave no suggestions in time.
        """
        channel = self.channel(place)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self.world, self.id, channel, name)
        given = nest(found.options, path, {focus: "", **values}, focus)
        interaction = self.sandbox.interactions.autocomplete(self.id, channel, found, given)
        if failure := await self.sandbox.interactions.acknowledged(interaction):
            raise LookupError(f"{command} {focus}: {failure}")
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices]

    async def press(self, message: Message | Answer, name: str) -> Answer:
        """Press the button with this label, emoji or custom_id."""
        where = _message(message)
        item = components.button(where, name)
        return await self._finished(self.sandbox.interactions.component(self.id, where, item))

    async def choose(self, message: Message | Answer, name: str, values: Sequence[Any]) -> Answer:
        """Choose from the select with this placeholder or custom_id.

        Values as in `slash`, options by label or value; a single text is one value.
        """
        where = _message(message)
        item = components.select(where, name)
        chosen = [values] if isinstance(values, str) else values
        return await self._finished(self.sandbox.interactions.component(self.id, where, item, chosen))

    async def submit(self, modal: Modal, values: Mapping[str, Any] | None = None) -> Answer:
        """Submit a form: values by label or custom_id; others stay as prefilled."""
        if modal.interaction.user_id != self.id:
            raise Refused("the form was opened for somebody else")
        return await self._finished(self.sandbox.interactions.modal(modal, values or {}))

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
            self.sandbox.interactions.command(self.id, channel, found, [], target=key)
        )

    def commands(self, place: Place) -> list[str]:
        """Return the names of the commands that they find in a channel."""
        return [command.name for command in commands.visible(self.world, self.id, self.channel(place))]

    async def _answer(self, interaction: Interaction) -> Answer:
        failure = await self.sandbox.interactions.acknowledged(interaction)
        return Answer(self.sandbox, interaction, failure)

    async def _finished(self, interaction: Interaction) -> Answer:
        answer = await self._answer(interaction)
        return await answer.final() if answer.deferred else answer


def newcomer(sandbox: Core, name: str) -> Person:
    """Return somebody new who is in no server yet."""
    return Person(sandbox, building.user(sandbox.world, name.lower(), name))


def _message(thing: Message | Answer) -> Message:
    return thing.message if isinstance(thing, Answer) else thing
