"""`/meeting manage`: one panel with everything that hosts and organisers can do about a meeting."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord

from bot.domain.meetings import subject
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.people import PersonMenu, who
from cogs.common.permissions import may_host, must_host
from cogs.common.times import written
from cogs.meetings import cards, rescheduling, scheduling
from cogs.meetings.checklist import WholeList, show_list
from cogs.meetings.editing import page_button
from cogs.meetings.options import MEETING, MeetingArgument
from cogs.meetings.polls.cards import Manage as PollResult
from cogs.meetings.reading import LATER
from cogs.meetings.series import HoldIt, StillAlive
from db import meetings
from db.meetings import chasing, checklist, polls, series, series_changes
from db.meetings.models import Meeting

Page = Literal["show", "move", "cancel", "poll", "hosts", "hosts-later", "chase", "ask", "hush"]
HostChange = Literal["host", "co-host", "remove"]


class Panel(Button, name="manage"):
    """'Manage', and those buttons on the panel that appear nowhere else."""

    meeting: Id
    do: Page

    async def press(self, ctx: Context) -> None:
        """Show the panel or one of its pages, or start what the button says."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_host(ctx, meeting)
        if self.do == "move":
            ctx.must_organise(meeting.region)
            await scheduling.open_form(ctx, scheduling.MOVE, {"meeting": meeting.id, "when": ""})
        elif self.do == "poll":
            ctx.must_organise(meeting.region)
            fields = {"title": meeting.title, "venue": meeting.venue, "online": meeting.online}
            length = cards.length_of(meeting.minutes, ctx.texts)
            fields |= {"duration": length, "region": str(meeting.region_id)}
            await scheduling.open_form(ctx, scheduling.POLL, fields)
        elif self.do == "cancel":
            await rescheduling.cancel(ctx, {"meeting": meeting.id})
        elif self.do in ("hosts", "hosts-later"):
            await ctx.reply(hosts_card(meeting, ctx.texts, later=self.do == "hosts-later"))
        elif self.do == "show":
            await ctx.reply(await panel_card(ctx, meeting))
        else:
            await _asking(ctx, meeting, {"ask": True, "hush": False}.get(self.do))


def panel_button(meeting: Meeting, do: Page, texts: Texts) -> Panel:
    """Return a button of the panel of a meeting; 'show' is the way back to it."""
    label = texts("manage.show.back.button" if do == "show" else f"manage.{do}.button")
    return Panel(label=label, meeting=meeting.id, do=do)


