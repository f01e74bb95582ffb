"""An invite that gives roles: the library does not know `role_ids` of the request yet."""

from collections.abc import Sequence
from typing import Any

from discord.http import HTTPClient, Route

PAGE = "https://discord.gg/{code}"


async def invite(
    http: HTTPClient, channel_id: int, role_ids: Sequence[int], *, seconds: int, reason: str
) -> str:
    """Create a channel invite valid for so many seconds, and return its link; it gives the roles to those who accept.

    Source: https://docs.discord.com/developers/resources/channel#create-channel-invite

    Raises:
        HTTPException: Discord refuses.
    """
    given: dict[str, Any] = {"max_age": seconds, "unique": True}
    if role_ids:
        given["role_ids"] = [str(one) for one in role_ids]
    route = Route("POST", "/channels/{channel_id}/invites", channel_id=channel_id)
    made = await http.request(route, json=given, reason=reason)
    return PAGE.format(code=made["code"])
