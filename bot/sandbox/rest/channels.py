"""Channels: read, change, delete, permission overwrites, typing."""

from bot.sandbox.rest.route import Answer, Call, Route


async def get(call: Call) -> Answer:
    """Return a channel, a thread or a DM."""
    return call.channel().payload(call.world)


ROUTES = (Route("GET", "/channels/{channel_id}", get),)
