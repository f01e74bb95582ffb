"""The agenda of a meeting and the goals of reports: lists, changes, and following up goals."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import discord
from discord import app_commands, ui

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.names import normalize
from bot.domain.reports import GoalWords
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import MEMBERS, Card, fitting, line, members_of, row
from cogs.common.buttons import Button, GuildId, Id, Menu, Page, PagedMenu, named
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.forms import Line
from cogs.common.notice import Notice, Sending, notice
from cogs.common.options import RegionName
from cogs.common.people import is_member, members_called, members_with, who
from cogs.common.permissions import may_host, must_host
from cogs.common.times import short_day
from cogs.meetings.options import MEETING, MeetingArgument
from cogs.meetings.subjects import FormOfMeeting, MeetingButton, Why
from db import meetings
from db.meetings import agenda, reports
from db.meetings.models import AgendaItem, Goal, Meeting

GoalChange = Literal["done", "dropped", "carried"]
STYLES: dict[GoalChange, discord.ButtonStyle] = {
    "done": discord.ButtonStyle.success,
    "carried": discord.ButtonStyle.secondary,
    "dropped": discord.ButtonStyle.secondary,
}


class GoalButton(Button, name="goal"):
    """'Done', 'Dropped' or 'Carry over', under a goal."""

    audience = MEMBERS

    do: GoalChange
    guild: GuildId
    goal: Id

    async def press(self, ctx: Context) -> None:
        """Mark the goal done or dropped, or carry it over.

        Raises:
            UserError: it is closed, or not theirs and they neither host nor organise its meeting.
        """
        goal = await ctx.read(reports.goal_of, self.goal)
        if ctx.user_id != goal.owner_id:
            if goal.meeting_id is None:
                raise UserError("report.goal.unknown")
            must_host(ctx, await ctx.read(meetings.find, goal.meeting_id))
        goal = await ctx.write(reports.follow_up, goal.id, self.do)
        rest = row(Do(label=ctx.text("report.goal.rest.button"), command="meeting goals"))
        thanks = ctx.text(f"report.goal.{self.do}.thanks", goal=goal.words)
        await ctx.reply(Card(thanks, rest if ctx.in_server else None))


async def with_owners(bot: Bot, meeting: Meeting, goals: Sequence[GoalWords]) -> list[GoalWords]:
    """Return goals with their owners' ids, where exactly one member has the given name.

    Raises:
        UserError: somebody mentioned is not in the server, and would be messaged; says who.
        NotChecked: Discord did not say in time.
    """
    mentioned = list(dict.fromkeys(goal.owner_id for goal in goals if goal.owner_id))
    present = await asyncio.gather(*(is_member(bot, meeting.guild_id, user_id) for user_id in mentioned))
    for user_id, member in zip(mentioned, present, strict=True):
        if not member:
            raise UserError("report.goal.not_a_member", owner=Markup(f"<@{user_id}>"))
    named = {normalize(goal.owner): goal.owner for goal in goals if goal.owner and not goal.owner_id}
    having: dict[str, set[int]] = {}
    if named:
        came = await bot.store.read(reports.who_answered, meeting.id)
        for member in [
            *await members_with(bot, meeting.guild_id, came),
            *await members_called(bot, meeting.guild_id, list(named.values())[:10]),
        ]:
            for name in {normalize(member.display_name), normalize(member.name)}:
                having.setdefault(name, set()).add(member.id)
    found: list[GoalWords] = []
    for goal in goals:
        ids = list(having.get(normalize(goal.owner), ())) if goal.owner else []
        owner_id = goal.owner_id or (ids[0] if len(ids) == 1 else None)
        found.append(GoalWords(goal.words, owner_id, "" if owner_id else goal.owner, goal.due_on))
    return found


def day_of(goal: Goal, texts: Texts) -> Markup:
    """Return when a goal is due, in words."""
    return When(Day(date.fromisoformat(goal.due_on))) if goal.due_on else texts("report.goal.no_day")


def goal_line(goal: Goal, texts: Texts) -> Markup:
    """Return a goal with its owner and day, in words."""
    owner = who(goal.owner_id, texts) if goal.owner_id else goal.owner or texts("report.goal.nobody")
    about = {"number": goal.id, "words": goal.words, "owner": owner, "day": day_of(goal, texts)}
    return texts(f"report.goal.line_{goal.status}", **about)


def goals_in(goals: Sequence[Goal], texts: Texts, title: str) -> Markup:
    """Return goals below a title (its key), as many as have room beside other things."""
    return line(texts(title), fitting([goal_line(goal, texts) for goal in goals], texts, room=1_200))


MOST_GOALS = 50


class PickGoal(PagedMenu, name="goal-pick"):
    """The choice of a goal to follow up."""

    async def press(self, ctx: Context) -> None:
        """Show the goal with its possible outcomes."""
        goal = await ctx.read(reports.goal_of, self.the_number())
        await ctx.reply(
            Card(ctx.text("report.goal.ask"), goal_line(goal, ctx.texts), outcomes(goal, ctx.texts))
        )


@MEETING.command(name="goals")
async def goals_(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """List the open goals of a region (this channel's, or all), to follow each up."""
    ctx = await Context.of(interaction)
    chosen = ctx.the_region(region) if region or ctx.region else None
    ids = [chosen.id] if chosen else [one.id for one in ctx.guild.regions]
    found = await ctx.read(reports.open_goals, ids, limit=MOST_GOALS + 1)
    beyond = ctx.text("report.goal.beyond", most=MOST_GOALS) if len(found) > MOST_GOALS else None
    found = found[:MOST_GOALS]
    offers = [(f"{one.id}. {one.words}", str(one.id)) for one in found]
    shown = [goal_line(one, ctx.texts) for one in found]
    await ctx.reply(
        Card(
            ctx.text("report.goals_of", region=chosen.name) if chosen else ctx.text("report.goals_of_all"),
            fitting(shown, ctx.texts) if shown else ctx.text("report.goal.none"),
            *PickGoal.rows(ctx.text("report.goal.pick.label"), offers),
            beyond,
        )
    )


def outcomes(goal: Goal, texts: Texts) -> ui.ActionRow[Any]:
    """Return the buttons that follow a goal up."""
    return row(
        *[
            GoalButton(
                label=texts(f"report.goal.{do}.button"), style=style, do=do, guild=goal.guild_id, goal=goal.id
            )
            for do, style in STYLES.items()
        ]
    )


@notice(reports.NUDGE, gone=Why.GOAL_GONE)
class GoalNudge(Notice):
    """The nudge to a goal's owner, or to the organisers if nobody is left to ask."""

    goal: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask how it is going, while the goal is open."""
        goal, texts = await ctx.read(reports.goal_of, self.goal), ctx.texts
        if goal.status != reports.OPEN:
            raise Skip(Why.GOAL_CLOSED)
        kind = "nudge" if ctx.private else "nudge_left"
        day = texts("report.goal.no_day")
        if goal.due_on:
            day = texts("report.push.by", day=short_day(date.fromisoformat(goal.due_on), texts))
        return Outgoing(
            Card(texts(f"report.{kind}"), goal_line(goal, texts), outcomes(goal, texts)),
            push=ctx.push(f"report.push.{kind}", goal=goal.words, day=day),
        )


LONGEST = 300


class AddItem(MeetingButton, name="agenda"):
    """'Add to the agenda': a form with one field."""

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await ctx.open(ItemForm(ctx.texts, meeting=self.meeting))


class ItemForm(FormOfMeeting, name="agenda", words="agenda.add"):
    """The form for what somebody wants to talk about."""

    said = Line(LONGEST, long=True, name="words")

    async def send(self, ctx: Context) -> None:
        """Put it on the agenda."""
        await add(ctx, self.meeting, self.said.value)


async def add(ctx: Context, meeting_id: int, words: str, link: str = "") -> None:
    """Put something on the agenda of a meeting, and confirm it.

    Raises:
        UserError: no such meeting for this person, it is over, its agenda is full, or nothing was typed.
    """
    words = " ".join(words.split())[:LONGEST]
    if not words:
        raise UserError("agenda.empty")
    organises = ctx.may_organise((await ctx.read(meetings.find, meeting_id)).region)
    meeting = await ctx.write(agenda.add, meeting_id, words=words, link=link, organises=organises)
    whole = Do(label=ctx.text("agenda.whole.button"), command="meeting agenda", value=str(meeting.id))
    added = ctx.text("agenda.added", title=meeting.title, words=words)
    await ctx.reply(Card(added, row(whole) if ctx.in_server else None))


class TakeOff(Menu, name="agenda-off"):
    """The choice of an item to remove from an agenda: one's own or, as a host, anybody's."""

    audience = members_of(Meeting, "meeting")

    meeting: Id
    page: Page

    async def press(self, ctx: Context) -> None:
        """Remove it, and show the agenda."""
        meeting = await ctx.read(meetings.find, self.meeting)
        any_of_them = may_host(ctx, meeting)
        gone = await ctx.write(agenda.take_off, meeting.id, self.the_number(), any_of_them=any_of_them)
        await show(ctx, meeting, ctx.text("agenda.removed", words=gone.words))


def _item(number: int, item: AgendaItem, texts: Texts) -> Markup:
    by = who(item.by_id, texts)
    if item.link:
        return texts("agenda.linked", number=number, words=item.words, who=by, link=Markup(item.link))
    return texts("agenda.item", number=number, words=item.words, who=by)


async def show(ctx: Context, meeting: Meeting, said: Markup | None = None) -> None:
    """Show the agenda of a meeting: first open goals, then the items; `said` is what was just done."""
    texts, items = ctx.texts, await ctx.read(agenda.items, meeting.id)
    goals = await ctx.read(reports.open_goals, [meeting.region_id])
    shown = [_item(number, item, texts) for number, item in enumerate(items, 1)]
    hosts = may_host(ctx, meeting)
    manage = named("manage", label=texts("manage.show.button"), meeting=meeting.id, do="show")
    theirs = [
        (f"{number}. {item.words}", str(item.id))
        for number, item in enumerate(items, 1)
        if hosts or item.by_id == ctx.user_id
    ]
    await ctx.reply(
        Card(
            said,
            texts("agenda.title", title=meeting.title),
            goals_in(goals, texts, "agenda.goals") if goals else texts("agenda.no_goals"),
            fitting(shown, texts, room=1_800) if shown else texts("agenda.none"),
            row(AddItem(label=texts("agenda.add.button"), meeting=meeting.id), manage if hosts else None),
            *TakeOff.rows(texts("agenda.off.label"), theirs, meeting=meeting.id),
        )
    )


@MEETING.command(name="agenda")
async def agenda_(
    interaction: discord.Interaction[Any],
    meeting: MeetingArgument,
    item: app_commands.Range[str, 1, LONGEST] | None = None,
) -> None:
    """Show the agenda of a meeting, or add to it."""
    ctx = await Context.of(interaction)
    if item is not None:
        await add(ctx, meeting.id, item)
    else:
        await show(ctx, meeting)


async def add_to_agenda(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Put a message on the agenda of the next meeting of this region."""
    ctx = await Context.of(interaction)
    region_id = ctx.region.id if ctx.region else None
    found = await ctx.read(meetings.upcoming, ctx.guild_id, since=ctx.now, region_id=region_id, limit=1)
    if not found:
        raise UserError("agenda.no_meeting")
    # Somebody else's words stay where they wrote them: those are theirs to change and delete.
    mine = message.author.id == ctx.user_id
    words = (message.clean_content if mine else "") or ctx.text("agenda.a_message")
    await add(ctx, found[0].id, words, message.jump_url)
