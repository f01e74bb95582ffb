"""Who may do what: member, organiser of a region or of the whole server, admin (Manage Server)."""

from collections.abc import Collection, Iterable


def organises(
    held: Collection[int], roles: Iterable[tuple[int, int | None]], *, region_id: int | None, admin: bool
) -> bool:
    """Whether somebody organises a region.

    Args:
        held: the ids of the roles they hold.
        roles: the server's organiser roles, each with its region, or None for the whole server.
        region_id: the region; None means any region.
        admin: whether they may manage the server, which includes organising it.
    """
    return admin or any(
        role in held and (region_id is None or region in (None, region_id)) for role, region in roles
    )
