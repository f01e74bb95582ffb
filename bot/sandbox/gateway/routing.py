"""Which events of the world the bot may get at all, and in which form each session gets them."""

import dataclasses
from typing import Any

from bot.sandbox.gateway import frames, intents
from bot.sandbox.gateway.session import Session
from bot.sandbox.world import Event, World
from bot.sandbox.world.messages import EPHEMERAL

IN_SIGHT = ("MESSAGE_", "TYPING_START", "THREAD_", "CHANNEL_PINS_UPDATE")
"""Events that Discord withholds from those who cannot see the channel."""


def reaches(world: World, event: Event) -> bool:
    """Whether the bot may get `event`: about itself, its guilds, or the channels it sees."""
    if event.name.startswith("SANDBOX_"):
        return False
    if ephemeral(event):
        return event.name != "MESSAGE_DELETE"
    if event.users is not None and world.bot.id not in event.users:
        return False
    if event.guild_id is not None and not _knows(world, event):
        return False
    if event.channel_id is None or not event.name.startswith(IN_SIGHT):
        return True
    channel = world.channels.get(event.channel_id)
    return channel is None or world.can_view(channel, world.bot.id)


def ephemeral(event: Event) -> bool:
    """Whether an event is about an ephemeral message, whose author is always the bot."""
    return event.name.startswith("MESSAGE_") and bool(event.data.get("flags", 0) & EPHEMERAL)


def _knows(world: World, event: Event) -> bool:
    guild = world.guilds.get(event.guild_id or 0)
    return event.name == "GUILD_DELETE" or (guild is not None and world.bot.id in guild.members)


class Outgoing:
    """An event on its way to the sessions, encoded at most once for each form it takes."""

    def __init__(self, world: World, event: Event) -> None:
        if ephemeral(event):
            # Discord sends these as if they were direct messages: https://github.com/discord/discord-api-docs/issues/4557
            data = {key: value for key, value in event.data.items() if key not in {"guild_id", "member"}}
            event = dataclasses.replace(event, guild_id=None, data=data)
        self._event = event
        self._bot_id = str(world.bot.id)
        self._whole: bytes | None = None
        self._emptied: bytes | None = None

    def wanted_by(self, session: Session) -> bool:
        """Whether `session` asked for it; updates of the bot's own membership need no intent."""
        event = self._event
        user: dict[str, Any] = event.data.get("user") or {}
        own = event.name == "GUILD_MEMBER_UPDATE" and user.get("id") == self._bot_id
        return session.wants(event.name, event.guild_id, user_event=own)

    def form_for(self, session: Session) -> bytes:
        """Return the JSON that `session` gets: without content if it lacks the intent for it."""
        event = self._event
        if (
            event.name not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}
            or session.intents & intents.MESSAGE_CONTENT
            or intents.readable(event.data, self._bot_id)
        ):
            self._whole = self._whole or frames.encode(event.data)
            return self._whole
        self._emptied = self._emptied or frames.encode(intents.without_content(event.data))
        return self._emptied
