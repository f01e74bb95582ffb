"""Converts what a test or a page says ("#london", an id, an object) to the id of a user, role or channel."""

from typing import Any

from bot.sandbox.interactions.record import Refused
from bot.sandbox.world import Channel, Guild, World


def identify(thing: Any) -> int | None:
    """Return the id of an object or of digits, None for a name."""
    if isinstance(thing, bool):
        return None
    if isinstance(thing, int):
        return thing
    if isinstance(thing, str):
        return int(thing) if thing.isdecimal() else None
    for owner in (thing, getattr(thing, "user", None)):
        found: Any = getattr(owner, "id", None)
        if isinstance(found, int):
            return found
    return None


def user(world: World, guild: Guild | None, thing: Any) -> int:
    """Return the id of somebody who can be picked here: in a guild, its members and anybody by id.

    Raises:
        Refused: nobody has this name or id.
    """
    key = identify(thing)
    if key is not None:
        if key in world.users:
            return key
        raise Refused(f"there is no user {thing!r}")
    name = str(thing).removeprefix("@")
    for candidate in world.users.values():
        if guild is not None and candidate.id not in guild.members:
            continue
        nick = guild.members[candidate.id].name if guild is not None else ""
        if name in {candidate.username, candidate.global_name, nick}:
            return candidate.id
    raise Refused(f"there is no user {thing!r} here")


def role(guild: Guild | None, thing: Any) -> int:
    """Return the id of a role of the guild.

    Raises:
        Refused: there is none of this name or id.
    """
    key = identify(thing)
    for candidate in guild.roles.values() if guild is not None else ():
        if candidate.id == key or candidate.name in (thing, str(thing).removeprefix("@")):
            return candidate.id
    raise Refused(f"there is no role {thing!r} here")


def channel(world: World, guild: Guild | None, thing: Any, viewer: int) -> Channel:
    """Return a channel or thread of the guild that `viewer` can see.

    Raises:
        Refused: there is none of this name or id, or it is hidden from them.
    """
    key = identify(thing)
    for candidate in (*guild.channels.values(), *guild.threads.values()) if guild is not None else ():
        if candidate.id == key or candidate.name == str(thing).removeprefix("#"):
            if world.can_view(candidate, viewer):
                return candidate
            break
    raise Refused(f"there is no channel {thing!r} here that they can see")
