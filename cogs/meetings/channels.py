"""A region's channel: whether the bot can post there, what happens when it is deleted, and the list in it."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing, Skip
from bot.delivery.message import plain
from bot.domain.deliveries import nonce
from bot.errors import NotKnownYet, UserError
from bot.patience import patiently
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, fitting
from cogs.common.context import Context
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.permissions import must_be_usable
from cogs.common.times import spoken
from cogs.meetings.subjects import Why, link_to
from db import deliveries
from db.meetings import integrations
from db.meetings.models import Meeting, PinnedList
from db.models import Region
from db.setup import channels

GAP = timedelta(seconds=5)
"""Least time between edits of a list; later changes go into the next one."""
UNKNOWN_MESSAGE, TOO_MANY_PINS = 10008, 30003


async def check_channel(ctx: Context, region: Region) -> None:
    """Check that the bot can post in the region's channel, before anything is stored.

    Unknown permissions do not delay anybody: stored deliveries wait for Discord.

    Raises:
        UserError: the channel is gone, or names the permission that is missing.
    """
    try:
        channel = await ctx.bot.known.channel(region.guild_id, region.channel_id)
    except NotKnownYet:
        return
    if not isinstance(channel, discord.abc.GuildChannel):
        raise UserError("meetings.channel.gone", region=region.name)
    must_be_usable(ctx, channel)


class Channels(commands.Cog):
    """Listens for deleted channels, and keeps the lists current."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Hold the region's pending deliveries, or move them to its new channel."""
        await self.bot.store.write(channels.deleted, channel.guild.id, channel.id, now=self.bot.clock.now())
        self.bot.forget_guild(channel.guild.id)

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Bring all lists up to date after a start: one may have been deleted, and meetings may be over."""
        ids = [guild.id for guild in self.bot.guilds]
        now = self.bot.clock.now()
        await patiently(self.bot.store, None, integrations.touch_all, ids, now=now, standing=True)


@notice(channels.GONE)
class ChannelGone(Notice):
    """The question for a region's new channel."""

    region: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless the region has a channel again."""
        ctx.bot.forget_guild(ctx.guild_id)
        region = await ctx.region(self.region)
        if region.channel_gone_at is None:
            raise Skip(Why.CHANNEL_REPLACED)
        words = ctx.push("setup.region.gone_push", region=region.name)
        return Outgoing(Card(ctx.texts("setup.region.gone", name=region.name)), push=words)


def pinned_list_card(region: Region, meetings: Sequence[Meeting], texts: Texts) -> Card:
    """Return what is coming up in a region, without names or counts of answers."""
    title, kept = texts("upcoming.title", region=region.name), texts("upcoming.kept")
    if not meetings:
        return Card(title, texts("upcoming.none"), kept, colour=GREY)
    return Card(title, fitting([_entry(one, texts) for one in meetings], texts, between="\n\n"), kept)


def _entry(meeting: Meeting, texts: Texts) -> Markup:
    link = Markup("")
    if meeting.message_id is not None:
        address = link_to(meeting.guild_id, meeting.channel_id, meeting.message_id)
        link = texts("upcoming.link", address=address)
    return texts(
        "upcoming.entry",
        title=meeting.title,
        when=spoken(meeting.starts_at, ZoneInfo(meeting.zone)),
        where=meeting.venue or meeting.online or texts("meetings.list.nowhere"),
        number=meeting.id,
        link=link,
    )


@notice(integrations.NO_PIN)
class MayNotPin(Notice):
    """News that the bot may not pin."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, and what to do."""
        return Outgoing(Card(ctx.texts("upcoming.no_pin")), push=ctx.push("upcoming.push"))


@job(integrations.PINNED_LIST)
class KeepPinnedList(Job):
    """Bring the list of a region up to date, or delete it."""

    region: int

    @override
    async def run(self, ctx: Sending) -> DiscordTask | None:
        region = await ctx.region(self.region)
        listing = await ctx.read(integrations.listing_of, region.id)
        if not await ctx.read(integrations.on, region.guild_id, "upcoming"):
            return DiscordTask(lambda: _take_away(ctx, listing)) if listing is not None else None
        if (
            listing is not None
            and listing.channel_id == region.channel_id
            and ctx.now - listing.shown_at < GAP
        ):
            await ctx.write(integrations.touch, region, due_at=listing.shown_at + GAP)
            return None
        return DiscordTask(lambda: _show(ctx, region, listing))


async def _show(ctx: Sending, region: Region, listing: PinnedList | None) -> int:
    """Edit the list, or post and pin it; return its message."""
    coming = await ctx.read(integrations.coming, region)
    card, nobody = pinned_list_card(region, coming, ctx.texts), discord.AllowedMentions.none()
    shown: dict[str, Any] = {**plain(card, private=False).shown, "allowed_mentions": nobody}
    if listing is not None and (
        listing.channel_id != region.channel_id or await ctx.read(deliveries.is_v2, listing.message_id)
    ):
        await _delete(ctx, listing)
        listing = None
    if listing is None or not await _edit(ctx, listing, shown):
        channel = ctx.bot.get_partial_messageable(region.channel_id)
        message_id = (await channel.send(**shown, nonce=nonce(ctx.delivery.key), silent=True)).id
        pinned = False
    else:
        message_id, pinned = listing.message_id, listing.pinned
    await ctx.write(integrations.keep, region, message_id, pinned=pinned)
    if not pinned and await _pin(ctx, region, message_id):
        await ctx.write(integrations.keep, region, message_id, pinned=True)
    if coming:
        await ctx.write(integrations.touch, region, due_at=min(one.ends_at for one in coming))
    return message_id


def _message(ctx: Sending, channel_id: int, message_id: int) -> discord.PartialMessage:
    return ctx.bot.get_partial_messageable(channel_id).get_partial_message(message_id)


async def _edit(ctx: Sending, listing: PinnedList, shown: dict[str, Any]) -> bool:
    """Replace the contents; return False when somebody has deleted the message."""
    try:
        await _message(ctx, listing.channel_id, listing.message_id).edit(**shown)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        return False
    return True


async def _pin(ctx: Sending, region: Region, message_id: int) -> bool:
    try:
        await _message(ctx, region.channel_id, message_id).pin()
    except discord.HTTPException as error:
        if not isinstance(error, discord.Forbidden) and error.code != TOO_MANY_PINS:
            raise
        await ctx.write(integrations.not_pinned)
        return False
    await ctx.write(integrations.may_pin)
    return True


async def _delete(ctx: Sending, listing: PinnedList) -> None:
    # It is gone, or inaccessible: nothing keeps it up to date any more.
    with contextlib.suppress(discord.NotFound, discord.Forbidden):
        await _message(ctx, listing.channel_id, listing.message_id).delete()


async def _take_away(ctx: Sending, listing: PinnedList) -> None:
    """Delete the list of a server that has switched it off."""
    await _delete(ctx, listing)
    await ctx.write(integrations.gone, listing.region_id)
