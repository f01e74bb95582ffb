"""Guilds: the guild itself, its channels and its roles."""

from bot.sandbox.rest.route import Answer, Call, Route


async def get(call: Call) -> Answer:
    """Return a guild, with rough counts when asked."""
    guild = call.guild()
    data = guild.payload()
    if call.query.get("with_counts") in {"1", "true", "True"}:
        data |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return data


ROUTES = (Route("GET", "/guilds/{guild_id}", get),)
