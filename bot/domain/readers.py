"""Who can read a channel, computed from roles and overwrites, without a list of members.

Source: https://docs.discord.com/developers/topics/permissions#permission-hierarchy
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

ADMINISTRATOR, MANAGE_SERVER, VIEW = 1 << 3, 1 << 5, 1 << 10


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies a role or a member, as bits."""

    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class Readers:
    """The roles and members that can read a channel, besides administrators, who can read every one."""

    everyone: bool
    roles: frozenset[int]
    members: frozenset[int]
    """Those with an overwrite of their own, whatever their roles."""


def readers(everyone_id: int, roles: Mapping[int, int], overwrites: Mapping[int, Overwrite]) -> Readers:
    """Return who can read a channel.

    No two roles together allow what neither allows alone, so each is checked by itself.

    Args:
        everyone_id: the role that everybody has.
        roles: every role's permissions in the server, including everybody's.
        overwrites: the channel's overwrites, by role or member.
    """
    nothing = Overwrite(0, 0)
    base = overwrites.get(everyone_id, nothing)

    def reads(role_id: int) -> bool:
        own = overwrites.get(role_id, nothing) if role_id != everyone_id else nothing
        may = (((roles[everyone_id] | roles[role_id]) & ~base.deny) | base.allow) & ~own.deny | own.allow
        return bool(may & VIEW) or bool(roles[role_id] & ADMINISTRATOR)

    everyone = reads(everyone_id)
    members = {member for member, own in overwrites.items() if member not in roles and own.allow & VIEW}
    return Readers(
        everyone,
        frozenset(role_id for role_id in roles if role_id != everyone_id and (everyone or reads(role_id))),
        frozenset(members),
    )


def strangers(
    found: Readers, roles: Mapping[int, int], *, organisers: Collection[int], own: Collection[int]
) -> frozenset[int]:
    """Return the roles that can read a channel and are not organisers', admins' or the bot's own."""
    return frozenset(
        role_id
        for role_id in found.roles
        if role_id not in organisers
        and role_id not in own
        and not roles[role_id] & (ADMINISTRATOR | MANAGE_SERVER)
    )
