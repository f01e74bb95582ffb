"""Series: the question whether one is still wanted, and what is sent about one on hold."""

from collections.abc import Callable
from typing import ClassVar, Self

import discord

from bot.delivery import Outgoing, Skip
from bot.domain.meetings import ORGANISERS
from bot.texts import Texts
from cogs.common.base import GREY, MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.people import host_of
from cogs.meetings.subjects import OfMeeting, Why, starting
from db.meetings import series
from db.meetings.models import Series


class _OfSeries(Button):
    """A button about a series; its host presses it in a DM, an organiser also in the server."""

    audience = MEMBERS
    words: ClassVar[str] = ""
    """The part of the content with its label, and what is said when it is `done`."""
    done: ClassVar[str] = "done"
    verb: ClassVar[Callable[..., Series]]

    guild: GuildId
    series: Id

    @classmethod
    def on(cls, found: Series, texts: Texts) -> Self:
        """Return the button of this series."""
        return cls(label=texts(f"series.{cls.words}.button"), guild=found.guild_id, series=found.id)

    async def press(self, ctx: Context) -> None:
        """Store it, for those who host the series or organise its region."""
        found = await ctx.read(series.find, self.series)
        if found.host_id != ctx.user_id:
            ctx.must_organise(found.region)
        found = await ctx.write(type(self).verb, self.series)
        await ctx.reply(Card(ctx.text(f"series.{self.words}.{self.done}", title=found.title)))


class StillAlive(_OfSeries, name="alive"):
    """'Yes, it goes on': the series is wanted; one on hold is resumed."""

    words, done, verb = "alive", "thanks", series.still_alive
    style = discord.ButtonStyle.success


class HoldIt(_OfSeries, name="hold"):
    """'Put it on hold'."""

    words, verb = "hold", series.put_on_hold


async def going_on(ctx: Sending, series_id: int) -> Series:
    """Return an active series.

    Raises:
        Skip: it has ended, or is on hold.
    """
    found = await ctx.read(series.find, series_id)
    if found.ended_at is not None or found.held_at is not None:
        raise Skip(Why.SERIES_ENDED if found.ended_at is not None else Why.HELD)
    return found


@notice(series.ASK, gone=Why.SERIES_GONE)
class SeriesAsked(OfMeeting):
    """The question to a host, or without one to the organisers, whether their series is still wanted."""

    series: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, while the series is active and its next meeting is on."""
        found, meeting, texts = await going_on(ctx, self.series), await self.find(ctx), ctx.texts
        ask = "series.ask_organisers" if found.host_id <= ORGANISERS else "series.ask"
        buttons = row(StillAlive.on(found, texts), HoldIt.on(found, texts))
        words = line(
            texts(ask, title=found.title, repeat=meeting.repeat, when=starting(meeting)),
            texts(f"series.silence.{'again' if found.silences else 'first'}"),
            texts("series.silence.how"),
        )
        return Outgoing(
            Card(words, buttons),
            push=ctx.push(
                "series.push.ask",
                title=found.title,
                region=found.region.name,
                when=await ctx.when(meeting.starts_at, meeting.zone),
            ),
        )


@notice(series.HELD, gone=Why.SERIES_GONE)
class SeriesHeld(Notice):
    """The news to the organisers that a series is on hold."""

    series: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, and how to resume it, unless it is active again."""
        found, texts = await ctx.read(series.find, self.series), ctx.texts
        if not found.held_at:
            raise Skip(Why.SERIES_RESUMED)
        about = {"title": found.title, "region": found.region.name}
        words = texts("series.held", **about, host=host_of(found, texts))
        card = Card(words, row(StillAlive.on(found, texts)), colour=GREY)
        return Outgoing(card, push=ctx.push("series.push.held", **about))


@notice(series.TERMS, gone=Why.SERIES_GONE)
class TermsWanted(Notice):
    """The question to the organisers for the next school terms, which a series follows."""

    series: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, while the series is active."""
        found = await going_on(ctx, self.series)
        about = {"title": found.title, "region": found.region.name}
        card = Card(ctx.texts("series.no_terms", **about), colour=GREY)
        return Outgoing(card, push=ctx.push("series.push.terms", **about))


@job(series.JOB)
class CheckSeries(Job):
    """Store occurrences, ask the host whether they are wanted, or act on a missing answer."""

    verb = series.attend

    series: int
    do: str
    slot: str
