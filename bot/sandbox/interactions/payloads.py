"""Interactions in the format in which Discord sends them to a bot.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.interactions.record import Interaction
from bot.sandbox.world import Channel, Guild, Payload, World, permissions

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024

# "ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE ... and additionally USE_EXTERNAL_EMOJIS for DMs with the app's bot".
APP_IN_A_DM = permissions.ATTACH_FILES | permissions.EMBED_LINKS | permissions.MENTION_EVERYONE | 1 << 18


def event(world: World, interaction: Interaction) -> Payload:
    """Return the INTERACTION_CREATE event."""
    channel = world.channels[interaction.channel_id]
    user = world.users[interaction.user_id]
    payload: Payload = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": interaction.kind,
        "data": interaction.data,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": partial_channel(world, channel, user.id),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(interaction.guild_id or 0)},
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    if interaction.guild_id is None:
        payload |= {"user": user.payload(), "context": 1, "app_permissions": str(APP_IN_A_DM)}
    else:
        guild = world.guilds[interaction.guild_id]
        payload |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": []},
            "guild_locale": guild.preferred_locale,
            "member": member(world, guild, channel, user.id),
            "context": 0,
            "app_permissions": str(world.permissions(channel, world.bot.id)),
        }
    if interaction.message_id is not None and (message := world.message(channel.id, interaction.message_id)):
        payload["message"] = message.payload(world)
    return payload


def member(world: World, guild: Guild, channel: Channel, user_id: int) -> Payload:
    """Return who invoked it, with their permissions in the channel."""
    held = world.permissions(channel, user_id)
    return guild.members[user_id].payload() | {"permissions": str(held), "unusual_dm_activity_until": None}


def partial_channel(world: World, channel: Channel, user_id: int) -> Payload:
    """Return a channel as interactions carry it, with the person's permissions in it."""
    payload = channel.payload(world)
    payload.pop("permission_overwrites", None)
    payload.pop("member", None)
    return payload | {"permissions": str(world.permissions(channel, user_id))}


class Resolved:
    """Collects the objects that an interaction names by id: the `resolved` of its data."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._guild = world.guilds.get(channel.guild_id) if channel.guild_id else None
        self.data: dict[str, dict[str, Any]] = {}

    def user(self, user_id: int) -> None:
        """Add a user and, if in the guild, the member without user, deaf and mute."""
        self._put("users", user_id, self._world.users[user_id].payload())
        if self._guild and (found := self._guild.members.get(user_id)):
            data = found.payload(user=False)
            del data["deaf"], data["mute"]
            data["permissions"] = str(self._world.permissions(self._channel, user_id))
            self._put("members", user_id, data)

    def role(self, role_id: int) -> None:
        """Add a role."""
        if self._guild:
            self._put("roles", role_id, self._guild.roles[role_id].payload())

    def channel(self, channel_id: int, viewer: int) -> None:
        """Add a partial channel with the viewer's and the app's permissions in it."""
        channel = self._world.channels[channel_id]
        data = partial_channel(self._world, channel, viewer)
        data["app_permissions"] = str(self._world.permissions(channel, self._world.bot.id))
        self._put("channels", channel_id, data)

    def message(self, message_id: int) -> None:
        """Add a message of the channel, including its content: the person passes it to the app."""
        found = self._world.message(self._channel.id, message_id)
        if found is not None:
            self._put("messages", message_id, found.payload(self._world))

    def attachments(self, files: Iterable[Payload]) -> None:
        """Add uploaded files."""
        for file in files:
            self._put("attachments", int(file["id"]), file)

    def _put(self, kind: str, key: int, data: Payload) -> None:
        self.data.setdefault(kind, {})[str(key)] = data
