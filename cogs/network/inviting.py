"""`/network invite`: a link, and a QR code of it, that brings somebody into the server with a region's role."""

import io
from datetime import timedelta

import discord

from bot.discord_client.errors import REQUEST_FAILED, transient
from bot.discord_client.invites import invite
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.permissions import must_organise_network
from cogs.network.joining import check_role
from cogs.network.regions import the_network
from db.network.models import Network

GOOD_FOR = timedelta(days=30)
SCALE, FILE = 8, "invite.png"


async def invited(ctx: Context, words: str | None) -> None:
    """Make the invite of a region, for its organisers.

    Raises:
        UserError: the server is not set up for it, or Discord refuses.
    """
    network = await the_network(ctx, words)
    must_organise_network(ctx, network)
    region = network.region
    channel_id = ctx.guild.welcome_channel_id or (region.channel_id if region is not None else None)
    if channel_id is None:
        raise UserError("network.invite.nowhere")
    role_id = await _role(ctx, network)
    await ctx.interaction.response.defer(ephemeral=True, thinking=True)
    try:
        link = await invite(
            ctx.bot.http,
            channel_id,
            [role_id] if role_id is not None else [],
            seconds=int(GOOD_FOR.total_seconds()),
            reason=network.name,
        )
    except REQUEST_FAILED as error:
        if transient(error):
            raise
        raise UserError("network.invite.not_allowed") from None
    import segno  # 1.2 MiB, and an invite is made once a month

    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=SCALE)
    picture.seek(0)
    key = "network.invite.with_role" if role_id is not None else "network.invite.without_role"
    card = Card(
        ctx.text("network.invite.title", region=network.name),
        ctx.text("network.invite.link", link=link, days=GOOD_FOR.days),
        ctx.text(key, role=Markup(f"<@&{role_id}>"), command=ctx.bot.mention("network contacts")),
        discord.ui.MediaGallery(
            discord.MediaGalleryItem(
                f"attachment://{FILE}",
                description=ctx.text("network.invite.picture", region=network.name),
            )
        ),
    )
    await ctx.interaction.followup.send(view=card, file=discord.File(picture, FILE), ephemeral=True)


async def _role(ctx: Context, network: Network) -> int | None:
    """Return the role that the invite gives; None if the region has none, or it may not be given."""
    if network.role_id is None:
        return None
    role = await ctx.bot.known.role(ctx.guild_id, network.role_id)
    if role is None:
        return None
    check_role(role, ctx.guild)
    return role.id
