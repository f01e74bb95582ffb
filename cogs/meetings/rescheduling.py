"""Moves and cancels meetings: who will hear of it is shown first, and it can be undone for an hour."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.domain.meetings import subject
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card, line, row
from cogs.common.context import Context
from cogs.common.times import clock, written
from cogs.meetings import cards, clashes, news
from cogs.meetings.options import MEETING, MeetingArgument, NewTime
from cogs.meetings.reading import LATER, Fields, Time, read_free, shifted, typed_time
from cogs.meetings.scheduling import END, MOVE, Pick, Redo, kept, picks, with_draft
from db import meetings
from db.meetings import series, series_changes
from db.meetings.audience import Hearing, Tried, would_tell
from db.meetings.models import Meeting

UNDO_FOR = timedelta(hours=1)
UNMOVE, RESTORE = "unmove", "restore"
THIS, EACH = {"which": "this"}, {"which": LATER}


@MEETING.command(name="move")
async def move_(interaction: discord.Interaction[Any], meeting: MeetingArgument, when: NewTime) -> None:
    """Move a meeting to another time."""
    await move(await Context.of(interaction), {"meeting": meeting.id, "when": when})


@MEETING.command(name="cancel")
async def cancel_(
    interaction: discord.Interaction[Any], meeting: MeetingArgument, reason: str | None = None
) -> None:
    """Cancel a meeting and tell everyone who answered."""
    await cancel(await Context.of(interaction), {"meeting": meeting.id, "reason": reason or ""})


async def move(ctx: Context, fields: Fields) -> None:
    """Show where a meeting would move and who would hear of it; move it once confirmed (`to`).

    Raises:
        Problem: the time is ambiguous; with buttons that take the person on from what they typed.
        Refused: the person may not move meetings of that region.
    """
    meeting = await _organised(ctx, fields)
    try:
        if "to" in fields and fields["from"] == meeting.starts_at.isoformat():
            await _moved(ctx, meeting, fields)
            return
        words, zone = fields["when"], ZoneInfo(meeting.zone)
        time = shifted(words, meeting.starts_at, now=ctx.now, zone=zone)
        time = time or typed_time(ctx, words, once=True)
        single, later = await _tried(ctx, meeting, time)
    except UserError as error:
        raise await with_draft(ctx, MOVE, fields, error) from error
    at = {
        "from": meeting.starts_at.isoformat(),
        "to": time.starts_at.isoformat(),
        "minutes": time.minutes or 0,
    }
    await _ask(
        ctx,
        MOVE,
        fields,
        meeting,
        "moved",
        (single, later),
        at,
        ctx.text(
            "meetings.sure.moved.times",
            was=written(meeting.starts_at, zone),
            now=written(time.starts_at, zone),
        ),
        await clashes.of_slots(
            ctx.bot,
            [clashes.Slot(time.starts_at, time.minutes or meeting.minutes)],
            region_id=meeting.region_id,
            zone=zone,
            terms=ctx.terms,
            capacity=meeting.capacity,
            but=frozenset([meeting.id]),
            apart=meeting.series_id,
        ),
    )


async def cancel(ctx: Context, fields: Fields) -> None:
    """Show who would hear that a meeting is cancelled; cancel it once confirmed (`sure`).

    Raises:
        Problem: what was typed is too long; with a button back to it.
        Refused: the person may not cancel meetings of that region.
    """
    meeting = await _organised(ctx, fields)
    fields["reason"] = reason = " ".join(str(fields.get("reason") or "").split())
    try:
        read_free(ctx.texts, fields)
        if "sure" in fields:
            await _cancelled(ctx, meeting, later=fields.get("which") == LATER, reason=reason)
            return
        single = await _would(ctx, meetings.cancel, meeting, meetings.CANCELLED, reason=reason)
        later = None
        if meeting.series_id is not None:
            later = await _would(ctx, series_changes.end_later, meeting, meetings.CANCELLED, reason=reason)
    except UserError as error:
        raise await with_draft(ctx, END, fields, error) from error
    said = ctx.text(
        "meetings.sure.cancelled.reason" if reason else "meetings.sure.cancelled.none", reason=reason
    )
    when = ctx.text("meetings.sure.cancelled.when", when=written(meeting.starts_at, ZoneInfo(meeting.zone)))
    await _ask(ctx, END, fields, meeting, "cancelled", (single, later), {"sure": "yes"}, line(when, said))


async def _organised(ctx: Context, fields: Fields) -> Meeting:
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await ctx.read(meetings.find, int(fields["meeting"]))
    ctx.must_organise(meeting.region)
    return meeting


async def _tried(ctx: Context, meeting: Meeting, time: Time) -> tuple[Hearing, Hearing | UserError | None]:
    """Return who would hear if this one moved, and if all later ones did too, or why they can't."""
    kind = meetings.CHANGED
    given: Fields = {"starts_at": time.starts_at, "zone": ctx.zone, "minutes": time.minutes}
    single = await _would(ctx, meetings.move, meeting, kind, **given)
    if meeting.series_id is None:
        return single, None
    try:
        return single, await _would(ctx, series_changes.move_later, meeting, kind, starts_at=time.starts_at)
    except UserError as error:
        return single, error


