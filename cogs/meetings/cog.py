"""`/meeting`: schedule, list, show and answer network meetings; the other topics add their own commands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.meetings import CHOICES
from bot.domain.when import Refusal, read_period
from bot.errors import UserError
from bot.patience import patiently
from cogs.common.base import Card, row
from cogs.common.context import Context
from cogs.common.doing import do_with
from cogs.common.options import PersonName, RegionName, typed
from cogs.meetings import agenda as agenda
from cogs.meetings import attendance as attendance  # adds its command
from cogs.meetings import calendar as calendar
from cogs.meetings import cards, editing, proposals, reading, rescheduling, scheduling
from cogs.meetings import managing as managing
from cogs.meetings import needs as needs
from cogs.meetings import notices as notices  # registered by being imported
from cogs.meetings import reports as reports
from cogs.meetings import suggesting as suggesting
from cogs.meetings.agenda import add_to_agenda
from cogs.meetings.buttons import answer, ical
from cogs.meetings.channels import Channels
from cogs.meetings.mirror import Mirror
from cogs.meetings.options import MEETING, AnyMeeting, Capacity, MeetingArgument, MeetingTime, Repeat, summary
from cogs.meetings.own_answers import DrawnOnce, OpenAnswers, Redrawer
from cogs.meetings.polls import commands as polls
from cogs.meetings.scheduling import Drafts
from cogs.meetings.series import CheckSeries as CheckSeries  # as above
from cogs.meetings.subjects import known
from cogs.meetings.venues import VENUE, VenueName
from db import meetings
from db.meetings.models import Meeting
from db.models import Region


@MEETING.command()
async def schedule(
    interaction: discord.Interaction[Any],
    title: str,
    when: MeetingTime,
    duration: str | None = None,
    venue: VenueName | None = None,
    online: str | None = None,
    region: RegionName | None = None,
    repeat: Repeat | None = None,
    host: PersonName | None = None,
    access: str | None = None,
    capacity: Capacity | None = None,
) -> None:
    """Schedule a meeting."""
    fields = typed(locals())
    await scheduling.schedule(await Context.of(interaction), fields)


@MEETING.command(name="list")
async def list_(
    interaction: discord.Interaction[Any], region: RegionName | None = None, period: str | None = None
) -> None:
    """List what is coming up."""
    ctx = await Context.personal(interaction)
    chosen = ctx.the_region(region) if region or ctx.region else None
    since, until = _period(period, ctx) if period else (None, None)
    found = await ctx.read_cached(
        meetings.upcoming,
        ctx.guild.id,
        now=ctx.now.replace(second=0, microsecond=0),
        since=since,
        until=until,
        region_id=chosen.id if chosen else None,
    )
    listed = ("list", chosen.name if chosen else None, *((*known(one), one.going) for one in found))
    await ctx.reply(ctx.bot.part(DrawnOnce).card(listed, lambda: _list_card(ctx, found, chosen)))


def _list_card(ctx: Context, found: Sequence[Meeting], chosen: Region | None) -> Card:
    title = ctx.text("meetings.list.title", region=chosen.name) if chosen else ctx.text("meetings.list.all")
    card = cards.list_card(found, ctx.texts, title=title, everywhere=chosen is None)
    if found:
        offers = [(summary(one, ctx.texts), str(one.id)) for one in found]
        card.add_item(row(do_with(ctx.text("meetings.list.menu.label"), "meeting show", offers)))
    return card


@MEETING.command()
async def show(interaction: discord.Interaction[Any], meeting: AnyMeeting) -> None:
    """Show a meeting and answer it."""
    ctx = await Context.personal(interaction)
    mine = await ctx.read(meetings.roles_of, meeting.id, ctx.user_id)
    await ctx.reply(cards.own_card(meeting, ctx, mine))


@MEETING.command(name="answer")
@app_commands.choices(choice=[app_commands.Choice(name=name, value=name) for name in CHOICES])
async def answer_(
    interaction: discord.Interaction[Any], meeting: MeetingArgument, choice: app_commands.Choice[str]
) -> None:
    """Say whether you are coming."""
    ctx = await Context.personal(interaction)
    await answer(ctx, meeting.id, choice.value)  # pyright: ignore[reportArgumentType] - one of the choices above


def _period(words: str, ctx: Context) -> tuple[datetime, datetime]:
    found = read_period(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
    if isinstance(found, Refusal):
        raise UserError(found.reason, **found.fields)
    after = found.last + timedelta(days=1)
    return reading.midnight(found.first, ctx.zone), reading.midnight(after, ctx.zone)


async def setup(bot: Bot) -> None:
    """Add the groups with the commands of all topics, the cogs beside them, and the kinds of delivery."""
    for beside in (Channels, Mirror):
        await bot.add_cog(beside(bot))
    bot.tree.add_command(MEETING)
    bot.tree.add_command(VENUE)
    drafts = Drafts()
    drafts.carriers |= {
        scheduling.MOVE: rescheduling.move,
        scheduling.END: rescheduling.cancel,
        rescheduling.UNMOVE: rescheduling.unmove,
        rescheduling.RESTORE: rescheduling.restore,
        **dict.fromkeys((scheduling.EDIT, scheduling.MORE, scheduling.NOTE), editing.edit),
        scheduling.PROPOSE: proposals.propose,
        **dict.fromkeys((scheduling.POLL, scheduling.DETAILS), polls.ask),
    }
    bot.provide(drafts)
    bot.provide(Redrawer(bot.texts, cards.announcement, cards.tally))
    bot.provide(DrawnOnce(bot.texts))
    bot.provide(OpenAnswers(bot, cards.answered_card))
    bot.feeds.write = lambda name, found, series, texts, now: ical().feed(name, found, series, texts, now)
    bot.tree.add_command(app_commands.ContextMenu(name="agenda", callback=add_to_agenda))

    async def on_first_ready() -> None:
        # A killed process may have stored an answer without showing it on the card.
        await patiently(bot.store, None, meetings.redraw_latest, now=bot.clock.now())

    bot.add_listener(on_first_ready)
