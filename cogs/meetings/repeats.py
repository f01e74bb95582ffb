"""Series as their hosts see them: the question whether one is still wanted, and one on hold."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.meetings import ORGANISERS
from bot.texts import Markup, Texts
from cogs.common.audience import the_server
from cogs.common.base import GREY, GUILD, MEMBERS, Action, Card, fitting, line, reply, row
from cogs.common.mention import host_of
from cogs.common.permissions import must_organise
from cogs.common.times import written
from db.meetings import series
from db.meetings.models import Meeting, Series
from db.models import Guild


class _OfSeries(Action, template=r"(?!)"):
    """A button about a series; its host presses it in a DM, an organiser also in the server."""

    audience = MEMBERS

    series_id: int

    def read(self, match: re.Match[str]) -> None:
        """Take the series out of the custom_id."""
        self.series_id, self.guild_id = int(match["series"]), int(match["guild"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it, if the presser may."""
        guild = await the_server(interaction, bot)
        found = await bot.store.read(series.find, self.series_id, guild_id=guild.id)
        await must_organise(interaction, bot, guild, found.region, or_by=found.host_id)
        await self.carry_out(interaction, bot, guild, found)

    async def carry_out(
        self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild, found: Series
    ) -> None:
        """Do what the button says."""
        raise NotImplementedError


class StillAlive(_OfSeries, template=r"alive:" + GUILD + r":(?P<series>\d{1,9})"):
    """'Yes, it goes on'."""

    def __init__(self, guild_id: int, series_id: int, texts: Texts) -> None:
        super().__init__(
            f"alive:{guild_id}:{series_id}", texts("series.alive.button"), style=discord.ButtonStyle.success
        )

    async def carry_out(
        self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild, found: Series
    ) -> None:
        """Note that the series is wanted; one on hold goes on."""
        await bot.store.write(
            series.still_alive, found.id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        await reply(interaction, Card(bot.texts("series.alive.thanks", title=found.title)))


class HoldIt(_OfSeries, template=r"hold:" + GUILD + r":(?P<series>\d{1,9})"):
    """'Put it on hold'."""

    def __init__(self, guild_id: int, series_id: int, texts: Texts) -> None:
        super().__init__(f"hold:{guild_id}:{series_id}", texts("series.hold.button"))

    async def carry_out(
        self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild, found: Series
    ) -> None:
        """Put the series on hold."""
        await bot.store.write(
            series.put_on_hold, found.id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        await reply(interaction, Card(bot.texts("series.hold.done", title=found.title)))


def ask_card(found: Series, meeting: Meeting, texts: Texts) -> Card:
    """Return the question to a host, or where there is none to the organisers, whether their series is still wanted."""
    return Card(
        texts(
            "series.ask_organisers" if found.host_id <= ORGANISERS else "series.ask",
            title=found.title,
            repeat=meeting.repeat,
            when=written(meeting.starts_at, ZoneInfo(meeting.zone)),
        ),
        row(StillAlive(found.guild_id, found.id, texts), HoldIt(found.guild_id, found.id, texts)),
    )


def held_card(found: Series, texts: Texts) -> Card:
    """Return the news to the organisers that a series is on hold."""
    return Card(
        texts("series.held", title=found.title, region=found.region.name, host=host_of(found, texts)),
        row(StillAlive(found.guild_id, found.id, texts)),
        colour=GREY,
    )


def terms_card(found: Series, texts: Texts) -> Card:
    """Return the question to the organisers for the next school terms, by which a series goes."""
    return Card(texts("series.no_terms", title=found.title, region=found.region.name), colour=GREY)


def followed_words(done: series.Followed, texts: Texts) -> list[Markup]:
    """Return what became of series after the school terms were edited; nothing where nothing did."""
    said: list[Markup] = []
    for key, meetings in (("series.followed.moved", done.moved), ("series.followed.stayed", done.stayed)):
        if meetings:
            said.append(line(texts(key), fitting([_line(one, texts) for one in meetings], texts, room=900)))
    return said


def _line(meeting: Meeting, texts: Texts) -> Markup:
    return texts(
        "series.followed.entry",
        title=meeting.title,
        when=written(meeting.starts_at, ZoneInfo(meeting.zone)),
        number=meeting.id,
    )
