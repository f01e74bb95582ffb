"""The bot itself, other accounts, and DMs."""

from bot.sandbox import errors
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.world import Guild, Payload, building, membership


async def me(call: Call) -> Answer:
    """Return the bot's own account."""
    return call.bot.payload() | {
        "verified": True,
        "mfa_enabled": True,
        "email": None,
        "locale": "en-GB",
        "bio": "",
    }


async def edit_me(call: Call) -> Answer:
    """Change the bot's name; pictures are accepted but not stored."""
    if username := call.body.get("username"):
        call.bot.username = str(username)
        call.world.publish("USER_UPDATE", call.bot.payload(), users=frozenset({call.bot.id}))
    return await me(call)


async def user(call: Call) -> Answer:
    """Return an account."""
    found = call.world.users.get(call.id("user_id"))
    if found is None:
        raise errors.ApiError(10013)
    return found.payload()


async def open_dm(call: Call) -> Answer:
    """Open the DM with an account; closed DMs show only when a message is sent."""
    recipient = str(call.body.get("recipient_id") or "")
    if not recipient.isdecimal():
        raise errors.invalid(("recipient_id",), "BASE_TYPE_REQUIRED", "This field is required")
    other = call.world.users.get(int(recipient))
    if other is None or other.id == call.bot.id or other.bot:
        raise errors.ApiError(50033)
    return building.dm(call.world, call.bot, other).payload(call.world)


async def guilds(call: Call) -> Answer:
    """Return the bot's guilds by id."""
    unlisted = call.sandbox.gateway.availability.unlisted
    after, before = int(call.query.get("after", "0")), int(call.query.get("before", str(1 << 63)))
    found = sorted(
        (
            g
            for g in call.world.guilds.values()
            if call.bot.id in g.members and after < g.id < before and g.id not in unlisted
        ),
        key=lambda g: g.id,
    )
    return [outside(call, guild) for guild in found[: call.number("limit", 200, 200)]]


def outside(call: Call, guild: Guild) -> Payload:
    """Return a guild as in the list of the bot's guilds."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == call.bot.id,
        "permissions": str(call.world.guild_permissions(guild, call.bot.id)),
        "features": [],
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": 0,
    }


async def leave(call: Call) -> Answer:
    """Leave a guild."""
    membership.leave(call.world, call.guild(), call.bot.id)
    return None


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("PATCH", "/users/@me", edit_me),
    Route("GET", "/users/@me/guilds", guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/users/{user_id}", user),
)
