"""Messages, and what can be read and pressed in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.world.events import Payload

if TYPE_CHECKING:
    from bot.sandbox.world.world import World

EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class Pinged:
    """Whom a message really notified, after `allowed_mentions` and permissions."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False
    only_online: bool = False
    """Whether it was only @here, which means those who are online."""

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request; `index` is n of its field name `files[n]`."""

    index: int
    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Message:
    """A stored message. `seen_by` is the only person who sees it when it is ephemeral.

    `mentions` are those that the message names and Discord resolves (with `allowed_mentions` applied), `pinged`
    those whom it notified. Embeds, components and attachments are kept as Discord would give them back.
    """

    id: int
    channel_id: int
    author_id: int
    created_at: datetime
    guild_id: int | None = None
    content: str = ""
    type: int = 0
    flags: int = 0
    embeds: list[Payload] = field(default_factory=list[Payload])
    components: list[Payload] = field(default_factory=list[Payload])
    attachments: list[Payload] = field(default_factory=list[Payload])
    mentions: tuple[int, ...] = ()
    mention_roles: tuple[int, ...] = ()
    mention_everyone: bool = False
    pinged: Pinged = Pinged()
    tts: bool = False
    nonce: str | int | None = None
    edited_at: datetime | None = None
    pinned_at: datetime | None = None
    reference: Payload | None = None
    reactions: dict[str, dict[int, None]] = field(default_factory=dict[str, dict[int, None]])
    poll: Payload | None = None
    seen_by: int | None = None
    # Set when an interaction caused the message; its metadata as Discord attaches it.
    interaction_id: int | None = None
    interaction_metadata: Payload | None = None
    webhook_id: int | None = None
    thread_id: int | None = None

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def text(self) -> str:
        """All readable text of the message: content, embeds and components, in reading order by lines."""
        return "\n".join(part for part in self._texts() if part)

    def _texts(self) -> Iterator[str]:
        yield self.content
        for embed in self.embeds:
            yield embed.get("author", {}).get("name", "")
            yield embed.get("title", "")
            yield embed.get("description", "")
            for item in embed.get("fields", []):
                yield item["name"]
                yield item["value"]
            yield embed.get("footer", {}).get("text", "")
        for component in self.walk():
            if component["type"] == 10:
                yield component["content"]
            elif component["type"] in {3, 5, 6, 7, 8}:
                yield component.get("placeholder") or ""
            elif component["type"] == 2:
                yield component.get("label") or ""

    def walk(self) -> Iterator[Payload]:
        """Yield every component of the message, outer before inner, a section's texts before its accessory."""
        yield from walk(self.components)

    def payload(self, world: "World") -> Payload:
        """Return Discord's message object as REST and the gateway give it, `member` and `guild_id` apart."""
        author = world.users[self.author_id]
        data: Payload = {
            "id": str(self.id),
            "type": self.type,
            "channel_id": str(self.channel_id),
            "author": author.payload(),
            "content": self.content,
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "tts": self.tts,
            "mention_everyone": self.mention_everyone,
            "mentions": [world.users[user].payload() for user in self.mentions if user in world.users],
            "mention_roles": [str(role) for role in self.mention_roles],
            "attachments": self.attachments,
            "embeds": self.embeds,
            "components": self.components,
            "pinned": self.pinned_at is not None,
            "flags": self.flags,
        }
        if self.reactions:
            data["reactions"] = [self._reaction(world, emoji) for emoji in self.reactions]
        if self.nonce is not None:
            data["nonce"] = self.nonce
        if self.poll is not None:
            data["poll"] = self.poll
        if author.bot:
            data["application_id"] = str(author.id)
        if self.webhook_id is not None:
            data["webhook_id"] = str(self.webhook_id)
        if self.interaction_metadata is not None:
            data["interaction_metadata"] = self.interaction_metadata
        if self.reference is not None:
            data["message_reference"] = self.reference
            source = world.message(int(self.reference["channel_id"]), int(self.reference["message_id"]))
            data["referenced_message"] = (
                source.payload(world) if source and source.reference is None else None
            )
        if self.thread_id is not None and (thread := world.channels.get(self.thread_id)):
            data["thread"] = thread.payload(world)
        return data

    def _reaction(self, world: "World", emoji: str) -> Payload:
        users = self.reactions[emoji]
        name, _, emoji_id = emoji.partition(":")
        return {
            "emoji": {"id": emoji_id or None, "name": name},
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me_burst": False,
            "burst_me": False,
            "burst_count": 0,
            "me": world.bot.id in users,
        }

    def gateway_payload(self, world: "World") -> Payload:
        """Return the message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with guild and membership."""
        data = self.payload(world)
        guild = world.guilds.get(self.guild_id) if self.guild_id else None
        if guild is not None:
            data["guild_id"] = str(guild.id)
            if member := guild.members.get(self.author_id):
                data["member"] = member.payload(user=False)
        return data


def walk(components: list[Payload]) -> Iterator[dict[str, Any]]:
    """Yield components and everything inside them (rows, sections with accessories, containers, labels)."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        inner = [component[key] for key in ("accessory", "component") if component.get(key)]
        if inner:
            yield from walk(inner)
