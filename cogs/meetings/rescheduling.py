"""Moves and cancels meetings: who will hear of it is shown first, and it can be undone for an hour."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
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
from cogs.meetings.reading import LATER, Fields, read_free, shifted, typed_time
from cogs.meetings.scheduling import END, MOVE, Redo, choosing, keeping
from cogs.meetings.subjects import starting
from db import meetings
from db.meetings import polls, series, series_changes
from db.meetings.audience import Hearing, Tried, would_tell
from db.meetings.models import Meeting

UNDO_FOR = timedelta(hours=1)
UNMOVE, RESTORE = "unmove", "restore"
THIS, EACH = {"which": "this"}, {"which": LATER}


class Change(NamedTuple):
    """A change of a `single` meeting, or of it and all `later` ones, that is asked first and can be undone."""

    form: str
    name: str
    kind: str
    single: Callable[..., Any]
    later: Callable[..., Any]


MOVING = Change(MOVE, "moved", meetings.CHANGED, meetings.move, series_changes.move_later)
CANCELLING = Change(END, "cancelled", meetings.CANCELLED, meetings.cancel, series_changes.end_later)


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
    was, zone = meeting.starts_at.isoformat(), ZoneInfo(meeting.zone)
    async with keeping(ctx, MOVE, fields):
        if "to" in fields and fields["from"] == was:
            await _moved(ctx, meeting, fields)
            return
        time = shifted(fields["when"], meeting.starts_at, now=ctx.now, zone=zone)
        time = time or typed_time(ctx, fields["when"], once=True)
        to: Fields = {"starts_at": time.starts_at}
        hearing = await _hearing(ctx, MOVING, meeting, to | {"zone": ctx.zone, "minutes": time.minutes}, to)
    slot = polls.Time(time.starts_at, time.minutes or meeting.minutes)
    times = {"was": starting(meeting), "now": written(time.starts_at, zone)}
    said = [
        ctx.text("meetings.sure.moved.times", **times),
        await clashes.of_slots(ctx.bot, ctx.guild, [slot], meeting),
    ]
    agreed = {"from": was, "to": time.starts_at.isoformat(), "minutes": time.minutes or 0}
    await _ask(ctx, MOVING, fields, meeting, hearing, agreed, said)


async def cancel(ctx: Context, fields: Fields) -> None:
    """Show who would hear that a meeting is cancelled; cancel it once confirmed (`sure`).

    Raises:
        Problem: what was typed is too long; with a button back to it.
        Refused: the person may not cancel meetings of that region.
    """
    meeting = await _organised(ctx, fields)
    fields["reason"] = reason = " ".join(str(fields.get("reason") or "").split())
    async with keeping(ctx, END, fields):
        read_free(ctx.texts, fields)
        if "sure" in fields:
            await _cancelled(ctx, meeting, later=fields.get("which") == LATER, reason=reason)
            return
        hearing = await _hearing(ctx, CANCELLING, meeting, {"reason": reason}, {"reason": reason})
    key = "meetings.sure.cancelled"
    when = ctx.text(f"{key}.when", when=starting(meeting))
    said = line(when, ctx.text(f"{key}.reason" if reason else f"{key}.none", reason=reason))
    await _ask(ctx, CANCELLING, fields, meeting, hearing, {"sure": "yes"}, [said])


async def _organised(ctx: Context, fields: Fields) -> Meeting:
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await ctx.read(meetings.find, int(fields["meeting"]))
    ctx.must_organise(meeting.region)
    return meeting


async def _hearing(
    ctx: Context, change: Change, meeting: Meeting, given: Fields, later: Fields
) -> tuple[Hearing, Hearing | UserError | None]:
    """Return who would hear if this one changed as `given`, and if all `later` ones did too, or why they can't."""
    single = await _would(ctx, change.single, meeting, change.kind, given)
    if meeting.series_id is None:
        return single, None
    try:
        return single, await _would(ctx, change.later, meeting, change.kind, later)
    except UserError as error:
        return single, error


async def _would(
    ctx: Context, verb: Callable[..., Any], meeting: Meeting, kind: str, given: Fields
) -> Hearing:
    try:
        await ctx.write(would_tell, verb, meeting.id, kind=kind, **given)
    except Tried as tried:
        return tried.hearing
    raise AssertionError(verb)


