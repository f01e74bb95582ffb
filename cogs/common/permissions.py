"""The networks of a server, and who may change one, a meeting, or what belongs to the whole server."""

from collections.abc import Sequence
from typing import cast

import discord

from bot.app import Bot
from bot.domain.network import Status
from bot.errors import Refused, UserError
from bot.known import missing_permissions
from bot.texts import Markup, Texts
from cogs.common.context import Context
from db.meetings.models import Meeting
from db.membership.models import Network
from db.models import Guild
from db.network import networks


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


def must_be_usable(ctx: Context, channel: discord.abc.GuildChannel) -> None:
    """Refuse a channel where the bot lacks a permission. Raises UserError: names the channel and the permissions."""
    if missing := missing_permissions(channel):
        permission = ", ".join(ctx.text(f"permissions.{name}") for name in missing)
        raise UserError(
            "meetings.channel.permission", channel=Markup(f"<#{channel.id}>"), permission=permission
        )


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


def known(texts: Texts) -> list[tuple[str, Status]]:
    """Return the regions that every server begins with, and the status of each."""
    return [
        (str(texts(key)), cast("Status", str(texts(f"{key.removesuffix('.name')}.status"))))
        for key in texts.under("network.regions")
        if key.endswith(".name")
    ]


async def all_networks(bot: Bot, guild: Guild) -> Sequence[Network]:
    """Return the networks of a server, created on first use; add those of regions set up since."""
    found = await bot.store.read(networks.of_guild, guild.id)
    if networks.complete(found, guild.regions):
        return found
    return await bot.store.write(
        networks.ensure,
        guild.id,
        known=known(bot.texts),
        regions=list(guild.regions),
        seats=bot.texts.fact("forum_seats"),
    )
