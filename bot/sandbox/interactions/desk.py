"""Creates and finds interactions: `Interactions`, one for each sandbox."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from bot.sandbox.interactions import commands, components, modals, options, payloads
from bot.sandbox.interactions.record import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    DID_NOT_RESPOND,
    MODAL,
    TOKEN_LIFE,
    Interaction,
    Modal,
    Refused,
)
from bot.sandbox.world import Channel, Command, Message, Payload, World

REMEMBERED = 20_000
"""Most interactions kept for inspection; older ones are dropped."""


class Interactions:
    """Creates interactions as Discord's client would, sends them to the bot, and finds them for its answers.

    All methods raise `Refused` for what the client does not let a person do.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_token: dict[str, Interaction] = {}

    # What a person does.

    def command(
        self,
        user_id: int,
        channel: Channel,
        command: Command,
        given: list[Payload],
        *,
        target: int | None = None,
    ) -> Interaction:
        """Use a command: `given` are Discord's nested options; `target` is the user or message of a menu."""
        commands.able(self._world, user_id, channel)
        person = self._person(user_id, channel)
        data = self._command_data(command)
        if command.type == commands.SLASH:
            if checked := options.check(person, command.options, given):
                data["options"] = checked
        else:
            self._target(person, command, target)
            data["target_id"] = str(target)
        if person.resolved.data:
            data["resolved"] = person.resolved.data
        return self._send(COMMAND, user_id, channel, data, name=_full_name(command, data))

    def autocomplete(
        self, user_id: int, channel: Channel, command: Command, given: list[Payload]
    ) -> Interaction:
        """Request choices while typing in the option marked `focused`."""
        commands.able(self._world, user_id, channel)
        person = self._person(user_id, channel)
        checked = options.check(person, command.options, given, partial=True)
        if _focused(command.options, checked) is None:
            raise Refused("no option with autocomplete is being typed in")
        data = self._command_data(command) | {"options": checked}
        if person.resolved.data:
            data["resolved"] = person.resolved.data
        return self._send(AUTOCOMPLETE, user_id, channel, data, name=_full_name(command, data))

    def component(
        self, user_id: int, message: Message, item: Mapping[str, Any], values: Sequence[Any] = ()
    ) -> Interaction:
        """Press a button or choose from a select of a message that the person sees."""
        channel = self._world.channels[message.channel_id]
        commands.able(self._world, user_id, channel)
        if message.seen_by not in {None, user_id}:
            raise Refused("somebody else's ephemeral message")
        if message.id not in channel.history:
            raise Refused("the message is gone")
        data: Payload = {
            "custom_id": item["custom_id"],
            "component_type": item["type"],
            "id": item.get("id", 0),
        }
        if item["type"] != components.BUTTON:
            person = self._person(user_id, channel)
            data["values"] = components.chosen(person, dict(item), values)
            if person.resolved.data:
                data["resolved"] = person.resolved.data
        return self._send(COMPONENT, user_id, channel, data, message_id=message.id)

    def modal(self, modal: Modal, values: Mapping[str, Any]) -> Interaction:
        """Submit a form, as the person it was opened for."""
        opener = modal.interaction
        channel = self._world.channels[opener.channel_id]
        commands.able(self._world, opener.user_id, channel)
        person = self._person(opener.user_id, channel)
        data: Payload = {"custom_id": modal.custom_id, "components": modals.fill(person, modal, values)}
        if person.resolved.data:
            data["resolved"] = person.resolved.data
        return self._send(MODAL, opener.user_id, channel, data, message_id=opener.message_id, parent=opener)

    # What the bot's answers need.

    def find(self, interaction_id: int, token: str) -> Interaction | None:
        """Return the interaction with this id and token."""
        found = self._by_token.get(token)
        return found if found is not None and found.id == interaction_id else None

    def live(self, token: str) -> Interaction | None:
        """Return the interaction of a token at most fifteen minutes old."""
        found = self._by_token.get(token)
        if found is None or self._world.clock.now() - found.created_at > TOKEN_LIFE:
            return None
        return found

    def get(self, interaction_id: int) -> Interaction | None:
        """Return an interaction by its id alone."""
        return self._world.interactions.get(interaction_id)

    async def acknowledged(self, interaction: Interaction) -> str | None:
        """Wait for the first answer; return None, or what the client shows when none came in time."""
        left = interaction.deadline - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(left, 0.0)):
                await interaction.acknowledged.wait()
        except TimeoutError:
            return DID_NOT_RESPOND
        return None

    # Internals.

    def _person(self, user_id: int, channel: Channel) -> options.Person:
        return options.Person(self._world, user_id, channel, payloads.Resolved(self._world, channel))

    def _command_data(self, command: Command) -> Payload:
        data: Payload = {"id": str(command.id), "name": command.name, "type": command.type}
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        return data

    def _target(self, person: options.Person, command: Command, target: int | None) -> None:
        if target is None:
            raise Refused("a menu command is used on somebody or something")
        if command.type == commands.ON_USER:
            if target not in self._world.users:
                raise Refused("there is no such user")
            person.resolved.user(target)
            return
        message = self._world.message(person.channel.id, target)
        if message is None or message.seen_by is not None:
            raise Refused("there is no such message in this channel, or it has no menu")
        person.resolved.message(target)

    def _send(
        self,
        kind: int,
        user_id: int,
        channel: Channel,
        data: Payload,
        *,
        name: str = "",
        message_id: int | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        world = self._world
        key = world.snowflake()
        interaction = Interaction(
            id=key,
            kind=kind,
            token=_token(key),
            user_id=user_id,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            sent_at=asyncio.get_running_loop().time(),
            created_at=world.clock.now(),
            data=data,
            name=name,
            message_id=message_id,
            parent=parent,
        )
        self._remember(interaction)
        world.publish(
            "INTERACTION_CREATE",
            payloads.event(world, interaction),
            guild_id=channel.guild_id,
            users=frozenset({world.bot.id}),
        )
        return interaction

    def _remember(self, interaction: Interaction) -> None:
        self._by_token[interaction.token] = interaction
        kept = self._world.interactions
        kept[interaction.id] = interaction
        if len(kept) > REMEMBERED:
            oldest: Interaction = kept.pop(next(iter(kept)))
            self._by_token.pop(oldest.token, None)


def _token(interaction_id: int) -> str:
    """Return a token like Discord's: long, url-safe, and the same in every run."""
    secret = blake2b(str(interaction_id).encode(), digest_size=48).hexdigest()
    return urlsafe_b64encode(f"interaction:{interaction_id}:{secret}".encode()).decode().rstrip("=")


def _full_name(command: Command, data: Payload) -> str:
    names = [command.name]
    inside: list[Payload] = data.get("options") or []
    while inside and inside[0]["type"] in {options.SUBCOMMAND, options.GROUP}:
        names.append(inside[0]["name"])
        inside = inside[0].get("options") or []
    return " ".join(names)


def _focused(specs: list[Payload], given: list[Payload]) -> Payload | None:
    by_name = {spec["name"]: spec for spec in specs}
    for option in given:
        spec = by_name[option["name"]]
        if "options" in option:
            return _focused(spec.get("options") or [], option["options"])
        if option.get("focused") and spec.get("autocomplete"):
            return option
    return None
