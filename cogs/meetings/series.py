"""Series: handing over the host, and the question whether one is still wanted. Part of the `/meeting` group."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.meetings import ORGANISERS, subject
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import GREY, MEMBERS, Card, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.mention import host_of
from cogs.common.notice import Job, Sending, job
from cogs.common.options import PersonName
from cogs.common.permissions import must_host
from cogs.common.times import written
from cogs.meetings.group import MEETING
from cogs.meetings.options import MeetingArgument, Which
from cogs.meetings.reading import LATER
from cogs.meetings.subjects import load_meeting
from db import meetings
from db.meetings import series
from db.meetings.models import Meeting, Series
from db.models import Delivery

HostChange = Literal["host", "co-host", "remove"]
DONE: dict[HostChange, str] = {
    "host": "series.host.done",
    "co-host": "series.host.shared",
    "remove": "series.host.removed",
}


@MEETING.command()
async def host(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    member: PersonName,
    change: HostChange = "host",
    which: Which | None = None,
) -> None:
    """Hand a meeting over to another host, or share the job."""
    ctx = await Context.of(interaction)
    must_host(ctx, meeting)
    about = subject(meeting.id)
    if which == LATER and change == "host":
        await ctx.write_limited("change", series.hand_over, meeting.id, about=about, to=member.id)
    else:
        given = {"user_id": member.id, "change": change, "everywhere": which == LATER}
        await ctx.write_limited("change", meetings.share, meeting.id, about=about, **given)
    who = Markup(member.mention)
    await ctx.reply(Card(ctx.text(DONE[change], who=who, title=meeting.title)))


class _OfSeries(Button):
    """A button about a series; its host presses it in a DM, an organiser also in the server."""

    audience = MEMBERS

    guild: GuildId
    series: Id

    async def may(self, ctx: Context) -> None:
        """Refuse those who neither host the series nor organise its region."""
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


@job(series.JOB)
class CheckSeries(Job):
    """Store occurrences, ask the host whether they are wanted, or take note of a silence."""

    series: int
    do: str
    slot: str

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(series.attend, self.series, self.do, self.slot)


def register_series(bot: Bot) -> None:
    """Register what series send and the buttons under it."""

    async def find(delivery: Delivery) -> Series | Skip:
        try:
            return await bot.store.read(series.find, int(delivery.data["series"]), guild_id=delivery.guild_id)
        except UserError:
            return Skip("series_gone")

    async def ask(delivery: Delivery) -> Outgoing | Skip:
        found, meeting = await find(delivery), await load_meeting(bot, delivery)
        if isinstance(found, Skip):
            return found
        if isinstance(meeting, Skip):
            return meeting
        if found.ended_at is not None or found.held_at is not None:
            return Skip("series_ended" if found.ended_at is not None else "held")
        return Outgoing(ask_card(found, meeting, bot.texts))

    async def held(delivery: Delivery) -> Outgoing | Skip:
        found = await find(delivery)
        if isinstance(found, Skip):
            return found
        return Outgoing(held_card(found, bot.texts)) if found.held_at else Skip("series_resumed")

    async def terms(delivery: Delivery) -> Outgoing | Skip:
        found = await find(delivery)
        if isinstance(found, Skip):
            return found
        if found.ended_at is not None or found.held_at is not None:
            return Skip("series_ended" if found.ended_at is not None else "held")
        return Outgoing(terms_card(found, bot.texts))

    bot.sender.kind(series.TERMS, terms)
    bot.sender.kind(series.ASK, ask)
    bot.sender.kind(series.HELD, held)
