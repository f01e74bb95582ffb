"""The roles of a member as Discord sent them: the library shows only cached ones."""

import discord


def role_ids(member: discord.Member | discord.User) -> frozenset[int]:
    """Return the ids of a member's roles, @everyone left out; empty for somebody outside a server."""
    if not isinstance(member, discord.Member):
        return frozenset()
    return frozenset(member._roles)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the ids of the payload itself
