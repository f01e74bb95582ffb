"""Joining and leaving a network and its Discord role, and the link that invites people."""

import io
from datetime import timedelta

import discord

from bot.discord_client.errors import REQUEST_FAILED, transient
from bot.discord_client.invites import invite
from bot.errors import NotKnownYet, UserError
from bot.texts import Markup
from cogs.common.base import Card, line
from cogs.common.context import Context
from cogs.common.permissions import must_organise_network
from cogs.common.times import spoken
from cogs.network.regions import the_network
from db import meetings
from db.membership.models import Network
from db.models import Guild
from db.network import networks

# Permissions that a self-assigned role must not have: those that Discord protects with two-factor login, and some more.
POWERS = discord.Permissions.elevated() | discord.Permissions(
    manage_events=True, mention_everyone=True, view_audit_log=True, manage_nicknames=True
)

# What a newcomer is told about a network that may not exist.
_UNSETTLED = {"none": "none_yet", "unknown": "not_known"}


async def join(ctx: Context, words: str | None) -> None:
    """Join the network of a region; joining is stored even if the role can't be given."""
    network = await the_network(ctx, words)
    await ctx.interaction.response.defer(ephemeral=True, thinking=True)
    fresh = await ctx.write(networks.join, network.id, ctx.user_id)
    role = await _role(ctx, network, give=True)
    coming = await ctx.read(
        meetings.upcoming, ctx.guild_id, now=ctx.now, region_id=network.region_id or 0, limit=1
    )
    notes = [role]
    if network.region is not None:
        notes.append(ctx.text("network.join.place", channel=Markup(f"<#{network.region.channel_id}>")))
    if coming:
        when, show = spoken(coming[0].starts_at, ctx.zone), ctx.bot.mention("meeting show")
        notes.append(ctx.text("network.join.next", title=coming[0].title, when=when, command=show))
    if (unsettled := _UNSETTLED.get(network.status)) is not None:
        notes.append(ctx.text(f"network.join.{unsettled}", command=ctx.bot.mention("network start")))
    done = "network.join.done" if fresh else "network.join.before"
    await ctx.reply(Card(ctx.text(done, region=network.name), line(*notes) or None))


async def leave(ctx: Context, words: str | None) -> None:
    """Leave the network of a region, and remove its role."""
    network = await the_network(ctx, words)
    await ctx.interaction.response.defer(ephemeral=True, thinking=True)
    if not await ctx.write(networks.leave, network.id, ctx.user_id):
        raise UserError("network.leave.not_in", region=network.name)
    role = await _role(ctx, network, give=False)
    join = ctx.bot.mention("network join")
    await ctx.reply(Card(ctx.text("network.leave.done", region=network.name, command=join), role))


async def _role(ctx: Context, network: Network, *, give: bool) -> Markup | None:
    """Give or take the network's role; return what to say about it, None when it has none."""
    member, texts, way = ctx.interaction.user, ctx.texts, "join" if give else "leave"
    if network.role_id is None or not isinstance(member, discord.Member):
        return None
    if not give and network.role_id not in ctx.role_ids:
        return None
    mention = Markup(f"<@&{network.role_id}>")
    try:
        if give:
            role = await ctx.bot.known.role(ctx.guild_id, network.role_id)
            if role is None:
                return texts("network.join.role_gone")
            # It may have become an organisers' role, or gained permissions, since it was chosen.
            check_role(role, ctx.guild)
            await member.add_roles(role, reason=network.name)
        else:
            await member.remove_roles(discord.Object(network.role_id), reason=network.name)
    except NotKnownYet:
        return texts("network.join.role_later", role=mention, command=ctx.bot.mention("network join"))
    except (discord.Forbidden, discord.NotFound, UserError):
        return texts(f"network.{way}.role_missing", role=mention)
    except REQUEST_FAILED as error:
        if not transient(error):
            raise
        return texts(f"network.{way}.role_later", role=mention, command=ctx.bot.mention("network join"))
    return texts(f"network.{way}.role", role=mention)


def check_role(role: discord.Role, record: Guild) -> None:
    """Refuse a role that joining must not give.

    Raises:
        UserError: everybody has it, it makes an organiser, it has such permissions, or the bot can't give it.
    """
    mention = Markup(role.mention)
    if role.is_default():
        raise UserError("network.role.everyone")
    if any(organisers.role_id == role.id for organisers in record.organiser_roles):
        raise UserError("network.role.organisers", role=mention)
    if role.permissions.value & POWERS.value:
        raise UserError("network.role.powerful", role=mention)
    if not role.is_assignable() or not role.guild.me.guild_permissions.manage_roles:
        raise UserError("network.role.not_given", role=mention)


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
    role_id = await _role_given(ctx, network)
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
                f"attachment://{FILE}", description=ctx.text("network.invite.picture", region=network.name)
            )
        ),
    )
    await ctx.interaction.followup.send(view=card, file=discord.File(picture, FILE), ephemeral=True)


async def _role_given(ctx: Context, network: Network) -> int | None:
    """Return the role that the invite gives; None if the region has none, or it may not be given."""
    if network.role_id is None:
        return None
    role = await ctx.bot.known.role(ctx.guild_id, network.role_id)
    if role is None:
        return None
    check_role(role, ctx.guild)
    return role.id
