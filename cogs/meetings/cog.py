"""`/meeting`: schedule, list, show, edit, move and cancel network meetings."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain import news
from bot.domain.free_text import one_line
from bot.domain.lead_times import NONE
from bot.domain.meetings import CHOICES, subject
from bot.domain.names import normalize
from bot.domain.when import Refusal, read_period
from bot.errors import UserError
from bot.patience import patiently
from bot.texts import Markup
from cogs.common.base import Card, row
from cogs.common.context import Context
from cogs.common.doing import command_of, menu
from cogs.common.options import PersonName, RegionName, typed
from cogs.common.permissions import must_host
from cogs.meetings import answering as answering
from cogs.meetings import attendance as attendance  # adds its command
from cogs.meetings import (
    cards,
    proposals,
    reading,
    scheduling,
)
from cogs.meetings import chasing as chasing
from cogs.meetings import checklist as checklist
from cogs.meetings import news as news_cards
from cogs.meetings import notices as notices  # registered by being imported
from cogs.meetings import reports as reports
from cogs.meetings.agenda import register_agenda
from cogs.meetings.buttons import answer
from cogs.meetings.calendar import register_calendar
from cogs.meetings.goals import register_goals
from cogs.meetings.group import MEETING
from cogs.meetings.options import (
    AnyMeeting,
    Capacity,
    MeetingArgument,
    MeetingTime,
    NewTime,
    Repeat,
    Which,
    summary,
)
from cogs.meetings.own_answers import OpenAnswers
from cogs.meetings.polls.commands import register_polls
from cogs.meetings.push import known
from cogs.meetings.reading import LATER
from cogs.meetings.redrawing import DrawnOnce
from cogs.meetings.scheduling import Drafts
from cogs.meetings.series import CheckSeries as CheckSeries  # as above
from cogs.meetings.venues import VenueName
from db import meetings
from db.meetings import remarks, series
from db.meetings.change_notices import later_told
from db.meetings.models import Meeting
from db.models import Region


@MEETING.command()
async def propose(
    interaction: discord.Interaction[Any],
    title: str,
    when: MeetingTime,
    duration: str | None = None,
    venue: str | None = None,
    online: str | None = None,
    region: RegionName | None = None,
    repeat: Repeat | None = None,
    access: str | None = None,
    capacity: Capacity | None = None,
) -> None:
    """Propose a meeting to the organisers."""
    fields = typed(locals())
    await proposals.propose(await Context.of(interaction), fields)


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
    interaction: discord.Interaction[Any],
    region: RegionName | None = None,
    period: str | None = None,
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
    hint = ctx.text("meetings.list.how", command=ctx.bot.mention("meeting show"))
    card = cards.list_card(found, ctx.texts, title=title, more=hint)
    if found and (command := command_of(ctx.bot, "meeting show")) is not None:
        choices = [app_commands.Choice(name=summary(one, ctx.bot.texts), value=str(one.id)) for one in found]
        card.add_item(row(menu(command, choices, ctx.text("meetings.list.menu.label"))))
    return card


@MEETING.command()
async def show(interaction: discord.Interaction[Any], meeting: AnyMeeting) -> None:
    """Show a meeting and answer it."""
    ctx = await Context.personal(interaction)
    await ctx.reply(cards.own_card(meeting, ctx))


@MEETING.command(name="answer")
@app_commands.choices(choice=[app_commands.Choice(name=name, value=name) for name in CHOICES])
async def answer_(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    choice: app_commands.Choice[str],
) -> None:
    """Say whether you are coming."""
    ctx = await Context.personal(interaction)
    await answer(ctx, meeting.id, choice.value)  # pyright: ignore[reportArgumentType] - one of the choices above


@MEETING.command()
async def edit(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    title: str | None = None,
    duration: str | None = None,
    venue: VenueName | None = None,
    online: str | None = None,
    host: PersonName | None = None,
    access: str | None = None,
    capacity: Capacity | None = None,
    note: str | None = None,
    which: Which | None = None,
) -> None:
    """Change what a meeting says of itself."""
    fields = typed(locals())
    ctx = await Context.of(interaction)
    must_host(ctx, meeting)  # their own words go with the reminder; the rest is for organisers
    changes = reading.read_changes(ctx, fields)
    if changes:
        ctx.must_organise(meeting.region)
    remarked: Markup | None = None
    if note is not None:
        words = "" if normalize(note) in NONE else one_line(note)
        meeting = await ctx.write_limited(
            "change", remarks.remark, meeting.id, about=subject(meeting.id), words=words
        )
        remarked = ctx.text("meetings.edit.note" if words else "meetings.edit.no_note", note=words)
    if not changes:
        await ctx.reply(Card(remarked))
        return
    verb = series.edit_later if which == LATER else meetings.edit
    changed = await ctx.write_limited("change", verb, meeting.id, about=subject(meeting.id), **changes)
    if which == LATER:
        people = await ctx.read(later_told, changed)
        await ctx.reply(news_cards.later_card(ctx.texts, "edited", changed.title, [changed], people))
        return
    told = None
    if set(changes) & set(news.AUDIENCE):
        await ctx.bot.sender.in_flight.wait_until_sent(subject(changed.id))
        told = await scheduling.said_to(ctx, changed)
    title_line = ctx.text("meetings.edit.done", title=changed.title)
    await ctx.reply(Card(title_line, cards.facts(changed, ctx.texts), remarked, told))


@MEETING.command()
async def move(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    when: NewTime,
    which: Which | None = None,
) -> None:
    """Move a meeting to another time."""
    fields = {"meeting": meeting.id, "when": when, "which": which or ""}
    await scheduling.move(await Context.of(interaction), fields)


@MEETING.command()
async def cancel(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    reason: str | None = None,
    which: Which | None = None,
) -> None:
    """Cancel a meeting and tell everyone who answered."""
    ctx = await Context.of(interaction)
    ctx.must_organise(meeting.region)
    reading.read_free(ctx.texts, {"reason": reason})
    reason = (reason or "").strip()
    if which == LATER:
        await scheduling.end_later(ctx, {"meeting": meeting.id, "reason": reason})
        return
    done = await ctx.write(meetings.cancel, meeting.id, reason=reason)
    await ctx.bot.sender.in_flight.wait_until_sent(subject(done.id))
    told = await scheduling.said_to(ctx, done, cancelled=True)
    await ctx.reply(Card(ctx.text("meetings.cancelled.done", title=done.title), told))


def _period(words: str, ctx: Context) -> tuple[datetime, datetime]:
    found = read_period(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
    if isinstance(found, Refusal):
        raise UserError(found.reason, **found.fields)
    after = found.last + timedelta(days=1)
    return reading.midnight(found.first, ctx.zone), reading.midnight(after, ctx.zone)


async def setup(bot: Bot) -> None:
    """Add the group with the commands of all topics, and the kinds of delivery."""
    bot.tree.add_command(MEETING)
    bot.provide(Drafts())
    bot.provide(cards.redrawer(bot.texts))
    bot.provide(DrawnOnce(bot.texts))
    bot.provide(OpenAnswers(bot, cards.answered_card))
    register_calendar(bot)
    register_agenda(bot)
    register_goals(bot)
    register_polls(bot)
    proposals.register_proposals(bot)

    async def on_first_ready() -> None:
        # A process that was killed may have stored an answer alone, and not shown it on the card.
        await patiently(bot.store, None, meetings.redraw_latest, now=bot.clock.now())

    bot.add_listener(on_first_ready)
