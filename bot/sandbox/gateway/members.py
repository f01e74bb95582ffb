"""Answers to a request for guild members (op 8).

Source: https://discord.com/developers/docs/events/gateway-events#request-guild-members
"""

from collections.abc import Collection, Iterator
from typing import Any

from bot.sandbox.gateway import intents
from bot.sandbox.gateway.connection import Closed
from bot.sandbox.gateway.session import Session
from bot.sandbox.world import Guild, Member, World

CHUNK = 1000
"""Most members in one GUILD_MEMBERS_CHUNK."""

FOUND = 100
"""Most members that a search by name or by ids finds."""


def chunks(
    world: World, session: Session, data: dict[str, Any], unseen: Collection[int] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the GUILD_MEMBERS_CHUNK events that answer `data`, without `unseen` members.

    Raises:
        Closed: 4014 for the whole list without the members intent, 4002 for an unreadable request.
    """
    try:
        guild = world.guilds.get(int(data["guild_id"]))
        if guild is None or not session.holds(guild.id):
            return
        found, missing = _search(session, guild, data)
        wanted = [member for member in found if member.user.id not in unseen]
    except (KeyError, TypeError, ValueError):
        raise Closed(4002, "Error while decoding payload.") from None
    count = max(1, -(-len(wanted) // CHUNK))
    for index in range(count):
        chunk: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [member.payload() for member in wanted[index * CHUNK : (index + 1) * CHUNK]],
            "chunk_index": index,
            "chunk_count": count,
            "not_found": missing if index == 0 else [],
        }
        if data.get("presences"):
            chunk["presences"] = []
        if isinstance(nonce := data.get("nonce"), str) and len(nonce.encode()) <= 32:
            chunk["nonce"] = nonce
        yield chunk


def _search(session: Session, guild: Guild, data: dict[str, Any]) -> tuple[list[Member], list[str]]:
    if data.get("user_ids") is not None:
        given: Any = data["user_ids"]
        ids: list[Any] = [*given] if isinstance(given, list) else [given]
        asked = [int(user_id) for user_id in ids[:FOUND]]
        found = [member for user_id in asked if (member := guild.members.get(user_id))]
        return found, [str(user_id) for user_id in asked if user_id not in guild.members]
    query, limit = str(data["query"]).lower(), int(data["limit"])
    if not query and limit == 0:
        if not session.intents & intents.GUILD_MEMBERS:
            raise Closed(4014, "Disallowed intent(s).")
        return list(guild.members.values()), []
    found = [member for member in guild.members.values() if _named(member, query)]
    return found[: min(limit or FOUND, FOUND)], []


def _named(member: Member, query: str) -> bool:
    return any(name.lower().startswith(query) for name in (member.user.username, member.name))
