"""A person's phone on the page: what it shows, and what they do with it and its settings."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.sandbox.core import Core
from bot.sandbox.interactions import Refused
from bot.sandbox.page_api.guard import PageError
from bot.sandbox.people import Person
from bot.sandbox.phone import Level
from bot.sandbox.world import Channel, Guild, Payload, permissions

SWITCHES = ("muted", "suppress_everyone", "suppress_roles", "mobile_push")


def view(sandbox: Core, person: Person) -> Payload:
    """Return what the phone shows (newest notification first), what is unread, and all settings."""
    phone = sandbox.phone(person)
    state = phone.state
    return {
        "lock_screen": [
            asdict(shown)
            | {
                "message_id": str(shown.message_id),
                "channel_id": str(shown.channel_id),
                "at": shown.at.isoformat(),
            }
            for shown in reversed(phone.lock_screen)
        ],
        "badge": phone.badge,
        "unread": {
            str(channel): asdict(unread) | {"read": str(phone.last_read(sandbox.world.channels[channel]))}
            for channel, unread in phone.unread.items()
        },
        "muted": [
            str(channel.id)
            for channel in (*_channels(person.guilds), *_dms(sandbox, person))
            if phone.mutes(channel)
        ],
        "servers": {
            str(guild.id): asdict(state.server(guild.id))
            | {
                "default": guild.default_notifications,
                "manages": bool(sandbox.world.guild_permissions(guild, person.id) & permissions.MANAGE_GUILD),
            }
            for guild in person.guilds
        },
        "channels": {str(channel): asdict(settings) for channel, settings in state.channels.items()},
    }


def _channels(guilds: list[Guild]) -> list[Channel]:
    return [place for guild in guilds for place in (*guild.channels.values(), *guild.threads.values())]


def _dms(sandbox: Core, person: Person) -> list[Channel]:
    return [channel for channel in sandbox.world.dms.values() if person.id in channel.recipients]


class PhoneActs:
    """What a person does with their phone in the page."""

    def __init__(
        self, sandbox: Core, channel: Callable[[Any], Channel], guild: Callable[[Payload], Guild]
    ) -> None:
        self._sandbox = sandbox
        self._channel = channel
        self._guild = guild
        self.acts: dict[Any, Callable[[Person, Payload], None]] = {
            "read": self._read,
            "clear": self._clear,
            "server settings": self._server,
            "channel settings": self._place,
            "server default": self._default,
        }

    def do(self, person: Person, body: Payload) -> Payload:
        """Do it and return the resulting phone."""
        self.acts[body["do"]](person, body)
        return view(self._sandbox, person)

    def _read(self, person: Person, body: Payload) -> None:
        """Read a channel; with `opened`, on the phone itself."""
        phone = self._sandbox.phone(person)
        channel = self._seen(person, body)
        if body.get("opened"):
            phone.open(channel)
        else:
            phone.read(channel)

    def _clear(self, person: Person, _: Payload) -> None:
        self._sandbox.phone(person).clear()

    def _server(self, person: Person, body: Payload) -> None:
        guild = self._guild(body)
        if person.id not in guild.members:
            raise Refused("they are not in the server")
        given = {name: bool(body[name]) for name in SWITCHES if name in body}
        self._sandbox.phone(person).set_server(guild, level=_level(body), **given)

    def _place(self, person: Person, body: Payload) -> None:
        muted = bool(body["muted"]) if "muted" in body else None
        self._sandbox.phone(person).set_channel(self._seen(person, body), level=_level(body), muted=muted)

    def _default(self, person: Person, body: Payload) -> None:
        guild, world = self._guild(body), self._sandbox.world
        if not world.guild_permissions(guild, person.id) & permissions.MANAGE_GUILD:
            raise Refused("they may not manage the server")
        level = _level(body)
        if level is None or level > Level.ONLY_MENTIONS:
            raise PageError(400, "A server's default is all messages or only mentions.")
        guild.default_notifications = level
        world.publish("GUILD_UPDATE", guild.payload(), guild_id=guild.id)

    def _seen(self, person: Person, body: Payload) -> Channel:
        channel = self._channel(body.get("channel"))
        if not self._sandbox.world.can_view(channel, person.id):
            raise Refused("they do not see the channel")
        return channel


def _level(body: Payload) -> Level | None:
    return Level(int(body["level"])) if "level" in body else None
