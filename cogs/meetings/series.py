"""Series: handing over the host, and the question whether one is still wanted. Part of the `/meeting` group."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.meetings import subject
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.options import PersonName
from cogs.common.permissions import must_host
from cogs.meetings import repeats
from cogs.meetings.options import MeetingArgument, Which
from cogs.meetings.reading import LATER
from cogs.meetings.subjects import the_meeting
from db import chores, meetings
from db.meetings import series
from db.meetings.models import Series
from db.models import Delivery

HostChange = Literal["host", "co-host", "remove"]
DONE: dict[HostChange, str] = {
    "host": "series.host.done",
    "co-host": "series.host.shared",
    "remove": "series.host.removed",
}


class SeriesCommands(commands.Cog):
    """What `/meeting` says of hosts."""

    bot: Bot

    @app_commands.command()
    async def host(
        self,
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


def register_series(bot: Bot) -> None:
    """Register what series send and the buttons under it."""

    async def find(delivery: Delivery) -> Series | Skip:
        try:
            return await bot.store.read(series.find, int(delivery.data["series"]), guild_id=delivery.guild_id)
        except UserError:
            return Skip("series_gone")

    async def chore(delivery: Delivery) -> Skip:
        guild = await bot.guild_record(delivery.guild_id)
        if guild is not None:
            await bot.store.write(series.attend, delivery.data, guild=guild, now=bot.clock.now())
        return Skip(chores.DONE)

    async def ask(delivery: Delivery) -> Outgoing | Skip:
        found, meeting = await find(delivery), await the_meeting(bot, delivery)
        if isinstance(found, Skip):
            return found
        if isinstance(meeting, Skip):
            return meeting
        if found.ended_at is not None or found.held_at is not None:
            return Skip("series_ended" if found.ended_at is not None else "held")
        return Outgoing(repeats.ask_card(found, meeting, bot.texts))

    async def held(delivery: Delivery) -> Outgoing | Skip:
        found = await find(delivery)
        if isinstance(found, Skip):
            return found
        return Outgoing(repeats.held_card(found, bot.texts)) if found.held_at else Skip("series_resumed")

    async def terms(delivery: Delivery) -> Outgoing | Skip:
        found = await find(delivery)
        if isinstance(found, Skip):
            return found
        if found.ended_at is not None or found.held_at is not None:
            return Skip("series_ended" if found.ended_at is not None else "held")
        return Outgoing(repeats.terms_card(found, bot.texts))

    bot.sender.kind(series.CHORE, chore)
    bot.sender.kind(series.TERMS, terms)
    bot.sender.kind(series.ASK, ask)
    bot.sender.kind(series.HELD, held)
    bot.add_dynamic_items(repeats.StillAlive, repeats.HoldIt)
