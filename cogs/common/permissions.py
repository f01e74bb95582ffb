"""Who may change a meeting, a network, or what belongs to the whole server; `Context` handles regions and servers."""

from bot.errors import Refused
from cogs.common.context import Context
from db.meetings.models import Meeting
from db.membership.models import Network


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


def must_organise_all(ctx: Context) -> None:
    """Refuse those who do not organise every region: campaigns belong to the whole server. Raises Refused: who can."""
    if not ctx.organises_all:
        ctx.must_organise(None)
        raise Refused("campaigns.all_of_them")


def may_organise_network(ctx: Context, network: Network) -> bool:
    """Whether the user organises a network: its region, or, where that has no channel yet, the whole server."""
    region = ctx.region_of(network.region_id)
    return ctx.may_organise(region) if region is not None else ctx.organises_all


def must_organise_network(ctx: Context, network: Network) -> None:
    """Refuse those who do not organise a network. Raises Refused: naming the region, and who can."""
    if not may_organise_network(ctx, network):
        raise Refused("errors.organisers_only", region=network.name)
