"""The agenda of a meeting: the list with open goals, and adding and removing items."""

from typing import Annotated, Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, line, members_of, row
from cogs.common.buttons import Button, Id, Menu, named
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.forms import Form, Line
from cogs.common.mention import who
from cogs.common.people import number_chosen
from cogs.common.permissions import may_host
from cogs.meetings.goals import goal_line
from cogs.meetings.options import MEETING, MeetingArgument
from db import meetings
from db.meetings import agenda, reports
from db.meetings.models import AgendaItem, Meeting

LONGEST = 300


class AddItem(Button, name="agenda"):
    """'Add to the agenda': a form with one field."""

    audience = members_of(Meeting, "meeting")

    meeting: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await ctx.open(ItemForm(ctx.texts, meeting=self.meeting))


class ItemForm(Form, name="agenda", words="agenda.add"):
    """The form for what somebody wants to talk about."""

    audience = members_of(Meeting, "meeting")

    meeting: Id
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
    region = (await ctx.read(meetings.find, meeting_id)).region
    organises = ctx.may_organise(region)
    meeting = await ctx.write(agenda.add, meeting_id, words=words, link=link, organises=organises)
    whole = Do(label=ctx.text("agenda.whole.button"), command="meeting agenda", value=str(meeting.id))
    await ctx.reply(
        Card(
            ctx.text("agenda.added", title=meeting.title, words=words), row(whole) if ctx.in_server else None
        )
    )


class TakeOff(Menu, name="agenda-off"):
    """The choice of an item to remove from an agenda: one's own or, as a host, anybody's."""

    audience = members_of(Meeting, "meeting")

    meeting: Id
    part: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Remove it, and show the agenda."""
        meeting = await ctx.read(meetings.find, self.meeting)
        any_of_them = may_host(ctx, meeting)
        gone = await ctx.write(agenda.take_off, meeting.id, number_chosen(ctx), any_of_them=any_of_them)
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
    theirs = [
        discord.SelectOption(label=f"{number}. {item.words}"[:100], value=str(item.id))
        for number, item in enumerate(items, 1)
        if hosts or item.by_id == ctx.user_id
    ]
    parts = [theirs[start : start + 25] for start in range(0, len(theirs), 25)]
    label = texts("agenda.off.label")
    await ctx.reply(
        Card(
            said,
            texts("agenda.title", title=meeting.title),
            line(
                texts("agenda.goals"), fitting([goal_line(goal, texts) for goal in goals], texts, room=1_200)
            )
            if goals
            else texts("agenda.no_goals"),
            fitting(shown, texts, room=1_800) if shown else texts("agenda.none"),
            row(
                AddItem(label=texts("agenda.add.button"), meeting=meeting.id),
                named("manage", label=texts("manage.show.button"), meeting=meeting.id, do="show")
                if hosts
                else None,
            ),
            *[
                row(TakeOff(label=label, meeting=meeting.id, part=part, options=some))
                for part, some in enumerate(parts)
            ],
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


async def _add_to_agenda(interaction: discord.Interaction[Any], message: discord.Message) -> None:
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


def register_agenda(bot: Bot) -> None:
    """Add the entry in the menu of messages."""
    bot.tree.add_command(app_commands.ContextMenu(name="agenda", callback=_add_to_agenda))
