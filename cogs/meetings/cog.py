"""`/meeting`: schedule, list, show, edit, move and cancel network meetings."""

from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain import news
from bot.domain.meetings import CHOICES, subject
from bot.domain.when import Refusal, read_period
from bot.errors import UserError
from bot.patience import patiently
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.options import PersonName, RegionName
from cogs.meetings import cards, proposals, reading, scheduling
from cogs.meetings import news as news_cards
from cogs.meetings import notices as notices  # registered by being imported
from cogs.meetings.agenda import AgendaCommands, register_agenda
from cogs.meetings.answering import AnsweringCommands, register_answering
from cogs.meetings.attendance import AttendanceCommands
from cogs.meetings.buttons import CancelIt, Rsvp, WhoComes, answer
from cogs.meetings.calendar import CalendarCommands, register_calendar
from cogs.meetings.chasing import ChasingCommands, register_chasing
from cogs.meetings.checklist import ChecklistCommands, register_checklist
from cogs.meetings.goals import GoalCommands, register_goals
from cogs.meetings.options import Capacity, MeetingArgument, MeetingTime, NewTime, Repeat, Which
from cogs.meetings.polls.commands import PollCommands, register_polls
from cogs.meetings.reading import LATER
from cogs.meetings.reports import ReportCommands, register_reports
from cogs.meetings.scheduling import Drafts, MeetingForm, Pick, Redo
from cogs.meetings.series import SeriesCommands, register_series
from cogs.meetings.venues import VenueName
from db import meetings
from db.meetings import series
from db.meetings.hearing import later_told

ACTIONS = (Rsvp, WhoComes, CancelIt, Pick, Redo)


class ProposalCommands(commands.Cog):
    """What `/meeting` says of proposing."""

    bot: Bot

    @app_commands.command()
    async def propose(
        self,
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
        fields = {
            "title": title,
            "when": when,
            "duration": duration,
            "venue": venue,
            "online": online,
            "region": region,
            "repeat": repeat,
            "access": access,
            "capacity": capacity,
        }
        await proposals.propose(await Context.of(interaction), fields)


class Meetings(
    AgendaCommands,
    AnsweringCommands,
    AttendanceCommands,
    CalendarCommands,
    ChasingCommands,
    ChecklistCommands,
    GoalCommands,
    PollCommands,
    ProposalCommands,
    ReportCommands,
    SeriesCommands,
    commands.GroupCog,
    group_name="meeting",
):
    """Network meetings."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the buttons, the form and the kinds of delivery."""
        self.bot.provide(Drafts())
        self.bot.provide(cards.redrawer(self.bot.texts))
        self.bot.add_dynamic_items(*ACTIONS)
        self.bot.forms.add(MeetingForm)
        register_series(self.bot)
        register_calendar(self.bot)
        register_chasing(self.bot)
        register_checklist(self.bot)
        register_answering(self.bot)
        register_agenda(self.bot)
        register_goals(self.bot)
        register_reports(self.bot)
        register_polls(self.bot)
        proposals.register_proposals(self.bot)

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Have the cards of what was answered last show it: a process that was killed may have stored it alone."""
        await patiently(self.bot.store, None, meetings.redraw_latest, now=self.bot.clock.now())

    @app_commands.command()
    async def schedule(
        self,
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
        fields = {
            "title": title,
            "when": when,
            "duration": duration,
            "venue": venue,
            "online": online,
            "region": region,
            "repeat": repeat,
            "host": host.id if host else None,
            "access": access,
            "capacity": capacity,
        }
        await scheduling.schedule(await Context.of(interaction), fields)

    @app_commands.command(name="list")
    async def list_(
        self,
        interaction: discord.Interaction[Any],
        region: RegionName | None = None,
        period: str | None = None,
    ) -> None:
        """List what is coming up."""
        ctx = await Context.personal(interaction)
        chosen = ctx.the_region(region) if region or ctx.region else None
        since, until = self._period(period, ctx) if period else (None, None)
        found = await ctx.recall(
            meetings.upcoming,
            ctx.guild.id,
            now=ctx.now.replace(second=0, microsecond=0),
            since=since,
            until=until,
            region_id=chosen.id if chosen else None,
        )
        title = (
            ctx.text("meetings.list.title", region=chosen.name) if chosen else ctx.text("meetings.list.all")
        )
        hint = ctx.text("meetings.list.how", command=self.bot.mention("meeting show"))
        await ctx.reply(cards.list_card(found, ctx.texts, title=title, more=hint))

    def _period(self, words: str, ctx: Context) -> tuple[datetime, datetime]:
        found = read_period(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
        if isinstance(found, Refusal):
            raise UserError(found.reason, **found.fields)
        after = found.last + timedelta(days=1)
        return reading.midnight(found.first, ctx.zone), reading.midnight(after, ctx.zone)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
        """Show a meeting and answer it."""
        ctx = await Context.personal(interaction)
        over = meeting.cancelled_at is None and ctx.now >= meeting.ends_at
        await ctx.reply((cards.over_card if over else cards.meeting_card)(meeting, ctx.texts))

    @app_commands.command()
    @app_commands.choices(choice=[app_commands.Choice(name=name, value=name) for name in CHOICES])
    async def answer(
        self,
        interaction: discord.Interaction[Any],
        meeting: MeetingArgument,
        choice: app_commands.Choice[str],
    ) -> None:
        """Say whether you are coming."""
        ctx = await Context.personal(interaction)
        await answer(ctx, meeting.id, choice.value)  # pyright: ignore[reportArgumentType] - one of the choices above

    @app_commands.command()
    async def edit(
        self,
        interaction: discord.Interaction[Any],
        meeting: MeetingArgument,
        title: str | None = None,
        duration: str | None = None,
        venue: VenueName | None = None,
        online: str | None = None,
        host: PersonName | None = None,
        access: str | None = None,
        capacity: Capacity | None = None,
        which: Which | None = None,
    ) -> None:
        """Change what a meeting says of itself."""
        ctx = await Context.of(interaction)
        ctx.must_organise(meeting.region)
        typed = {
            "title": title,
            "duration": duration,
            "venue": venue,
            "online": online,
            "host": host.id if host else None,
            "access": access,
            "capacity": capacity,
        }
        changes = reading.read_changes(ctx, typed)
        verb = series.edit_later if which == LATER else meetings.edit
        changed = await ctx.write_limited("change", verb, meeting.id, about=subject(meeting.id), **changes)
        if which == LATER:
            people = await ctx.read(later_told, changed)
            await ctx.reply(news_cards.later_card(ctx.texts, "edited", changed.title, [changed], people))
            return
        told = None
        if set(changes) & set(news.AUDIENCE):
            await self.bot.sender.underway.arrived(subject(changed.id))
            told = await scheduling.said_to(ctx, changed)
        title_line = ctx.text("meetings.edit.done", title=changed.title)
        await ctx.reply(Card(title_line, cards.facts(changed, ctx.texts), told))

    @app_commands.command()
    async def move(
        self,
        interaction: discord.Interaction[Any],
        meeting: MeetingArgument,
        when: NewTime,
        which: Which | None = None,
    ) -> None:
        """Move a meeting to another time."""
        fields = {"meeting": meeting.id, "when": when, "which": which or ""}
        await scheduling.move(await Context.of(interaction), fields)

    @app_commands.command()
    async def cancel(
        self,
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
        await self.bot.sender.underway.arrived(subject(done.id))
        told = await scheduling.said_to(ctx, done, cancelled=True)
        await ctx.reply(Card(ctx.text("meetings.cancelled.done", title=done.title), told))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Meetings(bot))
