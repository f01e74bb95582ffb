"""One person's notification data: their settings, what they have read, what their phone shows.

The shape is that of Discord's user guild settings and read states (both known from the unofficial documentation alone):
https://docs.discord.food/resources/user-settings#user-guild-settings-object and /topics/read-state
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """Which messages notify somebody. A server's default is one of the first two."""

    ALL_MESSAGES = 0
    ONLY_MENTIONS = 1
    NOTHING = 2
    INHERIT = 3


@dataclass(slots=True)
class ChannelSettings:
    """One person's settings for a channel, a category, a thread or a conversation of two."""

    level: Level = Level.INHERIT
    muted: bool = False


@dataclass(slots=True)
class ServerSettings:
    """One person's settings for a server; with INHERIT its default applies."""

    level: Level = Level.INHERIT
    muted: bool = False
    suppress_everyone: bool = False
    suppress_roles: bool = False
    mobile_push: bool = True


@dataclass(frozen=True, slots=True)
class Notification:
    """What a locked phone shows of a message: its words when sent."""

    message_id: int
    channel_id: int
    channel: str
    """Where it was sent: "#london", or "DM"."""
    title: str
    body: str
    at: datetime

    @property
    def line(self) -> str:
        """The whole notification as read: who and where, then the words."""
        return f"{self.title}: {self.body or 'no words'}"


@dataclass(slots=True)
class PhoneState:
    """One person's settings, read marks and lock screen."""

    user_id: int
    servers: dict[int, ServerSettings] = field(default_factory=dict[int, ServerSettings])
    channels: dict[int, ChannelSettings] = field(default_factory=dict[int, ChannelSettings])
    read: dict[int, int] = field(default_factory=dict[int, int])
    """The last message read in each channel."""
    mentions: dict[int, int] = field(default_factory=dict[int, int])
    """How many unread messages of each channel count on the red badge."""
    lock_screen: list[Notification] = field(default_factory=list[Notification])

    def server(self, guild_id: int) -> ServerSettings:
        """Return the settings for a server."""
        return self.servers.get(guild_id) or ServerSettings()

    def channel(self, channel_id: int | None) -> ChannelSettings:
        """Return the settings for a channel."""
        return self.channels.get(channel_id or 0) or ChannelSettings()