async def _would(ctx: Context, change: Any, meeting: Meeting, kind: str, **given: Any) -> Hearing:
    try:
        await ctx.write(would_tell, change, meeting.id, kind=kind, **given)
    except Tried as tried:
        return tried.hearing
    raise AssertionError(change)


async def _ask(
    ctx: Context,
    form: str,
    fields: Fields,
    meeting: Meeting,
    what: str,
    hearing: tuple[Hearing, Hearing | UserError | None],
    agreed: Fields,
    *blocks: Markup | None,
) -> None:
    """Ask before a change ('moved', 'cancelled') of this meeting, or of it and all later ones."""
    (single, later), key = hearing, f"meetings.sure.{what}"
    choices = [(ctx.text(f"{key}.button"), THIS | agreed)]
    said = [ctx.text(f"{key}.ask", title=meeting.title), *blocks, _hear(ctx, meeting, single)]
    if later is not None:
        choices = [(ctx.text("meetings.sure.this.button"), THIS | agreed)]
        if isinstance(later, Hearing):
            choices.append((ctx.text("meetings.sure.later.button"), EACH | agreed))
            said.append(news.so_many("meetings.sure.later", later.private, ctx.texts))
        else:
            said.append(ctx.text(later.key, **later.fields))
    draft = await kept(ctx, form, fields | {"choices": [fields for _, fields in choices]})
    change = Redo(label=ctx.text(f"{key}.change.button"), draft=draft.id)
    await ctx.reply(Card(*said, row(*picks(draft, [label for label, _ in choices]), change)))


def _hear(ctx: Context, meeting: Meeting, hearing: Hearing) -> Markup:
    """Return how many answered, and who will hear: the channel, people in private, calendars."""
    where = Markup(f"<#{meeting.channel_id}>")
    key = f"meetings.sure.hear.{'with' if hearing.channel else 'without'}"
    return line(
        news.so_many("meetings.sure.answered", meeting.going + meeting.maybe + meeting.cant, ctx.texts),
        news.so_many(key, hearing.private, ctx.texts, channel=where),
        news.quiet(hearing, ctx.texts),
        ctx.text("meetings.sure.calendars") if ctx.bot.settings.calendar.address else None,
    )


async def _moved(ctx: Context, meeting: Meeting, fields: Fields) -> None:
    to, about = datetime.fromisoformat(fields["to"]), subject(meeting.id)
    zone, later = ZoneInfo(meeting.zone), fields.get("which") == LATER
    if to <= ctx.now:
        raise UserError("meetings.when.past", when=written(to, zone))
    back = {"meeting": meeting.id, "from": fields["to"], "to": meeting.starts_at.isoformat()}
    back |= {"which": fields.get("which", "this"), "minutes": meeting.minutes}
    if later:
        back["rule"] = await ctx.read(series_changes.rule_from, meeting.id)
        given: Fields = {"starts_at": to, "rule": fields.get("rule") or None}
        moved = await ctx.write_limited("change", series_changes.move_later, meeting.id, about=about, **given)
    else:
        given = {"starts_at": to, "zone": ctx.zone, "minutes": int(fields["minutes"]) or None}
        moved = [await ctx.write_limited("change", meetings.move, meeting.id, about=about, **given)]
    await asyncio.gather(*[ctx.bot.sender.in_flight.wait_until_sent(subject(one.id)) for one in moved])
    undo = await _undo(ctx, UNMOVE, back, ctx.text("meetings.undo.moved.button", when=_plain(meeting)))
    beside = await clashes.of_meetings(ctx, moved) if moved else None
    if later:
        people = await ctx.read(meetings.hearing, [one.id for one in moved], meetings.CHANGED)
        await ctx.reply(news.later_card(ctx.texts, "moved", meeting.title, moved, people, beside, undo))
        return
    (done,) = moved
    title = ctx.text("meetings.moved.done", title=done.title, when=written(done.starts_at, zone))
    await ctx.reply(Card(title, await said_to(ctx, done), beside, *undo))


