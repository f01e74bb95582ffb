"""The list of upcoming meetings in each region's channel: one pinned message, edited, and reposted if deleted."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import discord
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing
from bot.delivery.message import plain
from bot.domain.deliveries import nonce
from bot.patience import patiently
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, fitting
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.times import spoken
from db import deliveries
from db.meetings import integrations
from db.meetings.models import Meeting, PinnedList
from db.models import Region


def pinned_list_card(region: Region, meetings: Sequence[Meeting], texts: Texts) -> Card:
    """Return what is coming up in a region, without names or counts of answers."""
    title = texts("upcoming.title", region=region.name)
    if not meetings:
        return Card(title, texts("upcoming.none"), texts("upcoming.kept"), colour=GREY)
    return Card(
        title,
        fitting([_entry(one, texts) for one in meetings], texts, between="\n\n"),
        texts("upcoming.kept"),
    )


def _entry(meeting: Meeting, texts: Texts) -> Markup:
    link = Markup("")
    if meeting.message_id is not None:
        address = f"https://discord.com/channels/{meeting.guild_id}/{meeting.channel_id}/{meeting.message_id}"
        link = texts("upcoming.link", address=Markup(address))
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


GAP = timedelta(seconds=5)
"""Least time between edits of a list; later changes go into the next one."""
UNKNOWN_MESSAGE, TOO_MANY_PINS = 10008, 30003


class Upcoming(commands.Cog):
    """Keeps the lists current."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Bring all lists up to date after a start: one may have been deleted, and meetings may be over."""
        ids = [guild.id for guild in self.bot.guilds]
        await patiently(
            self.bot.store, None, integrations.touch_all, ids, now=self.bot.clock.now(), standing=True
        )


@job(integrations.PINNED_LIST)
class KeepPinnedList(Job):
    """Bring the list of a region up to date, or delete it."""

    region: int

    @override
    async def run(self, ctx: Sending) -> DiscordTask | None:
        bot, region = ctx.bot, await ctx.region(self.region)
        listing = await bot.store.read(integrations.listing_of, region.id)
        if not await bot.store.read(integrations.on, region.guild_id, "upcoming"):
            return DiscordTask(lambda: _take_away(bot, region, listing)) if listing is not None else None
        if (
            listing is not None
            and listing.channel_id == region.channel_id
            and ctx.now - listing.shown_at < GAP
        ):
            due = listing.shown_at + GAP
            await bot.store.write(integrations.touch, region, now=ctx.now, due_at=due)
            return None
        return DiscordTask(lambda: _show(bot, region, listing, nonce(ctx.delivery.key)))


async def _show(bot: Bot, region: Region, listing: PinnedList | None, key: str) -> int:
    """Edit the list, or post and pin it; return its message."""
    now = bot.clock.now()
    coming = await bot.store.read(integrations.coming, region, now=now)
    card = pinned_list_card(region, coming, bot.texts)
    if listing is not None and (
        listing.channel_id != region.channel_id or await bot.store.read(deliveries.is_v2, listing.message_id)
    ):
        await _delete(bot, listing)
        listing = None
    if listing is not None and not await _edit(bot, listing, card):
        listing = None
    if listing is None:
        channel = bot.get_partial_messageable(region.channel_id)
        nobody = discord.AllowedMentions.none()
        sent = await channel.send(
            **plain(card, private=False).shown, nonce=key, allowed_mentions=nobody, silent=True
        )
        message_id, pinned = sent.id, False
    else:
        message_id, pinned = listing.message_id, listing.pinned
    await _keep(bot, region, message_id, pinned=pinned)
    if not pinned and await _pin(bot, region, message_id):
        await _keep(bot, region, message_id, pinned=True)
    ends = [one.starts_at + timedelta(minutes=one.minutes) for one in coming]
    if ends:
        await bot.store.write(integrations.touch, region, now=now, due_at=min(ends))
    return message_id


async def _keep(bot: Bot, region: Region, message_id: int, *, pinned: bool) -> None:
    await bot.store.write(
        integrations.keep,
        region.id,
        channel_id=region.channel_id,
        message_id=message_id,
        pinned=pinned,
        now=bot.clock.now(),
    )


async def _edit(bot: Bot, listing: PinnedList, card: Card) -> bool:
    """Replace the contents; return False when somebody has deleted the message."""
    message = bot.get_partial_messageable(listing.channel_id).get_partial_message(listing.message_id)
    try:
        await message.edit(
            **plain(card, private=False).shown, allowed_mentions=discord.AllowedMentions.none()
        )
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        return False
    return True


async def _pin(bot: Bot, region: Region, message_id: int) -> bool:
    message = bot.get_partial_messageable(region.channel_id).get_partial_message(message_id)
    try:
        await message.pin()
    except discord.HTTPException as error:
        if not isinstance(error, discord.Forbidden) and error.code != TOO_MANY_PINS:
            raise
        await bot.store.write(integrations.not_pinned, region.guild_id, now=bot.clock.now())
        return False
    await bot.store.write(integrations.may_pin, region.guild_id)
    return True


async def _delete(bot: Bot, listing: PinnedList) -> None:
    message = bot.get_partial_messageable(listing.channel_id).get_partial_message(listing.message_id)
    # It is gone, or inaccessible: nothing keeps it up to date any more.
    with contextlib.suppress(discord.NotFound, discord.Forbidden):
        await message.delete()


async def _take_away(bot: Bot, region: Region, listing: PinnedList) -> None:
    """Delete the list of a server that has switched it off."""
    await _delete(bot, listing)
    await bot.store.write(integrations.gone, region.id)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Upcoming(bot))
