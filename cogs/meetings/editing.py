"""Edits a meeting's details in a form that opens filled in; only changed fields are stored."""

from typing import Any, Literal

import discord

from bot.domain import news as rules
from bot.domain.free_text import one_line
from bot.domain.lead_times import NONE
from bot.domain.meetings import subject
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, row
from cogs.common.buttons import Button, Id, named
from cogs.common.context import Context
from cogs.common.permissions import must_host
from cogs.meetings import cards, news
from cogs.meetings.options import MEETING, MeetingArgument
from cogs.meetings.reading import LATER, Fields, read_changes
from cogs.meetings.scheduling import EDIT, FORMS, MORE, NOTE, choosing, keeping, open_form
from db import meetings
from db.meetings import reminding, series_changes
from db.meetings.audience import later_told
from db.meetings.models import Meeting


class Edit(Button, name="edit"):
    """'Title, length, place, access' and 'Places, note': opens one page of the details."""

    meeting: Id
    page: Literal["edit", "more"]

    async def press(self, ctx: Context) -> None:
        """Open the page."""
        await open_page(ctx, await ctx.read(meetings.find, self.meeting), self.page)


def page_button(meeting: Meeting, page: Literal["edit", "more"], texts: Texts) -> Edit:
    """Return the button that opens a page."""
    return Edit(label=texts(f"meetings.edit.{page}.button"), meeting=meeting.id, page=page)


@MEETING.command(name="edit")
async def edit_(interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
    """Edit a meeting's details."""
    await open_page(await Context.of(interaction), meeting, EDIT)


async def open_page(ctx: Context, meeting: Meeting, page: str) -> None:
    """Open a page for an organiser; a host who is not one gets only the page that hosts may edit.

    Raises:
        Refused: they neither host the meeting nor organise its region.
    """
    must_host(ctx, meeting)
    if not ctx.may_organise(meeting.region):
        page = NOTE
    _ = await ctx.read(meetings.changeable, meeting.id)
    shown = {
        "title": meeting.title,
        "duration": cards.length_of(meeting.minutes, ctx.texts),
        "venue": meeting.venue,
        "online": meeting.online,
        "access": meeting.access,
        "capacity": str(meeting.capacity or ""),
        "note": meeting.note,
    }
    await open_form(ctx, page, {"meeting": meeting.id, "before": shown}, shown)


async def edit(ctx: Context, fields: Fields) -> None:
    """Store what differs from the form's initial values; for an occurrence, ask first which ones to change.

    Raises:
        Problem: something can't be read; with a button back to what was typed.
        Refused: the person may not change this.
    """
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await ctx.read(meetings.find, int(fields["meeting"]))
    must_host(ctx, meeting)
    organises = ctx.may_organise(meeting.region)
    names = FORMS[EDIT] + FORMS[MORE] if organises else FORMS[NOTE]
    shown: dict[str, str] = fields["before"]
    typed = {name: fields[name].strip() for name in names if name in fields}
    given = {name: words for name, words in typed.items() if words != shown[name].strip()}
    page = MORE if "capacity" in typed else EDIT if "title" in typed else NOTE
    manage = named("manage", label=ctx.text("manage.show.button"), meeting=meeting.id, do="show")
    rest = row(
        page_button(meeting, "edit" if page == MORE else "more", ctx.texts) if organises else None, manage
    )
    if not given:
        await ctx.reply(Card(ctx.text("meetings.edit.nothing", title=meeting.title), rest))
        return
    async with keeping(ctx, page, fields):
        changes = read_changes(ctx.texts, given)
        if changes and meeting.series_id is not None and "which" not in fields:
            await _ask(ctx, meeting, fields, page)
            return
        remarked = await _remark(ctx, meeting, given["note"]) if "note" in given else None
        changed, later = meeting, fields.get("which") == LATER
        if changes:
            verb = series_changes.edit_later if later else meetings.edit
            changed = await ctx.write_limited(
                "change", verb, meeting.id, about=subject(meeting.id), **changes
            )
    if later and changes:
        people = await ctx.read(later_told, changed)
        await ctx.reply(news.later_card(ctx.texts, "edited", changed.title, [changed], people, remarked))
        return
    told = None
    if set(changes) & set(rules.AUDIENCE):
        await ctx.bot.sender.in_flight.wait_until_sent(subject(changed.id))
        hearing = await ctx.read(meetings.hearing, [changed.id], meetings.CHANGED)
        told = news.told(hearing, ctx.texts, "edited")
    title = ctx.text("meetings.edit.done", title=changed.title) if changes else None
    facts = cards.facts(changed, ctx.texts) if changes else None
    await ctx.reply(Card(title, facts, remarked, told, rest))


async def _ask(ctx: Context, meeting: Meeting, fields: Fields, page: str) -> None:
    choices = [(ctx.text(f"meetings.sure.{which}.button"), {"which": which}) for which in ("this", LATER)]
    _, buttons = await choosing(ctx, page, fields, choices)
    ask = ctx.text("meetings.edit.ask", title=meeting.title, repeat=meeting.repeat)
    await ctx.reply(Card(ask, row(*buttons)))


async def _remark(ctx: Context, meeting: Meeting, words: str) -> Markup:
    """Store or clear the note for the next reminder."""
    words = "" if normalize(words) in NONE else one_line(words)
    await ctx.write_limited("change", reminding.remark, meeting.id, about=subject(meeting.id), words=words)
    return ctx.text("meetings.edit.note" if words else "meetings.edit.no_note", note=words)
