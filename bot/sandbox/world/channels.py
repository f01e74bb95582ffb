"""Channels of every kind: text, categories, threads and DMs, with their messages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.world.events import Payload
from bot.sandbox.world.messages import Message

if TYPE_CHECKING:
    from bot.sandbox.world.world import World

TEXT, DM, VOICE, CATEGORY, NEWS, STAGE, FORUM = 0, 1, 2, 4, 5, 13, 15
NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = frozenset({NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD})


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies a role (type 0) or a member (type 1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0

    def payload(self) -> Payload:
        """Return Discord's overwrite object."""
        return {"id": str(self.id), "type": self.type, "allow": str(self.allow), "deny": str(self.deny)}


@dataclass(slots=True)
class Channel:
    """A place for messages. A DM has no guild but `recipients` (both sides); a thread has a parent and members."""

    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    topic: str | None = None
    position: int = 0
    parent_id: int | None = None
    nsfw: bool = False
    rate_limit_per_user: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    recipients: tuple[int, ...] = ()
    history: dict[int, Message] = field(default_factory=dict[int, Message])
    last_message_id: int | None = None
    last_pin_at: datetime | None = None
    # Threads only.
    owner_id: int | None = None
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive_duration: int = 1440
    archive_changed_at: datetime | None = None
    thread_members: dict[int, datetime] = field(default_factory=dict[int, datetime])
    message_count: int = 0

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread of any kind."""
        return self.type in THREADS

    @property
    def is_dm(self) -> bool:
        """Whether this is a conversation of two people."""
        return self.type == DM

    @property
    def messages(self) -> list[Message]:
        """The messages in the channel, oldest first; ephemeral ones are only in `history`."""
        return [message for message in self.history.values() if message.seen_by is None]

    @property
    def mention(self) -> str:
        """How a message mentions this channel."""
        return f"<#{self.id}>"

    def payload(self, world: "World", *, viewer: int | None = None) -> Payload:
        """Return Discord's channel object; `viewer` (by default the bot) decides who is a DM's recipient."""
        data: Payload = {
            "id": str(self.id),
            "type": self.type,
            "flags": 0,
            "last_message_id": str(self.last_message_id) if self.last_message_id else None,
        }
        if self.is_dm:
            viewer = viewer or world.bot.id
            data["recipients"] = [world.users[user].payload() for user in self.recipients if user != viewer]
            return data
        data |= {
            "guild_id": str(self.guild_id),
            "name": self.name,
            "parent_id": str(self.parent_id) if self.parent_id else None,
            "rate_limit_per_user": self.rate_limit_per_user,
        }
        if self.is_thread:
            return data | self._thread_payload(world)
        return data | {
            "topic": self.topic,
            "position": self.position,
            "permission_overwrites": [overwrite.payload() for overwrite in self.overwrites.values()],
            "nsfw": self.nsfw,
            "last_pin_timestamp": self.last_pin_at.isoformat() if self.last_pin_at else None,
        }

    def _thread_payload(self, world: "World") -> Payload:
        data: Payload = {
            "owner_id": str(self.owner_id),
            "message_count": self.message_count,
            "total_message_sent": self.message_count,
            "member_count": min(len(self.thread_members), 50),
            "thread_metadata": {
                "archived": self.archived,
                "archive_timestamp": (self.archive_changed_at or world.clock.now()).isoformat(),
                "auto_archive_duration": self.auto_archive_duration,
                "locked": self.locked,
                "create_timestamp": world.time_of(self.id).isoformat(),
            },
        }
        if self.type == PRIVATE_THREAD:
            data["thread_metadata"]["invitable"] = self.invitable
        if world.bot.id in self.thread_members:
            data["member"] = self.thread_member(world.bot.id)
        return data

    def thread_member(self, user_id: int) -> Payload:
        """Return Discord's thread member object."""
        return {
            "id": str(self.id),
            "user_id": str(user_id),
            "join_timestamp": self.thread_members[user_id].isoformat(),
            "flags": 0,
        }
