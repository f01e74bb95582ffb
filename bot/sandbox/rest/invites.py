"""Invites: made for a channel, with the roles that they give.

Source: https://docs.discord.com/developers/resources/channel#create-channel-invite
"""

from datetime import timedelta

from bot.sandbox import errors
from bot.sandbox.rest.members import reachable
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import items
from bot.sandbox.world import Guild, permissions
from bot.sandbox.world.guilds import Invite

LONGEST = 5_184_000
"""Most seconds that an invite may be valid."""


async def create(call: Call) -> Answer:
    """Create an invite; needs Create Invite and, for roles, Manage Roles and a higher role."""
    channel = call.channel()
    guild = call.world.guilds.get(channel.guild_id or 0)
    if guild is None:
        raise errors.ApiError(50003)
    call.need(channel, permissions.CREATE_INSTANT_INVITE)
    seconds = int(call.body.get("max_age", 86_400))
    if not 0 <= seconds <= LONGEST:
        raise errors.invalid(("max_age",), "NUMBER_TYPE_MAX", f"int value should be between 0 and {LONGEST}.")
    roles = tuple(int(each) for each in items(call.body.get("role_ids")))
    for role_id in roles:
        if role_id not in guild.roles:
            raise errors.ApiError(10011)
        reachable(call, guild, guild.roles[role_id])
    made = Invite(f"iso{len(call.world.invites) + 1:05}", guild.id, channel.id, roles)
    call.world.invites[made.code] = made
    expires = call.world.clock.now() + timedelta(seconds=seconds) if seconds else None
    return {
        "type": 0,
        "code": made.code,
        "expires_at": expires.isoformat() if expires is not None else None,
        "guild": _named(guild),
        "guild_id": str(guild.id),
        "channel": {"id": str(channel.id), "name": channel.name, "type": channel.type},
        "max_age": seconds,
        "max_uses": 0,
        "uses": 0,
        "temporary": False,
        "created_at": call.world.clock.now().isoformat(),
    }


def _named(guild: Guild) -> dict[str, object]:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "splash": None,
        "banner": None,
        "description": None,
        "icon": None,
        "features": [],
        "verification_level": 0,
        "vanity_url_code": None,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_subscription_count": 0,
        "premium_tier": 0,
    }


ROUTES = (Route("POST", "/channels/{channel_id}/invites", create),)
