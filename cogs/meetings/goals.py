"""The goals in a report: finding their owners, and following them up."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import discord
from discord import ui

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.names import normalize
from bot.domain.reports import GoalWords
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import IN_SERVER, MEMBERS, Card, fitting, row
from cogs.common.buttons import Button, GuildId, Id, Menu
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.mention import who
from cogs.common.notice import Notice, Sending, notice
from cogs.common.options import RegionName
from cogs.common.people import number_chosen
from cogs.common.permissions import must_host
from cogs.common.standings import is_member, members_called, members_with
from cogs.common.times import short_day
from cogs.meetings.options import MEETING
from cogs.meetings.subjects import Why
from db import meetings
from db.meetings import reports
from db.meetings.models import Goal, Meeting

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
        """Follow the goal up, if it is the presser's or they host or organise."""
        await follow_up(ctx, self.goal, self.do)


async def follow_up(ctx: Context, goal_id: int, do: GoalChange) -> None:
    """Mark a goal done or dropped, or carry it over.

    Raises:
        UserError: it is closed, or not theirs and they neither host nor organise its meeting.
    """
    goal = await ctx.read(reports.goal_of, goal_id)
    if ctx.user_id != goal.owner_id:
        if goal.meeting_id is None:
            raise UserError("report.goal.unknown")
        must_host(ctx, await ctx.read(meetings.find, goal.meeting_id))
    goal = await ctx.write(reports.follow_up, goal.id, do)
    rest = (
        row(Do(label=ctx.text("report.goal.rest.button"), command="meeting goals")) if ctx.in_server else None
    )
    await ctx.reply(Card(ctx.text(f"report.goal.{do}.thanks", goal=goal.words), rest))


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


def goal_line(goal: Goal, texts: Texts) -> Markup:
    """Return a goal with its owner and day, in words."""
    owner = who(goal.owner_id, texts) if goal.owner_id else goal.owner or texts("report.goal.nobody")
    day = When(Day(date.fromisoformat(goal.due_on))) if goal.due_on else texts("report.goal.no_day")
    return texts(f"report.goal.line_{goal.status}", number=goal.id, words=goal.words, owner=owner, day=day)


class PickGoal(Menu, name="goal-pick"):
    """The choice of a goal to follow up; a list longer than one menu has several."""

    audience = IN_SERVER

    part: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Show the goal with its possible outcomes."""
        goal = await ctx.read(reports.goal_of, number_chosen(ctx))
        await ctx.reply(
            Card(ctx.text("report.goal.ask"), goal_line(goal, ctx.texts), outcomes(goal, ctx.texts))
        )


@MEETING.command(name="goals")
async def goals_(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """List the open goals of a region (this channel's, or all), to follow each up."""
    ctx = await Context.of(interaction)
    chosen = ctx.the_region(region) if region or ctx.region else None
    ids = [chosen.id] if chosen else [one.id for one in ctx.guild.regions]
    found = await ctx.read(reports.open_goals, ids)
    options = [discord.SelectOption(label=f"{one.id}. {one.words}"[:100], value=str(one.id)) for one in found]
    parts = [options[start : start + 25] for start in range(0, len(options), 25)]
    label = ctx.text("report.goal.pick.label")
    shown = [goal_line(one, ctx.texts) for one in found]
    await ctx.reply(
        Card(
            ctx.text("report.goals_of", region=chosen.name) if chosen else ctx.text("report.goals_of_all"),
            fitting(shown, ctx.texts) if shown else ctx.text("report.goal.none"),
            *[row(PickGoal(label=label, options=some, part=part)) for part, some in enumerate(parts)],
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
