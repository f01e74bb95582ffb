"""The whole local Discord in memory: its objects, its time, and the event bus."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.sandbox.world import permissions
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.commands import Command
from bot.sandbox.world.events import Event, Listener, Payload
from bot.sandbox.world.guilds import Guild, Invite, Member
from bot.sandbox.world.messages import Message
from bot.sandbox.world.notifications import PhoneState
from bot.sandbox.world.users import User

# 2015-01-01T00:00:00Z, the beginning of Discord's snowflakes.
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class World:
    """Guilds, channels, people and messages by id, with one bot (`world.bot`), whose application has its id.

    Everything changes through functions next to this module (`posting`, `membership`, `building`), which publish what
    happened. All times are the clock's, aware and in UTC.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dms: dict[frozenset[int], Channel] = {}
        self.commands: dict[int, Command] = {}
        # By user, once they have notification data: see bot.sandbox.phone.
        self.phones: dict[int, PhoneState] = {}
        # Interactions, filled and read by bot.sandbox.interactions.
        self.interactions: dict[int, Any] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.invites: dict[str, Invite] = {}
        # Nonces of messages by (channel, author, nonce), with the message and when: see posting.
        self.nonces: dict[tuple[int, int, str], tuple[int, datetime]] = {}
        self.nonce_memory = timedelta(seconds=300)
        # Where the files are served; set by the server.
        self.base_url = "http://127.0.0.1"
        self.changes = 0
        self._listeners: list[Listener] = []
        self.last_id = 0
        self.bot = User(self.snowflake(), "iso-bot", None, bot=True)
        self.users[self.bot.id] = self.bot

    def snowflake(self) -> int:
        """Return a new id: unique, greater than all before, and from the clock's present millisecond."""
        since = (self.clock.now() - EPOCH) // MILLISECOND
        self.last_id = max(since << 22, self.last_id + 1)
        return self.last_id

    def time_of(self, snowflake: int) -> datetime:
        """Return the instant inside an id."""
        return EPOCH + (snowflake >> 22) * MILLISECOND

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on, in order and at once; return a function to stop it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(
        self,
        event: str,
        data: Payload,
        *,
        guild_id: int | None = None,
        channel_id: int | None = None,
        users: frozenset[int] | None = None,
    ) -> None:
        """Tell all listeners what happened; see `Event` for who may learn of it."""
        self.changes += 1
        happened = Event(event, data, guild_id, channel_id, users, self.clock.now())
        for listener in tuple(self._listeners):
            listener(happened)

    def message(self, channel_id: int, message_id: int) -> Message | None:
        """Return a stored message, or None."""
        channel = self.channels.get(channel_id)
        return channel.history.get(message_id) if channel else None

    def member(self, guild_id: int, user_id: int) -> Member | None:
        """Return somebody's membership, or None."""
        guild = self.guilds.get(guild_id)
        return guild.members.get(user_id) if guild else None

    def permissions(self, channel: Channel, user_id: int) -> int:
        """Return the permission bits of a user in a channel or DM."""
        if channel.guild_id is None:
            return permissions.IN_A_DM if user_id in channel.recipients else 0
        return permissions.in_channel(self.guilds[channel.guild_id], channel, user_id)

    def guild_permissions(self, guild: Guild, user_id: int) -> int:
        """Return the permission bits of a user in a whole guild."""
        return permissions.in_guild(guild, user_id)

    def can_view(self, channel: Channel, user_id: int) -> bool:
        """Whether a user sees a channel; only members and those who manage threads see a private thread."""
        bits = self.permissions(channel, user_id)
        if channel.type == 12 and not bits & permissions.MANAGE_THREADS:
            return user_id in channel.thread_members
        return bool(bits & permissions.VIEW_CHANNEL)
