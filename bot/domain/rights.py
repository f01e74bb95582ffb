"""Who may do what: member, organiser of a region or of the whole server, admin (Manage Server)."""

from collections.abc import Collection, Iterable
from typing import Protocol


class _Role(Protocol):
    @property
    def role_id(self) -> int: ...
    @property
    def region_id(self) -> int | None: ...


def organises(held: Collection[int], roles: Iterable[_Role], *, region_id: int | None, admin: bool) -> bool:
    """Whether somebody organises a region.

    Args:
        held: the ids of the roles they hold.
        roles: the server's organiser roles.
        region_id: the region; None asks for any region at all.
        admin: whether they may manage the server, which includes organising it.
    """
    return admin or any(
        role.role_id in held and (region_id is None or role.region_id in (None, region_id)) for role in roles
    )