@MEETING.command(name="manage")
async def manage_(interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
    """Show the panel to hosts and organisers, and their checklist items to other members."""
    ctx = await Context.of(interaction)
    if may_host(ctx, meeting):
        await ctx.reply(await panel_card(ctx, meeting))
    else:
        await show_list(ctx, meeting)


async def panel_card(ctx: Context, meeting: Meeting) -> Card:
    """Return a meeting's state, and what this person can do about it."""
    texts, organises = ctx.texts, ctx.may_organise(meeting.region)
    items = await ctx.read(checklist.items, meeting.id)
    done = sum(item.state != "open" for item in items)
    asked = await ctx.read(chasing.wanted, meeting)
    poll = await ctx.read(polls.of_meeting, meeting.id)
    again = await ctx.read(series.find, meeting.series_id) if meeting.series_id is not None else None
    goes_on = None
    if again is not None and again.ended_at is None:
        goes_on = (HoldIt if again.held_at is None else StillAlive).on(again, texts)
    number = str(meeting.id)
    # Past or cancelled meetings can't be changed: only checklist, agenda and report remain.
    ahead = meeting.cancelled_at is None and ctx.now < meeting.ends_at
    report = Do(label=texts("manage.report.button"), command="meeting report", value=number)
    return Card(
        texts("manage.title", title=meeting.title),
        None if ahead else texts("manage.cancelled" if meeting.cancelled_at is not None else "manage.over"),
        cards.facts(meeting, texts),
        line(
            cards.tally(meeting, texts),
            texts("manage.checked", done=done, all=len(items)) if items else texts("manage.unchecked"),
            texts("manage.asked" if asked else "manage.not_asked") if ahead else None,
            texts("manage.held") if again is not None and again.held_at is not None else None,
        ),
        row(
            page_button(meeting, "edit", texts) if organises else None,
            page_button(meeting, "more", texts),
            *[panel_button(meeting, do, texts) for do in ("move", "cancel") if organises],
        )
        if ahead
        else None,
        row(
            panel_button(meeting, "hosts", texts) if ahead else None,
            WholeList(label=texts("manage.checklist.button"), meeting=meeting.id),
            panel_button(meeting, "chase", texts) if ahead else None,
            report if meeting.cancelled_at is None and not ahead else None,
        ),
        row(
            Do(label=texts("manage.agenda.button"), command="meeting agenda", value=number),
            Do(label=texts("manage.needs.button"), command="meeting needs", value=number) if ahead else None,
            PollResult.on(poll, texts) if poll is not None else None,
            panel_button(meeting, "poll", texts) if poll is None and organises and ahead else None,
            goes_on,
        ),
    )


class HostMenu(PersonMenu, name="host"):
    """The choice of who hosts a meeting, becomes a co-host, or stops being one."""

    meeting: Id
    do: HostChange
    which: Literal["this", "later"]

    async def press(self, ctx: Context) -> None:
        """Do it, and show the hosts."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_host(ctx, meeting)
        user_id = await self.person(ctx)
        about, later = subject(meeting.id), self.which == LATER
        if later and self.do == "host":
            changed = await ctx.write_limited(
                "change", series_changes.hand_over, meeting.id, about=about, to=user_id
            )
        else:
            given = {"user_id": user_id, "change": self.do, "everywhere": later}
            changed = await ctx.write_limited("change", meetings.share, meeting.id, about=about, **given)
        said = ctx.text(f"series.host.{self.do}.done", who=who(user_id, ctx.texts), title=meeting.title)
        if may_host(ctx, changed):
            await ctx.reply(hosts_card(changed, ctx.texts, later=later, said=said))
        else:
            await ctx.reply(Card(said))


def hosts_card(meeting: Meeting, texts: Texts, *, later: bool, said: Markup | None = None) -> Card:
    """Return who hosts a meeting, and the menus that change it; `said` is what was just changed."""
    which = "later" if later else "this"
    changes: list[HostChange] = ["host", "co-host"]
    if meeting.co_hosts:
        changes.append("remove")
    other = None
    if meeting.series_id is not None:
        other = Panel(
            label=texts("manage.hosts.this.button" if later else "manage.hosts.later.button"),
            meeting=meeting.id,
            do="hosts" if later else "hosts-later",
        )
    return Card(
        said,
        texts("manage.hosts.title", title=meeting.title),
        cards.hosts(meeting, texts),
        texts(f"manage.hosts.{which}.how") if meeting.series_id is not None else None,
        *[
            row(HostMenu(label=texts(f"series.host.{do}.label"), meeting=meeting.id, do=do, which=which))
            for do in changes
        ],
        row(other, panel_button(meeting, "show", texts)),
    )


async def _asking(ctx: Context, meeting: Meeting, on: bool | None) -> None:
    """Show whether members who have not answered are asked; store `on` if given."""
    wanted, at = await ctx.write(chasing.choose, meeting.id, on=on)
    buttons = row(
        panel_button(meeting, "hush" if wanted else "ask", ctx.texts),
        panel_button(meeting, "show", ctx.texts),
    )
    state = ctx.text("chasing.too_late" if wanted else "chasing.off")
    if wanted and at is not None:
        state = ctx.text("chasing.on", when=written(at, ZoneInfo(meeting.zone)))
    await ctx.reply(Card(ctx.text("chasing.title", title=meeting.title), state, buttons))
