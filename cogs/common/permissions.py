"""Who may change a meeting. Who organises a region, or manages a server, is said by `Context`, in the same words."""

from cogs.common.context import Context
from db.meetings.models import Meeting


def may_host(ctx: Context, meeting: Meeting) -> bool:
    """Whether the user hosts a meeting, or organises its region."""
    return ctx.user_id in meeting.hosts or ctx.may_organise(meeting.region)


def must_host(ctx: Context, meeting: Meeting) -> None:
    """Refuse those who neither host a meeting nor organise its region.

    Raises:
        Refused: naming the region and the organisers' roles.
    """
    if ctx.user_id not in meeting.hosts:
        ctx.must_organise(meeting.region)
