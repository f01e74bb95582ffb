"""Servers with their roles, members and scheduled events."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.world.channels import Channel
from bot.sandbox.world.events import Payload
from bot.sandbox.world.notifications import Level
from bot.sandbox.world.users import User

if TYPE_CHECKING:
    from bot.sandbox.world.world import World


@dataclass(slots=True)
class Role:
    """A role of a guild; the one whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: int = 0
    color: int = 0
    position: int = 1
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        """How a message mentions this role."""
        return f"<@&{self.id}>"

    def payload(self) -> Payload:
        """Return Discord's role object."""
        data: Payload = {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "hoist": self.hoist,
            "managed": self.managed,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }
        if self.bot_id is not None:
            data["tags"] = {"bot_id": str(self.bot_id)}
        return data


@dataclass(slots=True)
class Member:
    """A user in a guild. `roles` leaves out @everyone; tuples, since thousands of members share one."""

    user: User
    joined_at: datetime
    roles: tuple[int, ...] = ()
    nick: str | None = None
    pending: bool = False
    timed_out_until: datetime | None = None

    @property
    def name(self) -> str:
        """The name shown in the guild."""
        return self.nick or self.user.name

    def payload(self, *, user: bool = True) -> Payload:
        """Return Discord's member object, without the user as next to a message's author."""
        data: Payload = {
            "avatar": None,
            "banner": None,
            "communication_disabled_until": self.timed_out_until.isoformat()
            if self.timed_out_until
            else None,
            "flags": 0,
            "joined_at": self.joined_at.isoformat(),
            "nick": self.nick,
            "pending": self.pending,
            "premium_since": None,
            "roles": [str(role) for role in self.roles],
            "mute": False,
            "deaf": False,
        }
        if user:
            data["user"] = self.user.payload()
        return data


@dataclass(slots=True)
class Invite:
    """An invite to a guild; whoever accepts it gets the roles."""

    code: str
    guild_id: int
    channel_id: int
    role_ids: tuple[int, ...] = ()


@dataclass(slots=True)
class ScheduledEvent:
    """A scheduled event. Status 1 scheduled, 2 active, 3 over, 4 cancelled; type 1 stage, 2 voice, 3 external."""

    id: int
    guild_id: int
    creator: User
    name: str
    starts_at: datetime
    ends_at: datetime | None
    entity_type: int
    channel_id: int | None = None
    description: str | None = None
    location: str | None = None
    status: int = 1
    recurrence_rule: dict[str, Any] | None = None
    interested: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def payload(self) -> Payload:
        """Return Discord's scheduled event object, with `user_count`."""
        return {
            "id": str(self.id),
            "guild_id": str(self.guild_id),
            "channel_id": str(self.channel_id) if self.channel_id else None,
            "creator_id": str(self.creator.id),
            "creator": self.creator.payload(),
            "name": self.name,
            "description": self.description,
            "image": None,
            "scheduled_start_time": self.starts_at.isoformat(),
            "scheduled_end_time": self.ends_at.isoformat() if self.ends_at else None,
            "privacy_level": 2,
            "status": self.status,
            "entity_type": self.entity_type,
            "entity_id": None,
            "entity_metadata": {"location": self.location} if self.location is not None else None,
            "recurrence_rule": self.recurrence_rule,
            "guild_scheduled_event_exceptions": [],
            "user_count": len(self.interested),
        }


@dataclass(slots=True)
class Guild:
    """A server: everything in it by id. `large_threshold` of the gateway is 250 in GUILD_CREATE."""

    id: int
    name: str
    owner_id: int
    description: str | None = None
    preferred_locale: str = "en-GB"
    system_channel_id: int | None = None
    default_notifications: Level = Level.ALL_MESSAGES
    """The default notification level of members; Discord's default is 'all messages'."""
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])
    threads: dict[int, Channel] = field(default_factory=dict[int, Channel])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    events: dict[int, ScheduledEvent] = field(default_factory=dict[int, ScheduledEvent])
    onboarding: list[Payload] = field(default_factory=list[Payload])
    """The prompts that newcomers answer; Onboarding is off without any."""

    @property
    def everyone(self) -> Role:
        """The role that all members have."""
        return self.roles[self.id]

    def payload(self) -> Payload:
        """Return Discord's guild object as GET /guilds/{id} gives it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "description": self.description,
            "home_header": None,
            "splash": None,
            "discovery_splash": None,
            "features": [],
            "banner": None,
            "owner_id": str(self.owner_id),
            "application_id": None,
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": str(self.system_channel_id) if self.system_channel_id else None,
            "system_channel_flags": 0,
            "widget_enabled": False,
            "widget_channel_id": None,
            "verification_level": 0,
            "roles": [role.payload() for role in self.roles.values()],
            "default_message_notifications": int(self.default_notifications),
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": None,
            "max_members": 500000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "vanity_url_code": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": self.preferred_locale,
            "rules_channel_id": None,
            "safety_alerts_channel_id": None,
            "public_updates_channel_id": None,
            "hub_type": None,
            "premium_progress_bar_enabled": False,
            "nsfw": False,
            "nsfw_level": 0,
            "emojis": [],
            "stickers": [],
            "incidents_data": None,
        }

    def create_payload(self, world: "World", *, members: bool = False) -> Payload:
        """Return what GUILD_CREATE carries to the bot: with all members, or, as for large guilds, only its own.

        Channels that the bot cannot see are included, as Discord sends them (threads only
        those it can see).
        """
        large = len(self.members) > 250
        own = self.members.get(world.bot.id)
        shown = list(self.members.values()) if members and not large else [own] if own else []
        return self.payload() | {
            "joined_at": own.joined_at.isoformat() if own else None,
            "large": large,
            "unavailable": False,
            "member_count": len(self.members),
            "voice_states": [],
            "members": [member.payload() for member in shown],
            "channels": [channel.payload(world) for channel in self.channels.values()],
            "threads": [
                thread.payload(world)
                for thread in self.threads.values()
                if not thread.archived and world.can_view(thread, world.bot.id)
            ],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [event.payload() for event in self.events.values() if event.status < 3],
            "soundboard_sounds": [],
        }