async def _ask(
    ctx: Context,
    change: Change,
    fields: Fields,
    meeting: Meeting,
    hearing: tuple[Hearing, Hearing | UserError | None],
    agreed: Fields,
    said: Sequence[Markup | None],
) -> None:
    """Ask before a change of this meeting, or of it and all later ones; `agreed` is what the confirmation adds."""
    (single, later), key, texts = hearing, f"meetings.sure.{change.name}", ctx.texts
    choices = [(texts("meetings.sure.this.button" if later else f"{key}.button"), THIS | agreed)]
    others = None
    if isinstance(later, Hearing):
        choices.append((texts("meetings.sure.later.button"), EACH | agreed))
        others = news.so_many("meetings.sure.later", later.private, texts)
    elif later is not None:
        others = texts(later.key, **later.fields)
    draft, buttons = await choosing(ctx, change.form, fields, choices)
    redo = Redo(label=texts(f"{key}.change.button"), draft=draft.id)
    ask = texts(f"{key}.ask", title=meeting.title)
    await ctx.reply(Card(ask, *said, _hear(ctx, meeting, single), others, row(*buttons, redo)))


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
    given: Fields = {"starts_at": to, "zone": ctx.zone, "minutes": int(fields["minutes"]) or None}
    if later:
        back["rule"] = await ctx.read(series_changes.rule_from, meeting.id)
        given = {"starts_at": to, "rule": fields.get("rule") or None}
    verb = MOVING.later if later else MOVING.single
    moved = await ctx.write_limited("change", verb, meeting.id, about=about, **given)
    moved = moved if later else [moved]
    undo = await _undo(ctx, UNMOVE, back, ctx.text("meetings.undo.moved.button", when=_short(meeting)))
    beside = await clashes.of_slots(ctx.bot, ctx.guild, moved, moved[0]) if moved else None
    await _done(ctx, MOVING, meeting, moved, undo, beside, later=later)


def _short(meeting: Meeting) -> Markup:
    return Markup(starting(meeting).partition(" (")[0])


async def _cancelled(ctx: Context, meeting: Meeting, *, later: bool, reason: str) -> None:
    rule = (await ctx.read(series.of_meeting, meeting)).rule if later else ""
    verb = CANCELLING.later if later else CANCELLING.single
    gone = await ctx.write(verb, meeting.id, reason=reason)
    gone = gone if later else [gone]
    back = {"meetings": [one.id for one in gone], "meeting": meeting.id, "rule": rule}
    undo = await _undo(ctx, RESTORE, back, ctx.text("meetings.undo.cancelled.button"))
    await _done(ctx, CANCELLING, meeting, gone, undo, later=later)


async def _done(
    ctx: Context,
    change: Change,
    meeting: Meeting,
    changed: Sequence[Meeting],
    undo: Sequence[Any],
    beside: Markup | None = None,
    *,
    later: bool,
) -> None:
    """Say what was changed, who hears of it, and how to undo it; `beside` is what clashes with the new times."""
    in_flight = ctx.bot.sender.in_flight
    await asyncio.gather(*[in_flight.wait_until_sent(subject(one.id)) for one in changed])
    people = await ctx.read(meetings.hearing, [one.id for one in changed], change.kind)
    if later:
        card = news.later_card(ctx.texts, change.name, meeting.title, changed, people, beside, undo)
    else:
        title = ctx.text(f"meetings.{change.name}.done", title=meeting.title, when=starting(changed[0]))
        card = Card(title, news.told(people, ctx.texts, change.name), beside, *undo)
    await ctx.reply(card)


async def _undo(ctx: Context, form: str, fields: Fields, label: Markup) -> Sequence[Any]:
    """Return the button that undoes a change, and until when it works."""
    until = ctx.now + UNDO_FOR
    fields = fields | {"until": until.isoformat()}
    _, (button,) = await choosing(ctx, form, fields, [(label, {})], style=discord.ButtonStyle.secondary)
    return [row(button), ctx.text("meetings.undo.until", until=clock(until.astimezone(ctx.zone), ctx.texts))]


async def _undone(ctx: Context, fields: Fields) -> Meeting:
    """Return the meeting whose change is to be undone. Raises UserError: it is too late."""
    meeting = await _organised(ctx, fields)
    if ctx.now >= datetime.fromisoformat(fields["until"]):
        raise UserError("meetings.undo.late", title=meeting.title)
    return meeting


async def unmove(ctx: Context, fields: Fields) -> None:
    """Undo a move.

    Raises:
        UserError: it is too late, or the meeting was moved again.
    """
    meeting = await _undone(ctx, fields)
    if meeting.starts_at.isoformat() != fields["from"]:
        raise UserError("meetings.undo.moved_on", title=meeting.title, when=_short(meeting))
    await _moved(ctx, meeting, fields)


async def restore(ctx: Context, fields: Fields) -> None:
    """Undo a cancellation, and say who hears of it.

    Raises:
        UserError: it is too late, or the meeting is not cancelled.
    """
    meeting = await _undone(ctx, fields)
    if fields["rule"]:
        back = await ctx.write(series_changes.go_on, fields["meetings"], rule=fields["rule"])
    else:
        back = [await ctx.write(meetings.restore, meeting.id)]
    hearing = await ctx.read(meetings.hearing, [one.id for one in back], meetings.RESTORED)
    title = ctx.text("meetings.back.done", title=meeting.title)
    told = news.told(hearing, ctx.texts, "back")
    await ctx.reply(Card(title, cards.facts(back[0], ctx.texts), told))