def _plain(meeting: Meeting) -> Markup:
    return Markup(written(meeting.starts_at, ZoneInfo(meeting.zone)).partition(" (")[0])


async def _cancelled(ctx: Context, meeting: Meeting, *, later: bool, reason: str) -> None:
    rule = ""
    if later:
        rule = (await ctx.read(series.of_meeting, meeting)).rule
        gone = list(await ctx.write(series_changes.end_later, meeting.id, reason=reason))
    else:
        gone = [await ctx.write(meetings.cancel, meeting.id, reason=reason)]
    for one in gone:
        await ctx.bot.sender.in_flight.wait_until_sent(subject(one.id))
    back = {"meetings": [one.id for one in gone], "meeting": meeting.id, "rule": rule}
    undo = await _undo(ctx, RESTORE, back, ctx.text("meetings.undo.cancelled.button"))
    if later:
        people = await ctx.read(meetings.hearing, [one.id for one in gone], meetings.CANCELLED)
        await ctx.reply(news.later_card(ctx.texts, "cancelled", meeting.title, gone, people, undo=undo))
        return
    title = ctx.text("meetings.cancelled.done", title=meeting.title)
    await ctx.reply(Card(title, await said_to(ctx, gone[0], cancelled=True), *undo))


async def _undo(ctx: Context, form: str, fields: Fields, label: Markup) -> Sequence[Any]:
    """Return the button that undoes a change, and until when it works."""
    until = ctx.now + UNDO_FOR
    draft = await kept(ctx, form, fields | {"until": until.isoformat(), "choices": [{}]})
    said = ctx.text("meetings.undo.until", until=clock(until.astimezone(ctx.zone), ctx.texts))
    return [row(Pick(label=label, style=discord.ButtonStyle.secondary, draft=draft.id, choice=0)), said]


def _in_time(ctx: Context, fields: Fields, meeting: Meeting) -> None:
    if ctx.now >= datetime.fromisoformat(fields["until"]):
        raise UserError("meetings.undo.late", title=meeting.title)


async def unmove(ctx: Context, fields: Fields) -> None:
    """Undo a move.

    Raises:
        UserError: it is too late, or the meeting was moved again.
    """
    meeting = await _organised(ctx, fields)
    _in_time(ctx, fields, meeting)
    if meeting.starts_at.isoformat() != fields["from"]:
        raise UserError("meetings.undo.moved_on", title=meeting.title, when=_plain(meeting))
    await _moved(ctx, meeting, fields)


async def restore(ctx: Context, fields: Fields) -> None:
    """Undo a cancellation, and say who hears of it.

    Raises:
        UserError: it is too late, or the meeting is not cancelled.
    """
    meeting = await _organised(ctx, fields)
    _in_time(ctx, fields, meeting)
    if fields["rule"]:
        back = list(await ctx.write(series_changes.go_on, fields["meetings"], rule=fields["rule"]))
    else:
        back = [await ctx.write(meetings.restore, meeting.id)]
    hearing = await ctx.read(meetings.hearing, [one.id for one in back], meetings.RESTORED)
    key = f"meetings.back.{'with' if hearing.channel else 'without'}"
    title = ctx.text("meetings.back.done", title=meeting.title)
    await ctx.reply(
        Card(
            title,
            cards.facts(back[0], ctx.texts),
            line(news.so_many(key, hearing.private, ctx.texts), news.quiet(hearing, ctx.texts)),
        )
    )


async def said_to(ctx: Context, meeting: Meeting, *, cancelled: bool = False) -> Markup:
    """Return who is told about a change or cancellation."""
    kind = meetings.CANCELLED if cancelled else meetings.CHANGED
    return news.told(await ctx.read(meetings.hearing, [meeting.id], kind), ctx.texts, cancelled=cancelled)
