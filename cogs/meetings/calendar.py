"""Calendars: the .ics file of a meeting, and secret addresses of feeds. Part of the `/meeting` group."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, line, reply, row
from cogs.common.context import here
from cogs.common.options import RegionName
from cogs.meetings.buttons import CalendarFile
from db.meetings import calendars
from db.meetings.models import Meeting, Series


class FeedButton(Action, template=r"feed:(?P<do>new|off):(?P<region>\d{1,9})"):
    """'A new address' and 'Switch it off' of a feed; region 0 is the member's own."""

    audience = IN_SERVER

    def __init__(self, do: str, region_id: int, texts: Texts) -> None:
        super().__init__(f"feed:{do}:{region_id}", texts(f"calendar.{do}.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take what to do, and the region, out of the custom_id."""
        self.do, self.region_id = match["do"], int(match["region"]) or None

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it."""
        at = await here(interaction)
        if self.region_id is not None and self.region_id not in {region.id for region in at.guild.regions}:
            raise UserError("errors.button_gone")
        if self.do == "new":
            await reply(interaction, await fresh(bot, at.guild.id, interaction.user.id, self.region_id))
            return
        await bot.store.write(
            calendars.revoke, guild_id=at.guild.id, user_id=interaction.user.id, region_id=self.region_id
        )
        await reply(interaction, Card(bot.texts("calendar.off.done")))


async def fresh(bot: Bot, guild_id: int, user_id: int, region_id: int | None) -> Card:
    """Make a new address and return the card that shows it, this once."""
    secret = await bot.store.write(
        calendars.make, guild_id=guild_id, user_id=user_id, region_id=region_id, now=bot.clock.now()
    )
    texts = bot.texts
    key = "calendar.feed.own" if region_id is None else "calendar.feed.region"
    address = Markup(f"```\n{bot.feeds.address(secret)}\n```")
    return Card(
        line(texts(key), texts("calendar.feed.how")),
        address,
        texts("calendar.feed.secret"),
        row(FeedButton("off", region_id or 0, texts)),
    )


class CalendarCommands(commands.Cog):
    """What `/meeting` says of calendars."""

    bot: Bot

    @app_commands.command()
    async def calendar(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Give a member an address for their calendar program."""
        at = await here(interaction)
        chosen = at.the_region(region) if region else None
        if not self.bot.settings.calendar.address:
            raise UserError("calendar.not_served")
        texts, region_id = self.bot.texts, chosen.id if chosen else 0
        key = "calendar.explain.region" if chosen else "calendar.explain.own"
        words = texts(key, region=chosen.name) if chosen else texts(key)
        buttons = row(FeedButton("new", region_id, texts), FeedButton("off", region_id, texts))
        await reply(interaction, Card(texts("calendar.title"), words, buttons))


def written(
    name: Markup, meetings: Sequence[Meeting], series: Sequence[Series], texts: Texts, now: datetime
) -> bytes:
    """Return a feed of meetings and series."""
    from cogs.meetings.calendars import feed  # icalendar is slow to import, and feeds are off by default

    return feed(name, meetings, series, texts, now=now)


def register_calendar(bot: Bot) -> None:
    """Register the buttons, and how feeds are written."""
    bot.feeds.write = written
    bot.add_dynamic_items(CalendarFile, FeedButton)
