"""Guilds: the guild itself and its channels."""

from bot.sandbox import errors
from bot.sandbox.rest.channels import check, overwrites
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import items
from bot.sandbox.world import building, permissions
from bot.sandbox.world.channels import CATEGORY, FORUM, NEWS, STAGE, TEXT, VOICE

CHANNELS = "/guilds/{guild_id}/channels"


async def get(call: Call) -> Answer:
    """Return a guild, with rough counts when asked."""
    guild = call.guild()
    data = guild.payload()
    if call.query.get("with_counts") in {"1", "true", "True"}:
        data |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return data


async def preview(call: Call) -> Answer:
    """Return the preview of a guild."""
    guild = call.guild()
    data = guild.payload()
    kept = (
        "id",
        "name",
        "icon",
        "splash",
        "discovery_splash",
        "home_header",
        "emojis",
        "features",
        "description",
    )
    counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return {name: data[name] for name in (*kept, "stickers")} | counts


async def channels(call: Call) -> Answer:
    """Return all channels, without threads."""
    return [channel.payload(call.world) for channel in call.guild().channels.values()]


async def create(call: Call) -> Answer:
    """Create a channel; needs Manage Channels; at most 500."""
    guild = call.guild()
    call.need(guild, permissions.MANAGE_CHANNELS)
    if len(guild.channels) >= 500:
        raise errors.ApiError(30013)
    body = call.body
    kind = body.get("type") or TEXT
    problems = errors.Problems()
    problems.choices(("type",), kind, (TEXT, VOICE, CATEGORY, NEWS, STAGE, FORUM))
    if body.get("name") is None:
        problems.required(("name",))
    check(body, problems)
    problems.settle()
    parent = guild.channels.get(int(body["parent_id"])) if body.get("parent_id") else None
    if body.get("parent_id") and (parent is None or parent.type != CATEGORY):
        raise errors.invalid(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist")
    own = (
        overwrites(call, guild, items(body["permission_overwrites"]))
        if body.get("permission_overwrites")
        else None
    )
    name = str(body["name"])
    made = building.channel(
        call.world,
        guild,
        name.lower().replace(" ", "-") if kind in {TEXT, NEWS, FORUM} else name,
        kind,
        topic=body.get("topic"),
        parent=parent,
        overwrites=own,
        position=body.get("position"),
    )
    made.rate_limit_per_user = body.get("rate_limit_per_user") or 0
    return made.payload(call.world)


async def move(call: Call) -> Answer:
    """Move channels to other positions."""
    guild = call.guild()
    call.need(guild, permissions.MANAGE_CHANNELS)
    for each in call.listed:
        if (channel := guild.channels.get(int(each["id"]))) is None:
            raise errors.ApiError(10003)
        if each.get("position") is not None:
            channel.position = int(each["position"])
        if "parent_id" in each:
            channel.parent_id = int(each["parent_id"]) if each["parent_id"] else None
        building.publish_channel(call.world, channel, "CHANNEL_UPDATE")
    return None


async def nothing(call: Call) -> Answer:
    """Return an empty list after checking permissions."""
    call.need(call.guild(), permissions.MANAGE_GUILD)
    return []


async def onboarding(call: Call) -> Answer:
    """Return the prompts that newcomers answer."""
    guild = call.guild()
    return {
        "guild_id": str(guild.id),
        "prompts": guild.onboarding,
        "default_channel_ids": [],
        "enabled": bool(guild.onboarding),
        "mode": 0,
    }


ROUTES = (
    Route("GET", "/guilds/{guild_id}/onboarding", onboarding),
    Route("GET", "/guilds/{guild_id}", get),
    Route("GET", "/guilds/{guild_id}/preview", preview),
    Route("GET", CHANNELS, channels),
    Route("POST", CHANNELS, create, status=201),
    Route("PATCH", CHANNELS, move),
    Route("GET", "/guilds/{guild_id}/integrations", nothing),
    Route("GET", "/guilds/{guild_id}/invites", nothing),
)
