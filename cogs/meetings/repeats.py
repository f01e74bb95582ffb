"""Series as their hosts see them: the question whether one is still wanted, and one on hold."""

from zoneinfo import ZoneInfo

import discord

from bot.domain.meetings import ORGANISERS
from bot.texts import Markup, Texts
from cogs.common.base import GREY, MEMBERS, Card, fitting, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.mention import host_of
from cogs.common.times import written
from db.meetings import series
from db.meetings.models import Meeting, Series


class _OfSeries(Button):
    """A button about a series; its host presses it in a DM, an organiser also in the server."""

    audience = MEMBERS

    guild: GuildId
    series: Id

    async def may(self, ctx: Context) -> None:
        """Refuse whoever neither hosts the series nor organises its region."""
        found = await ctx.read(series.find, self.series)
        if found.host_id != ctx.user_id:
            ctx.must_organise(found.region)


class StillAlive(_OfSeries, name="alive"):
    """'Yes, it goes on'."""

    style = discord.ButtonStyle.success

    async def press(self, ctx: Context) -> None:
        """Note that the series is wanted; one on hold goes on."""
        await self.may(ctx)
        found = await ctx.write(series.still_alive, self.series)
        await ctx.reply(Card(ctx.text("series.alive.thanks", title=found.title)))


class HoldIt(_OfSeries, name="hold"):
    """'Put it on hold'."""

    async def press(self, ctx: Context) -> None:
        """Put the series on hold."""
        await self.may(ctx)
        found = await ctx.write(series.put_on_hold, self.series)
        await ctx.reply(Card(ctx.text("series.hold.done", title=found.title)))


def still_alive(found: Series, texts: Texts) -> StillAlive:
    """Return the button by which a series goes on."""
    return StillAlive(label=texts("series.alive.button"), guild=found.guild_id, series=found.id)


def ask_card(found: Series, meeting: Meeting, texts: Texts) -> Card:
    """Return the question to a host, or where there is none to the organisers, whether their series is still wanted."""
    return Card(
        texts(
            "series.ask_organisers" if found.host_id <= ORGANISERS else "series.ask",
            title=found.title,
            repeat=meeting.repeat,
            when=written(meeting.starts_at, ZoneInfo(meeting.zone)),
        ),
        row(
            still_alive(found, texts),
            HoldIt(label=texts("series.hold.button"), guild=found.guild_id, series=found.id),
        ),
    )


def held_card(found: Series, texts: Texts) -> Card:
    """Return the news to the organisers that a series is on hold."""
    return Card(
        texts("series.held", title=found.title, region=found.region.name, host=host_of(found, texts)),
        row(still_alive(found, texts)),
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
