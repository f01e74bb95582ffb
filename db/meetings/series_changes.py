"""Changes a series from one occurrence on: moves, ends, edits or hands it over; or follows school terms.

Occurrences that nobody has seen yet move with the terms. Those announced or answered stay where people expect them,
and count as their term's occurrence, moved by hand; the organisers are told, and can move them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.local_time import local_time_of
from bot.domain.series import Pattern, Slot, announced_at
from bot.domain.when.termly import APART, FREQUENCIES, frequency_of
from bot.errors import UserError
from db import meetings
from db.audit import note
from db.meetings import outbox
from db.meetings.models import Meeting, Series
from db.meetings.queries import over_before
from db.meetings.series import create, extend, later_meetings, of_meeting, pattern_of, words_of
from db.models import Guild


def move_later(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    starts_at: datetime,
    actor_id: int,
    now: datetime,
    rule: str | None = None,
) -> list[Meeting]:
    """Move an occurrence to `starts_at` (aware) and all later ones with it; return those that were moved.

    `rule` takes the last such move back: it is the one from this occurrence on before it, and what that move
    dropped takes place again.

    The series is split: the part before keeps its id, so that calendars that know it stay right. Occurrences
    moved or cancelled individually stay so.

    Raises:
        UserError: it is not in a series, is cancelled or over, or the rule names several days.
    """
    meeting = meetings.changeable(session, meeting_id, guild_id=guild.id, now=now)
    series = of_meeting(session, meeting)
    by: dict[str, Any] = {"guild": guild, "actor_id": actor_id, "now": now}
    slot, old = meeting.slot or "", pattern_of(series, guild)
    new = old.from_on(slot, starts_at)
    if rule is not None:
        new = Pattern(local_time_of(starts_at, old.zone), old.zone, rule, old.terms)
    if new is None:
        raise UserError("series.cannot_move", repeat=words_of(old))
    dropped = _dropped(session, series, now) if rule is not None else ()
    kept = old.up_to(slot)
    later = later_meetings(session, series, slot)
    upto = max([series.upto or slot, *(one.slot or "" for one in later)])
    walls = [one.wall for one in takewhile(lambda one: one.wall <= upto, old.after(None)) if one.wall >= slot]
    moved_to = dict(zip(walls, new.first_slots(len(walls)), strict=False))
    if series.ended_at is not None and moved_to:
        # An ended series gets no more occurrences by being moved to an earlier time.
        new = new.ending_with(max(moved_to.values(), key=lambda target: target.wall))
    outbox.cancel(session, series, now, reason="series_moved")
    onto = series if kept is None else _split(session, series, kept, now)
    onto.first, onto.rule, onto.alive_at = new.first, new.rule, now
    onto.revised(now)
    words, done, before = words_of(new), list[Meeting](), over_before(session, meeting)
    for one in later:
        one.series_id = None  # first free the old slots: new ones may coincide with them
    was = {one.id: (one.slot or "") for one in later}
    session.flush()
    for one in later:
        target = moved_to.get(was[one.id])
        if target is None:
            if one.is_ahead(now):
                meetings.cancel(session, one.id, reason="", quietly=True, **by)
            continue
        one.series_id, one.slot, one.repeat = onto.id, target.wall, words
        session.flush()
        own_time = one.wall != was[one.id] and one is not meeting
        if own_time or not one.is_ahead(now):
            continue
        moved = meetings.move(
            session,
            one.id,
            starts_at=target.starts_at,
            zone=new.zone,
            quietly=one.message_id is None and not one.going + one.maybe + one.cant and one is not meeting,
            together=one is not meeting,
            announce_at=announced_at(target.starts_at, before, now),
            **by,
        )
        done.append(moved)
        before = one.ends_at
    for one in dropped:
        one.series_id, one.repeat = onto.id, words
        session.flush()
        done.append(meetings.restore(session, one.id, **by))
    walls = [target.wall for target in moved_to.values()] + [one.slot or "" for one in dropped]
    onto.upto = max(walls, default=None)
    extend(session, onto, guild=guild, now=now)
    note(session, guild.id, actor_id, "series.move", onto.subject, now, was=slot)
    return done


def _dropped(session: Session, series: Series, now: datetime) -> Sequence[Meeting]:
    """Return the occurrences that had no slot when a series was last moved, and were cancelled by that."""
    query = select(Meeting).where(
        Meeting.guild_id == series.guild_id, Meeting.series_id.is_(None), Meeting.slot.is_not(None),
        Meeting.cancelled_at == series.changed_at, Meeting.starts_at > now,
    )  # fmt: skip
    return session.scalars(query).all()


def rule_from(session: Session, meeting_id: int, *, guild: Guild) -> str:
    """Return the rule of a series from an occurrence on, to undo a move; '' if unknown."""
    meeting = meetings.find(session, meeting_id, guild_id=guild.id)
    same = pattern_of(of_meeting(session, meeting), guild).from_on(meeting.slot or "")
    return same.rule if same is not None else ""


def _split(session: Session, series: Series, kept: Pattern, now: datetime) -> Series:
    """End a series where `kept` ends, and return a new one like it."""
    before = series.number_before + sum(1 for _ in kept.slots())
    counts = {"number_before": before, "silences": series.silences}
    by = series.created_by
    new = create(session, series.details, series.region, kept, actor_id=by, now=now, **counts)
    series.rule, series.ended_at = kept.rule, now
    series.revised(now)
    session.flush()
    return new


def end_later(
    session: Session, meeting_id: int, *, guild: Guild, reason: str, actor_id: int, now: datetime
) -> list[Meeting]:
    """Cancel an occurrence and all later ones, ending the series before it; return the stored ones cancelled.

    Raises:
        UserError: it is not in a series, is cancelled or over.
    """
    meeting = meetings.changeable(session, meeting_id, guild_id=guild.id, now=now)
    series = of_meeting(session, meeting)
    slot = meeting.slot or ""
    kept = pattern_of(series, guild).up_to(slot)
    series.ended_at = now
    series.revised(now)
    if kept is not None:
        series.rule = kept.rule
    outbox.cancel(session, series, now, reason="series_ended")
    by: dict[str, Any] = {"guild": guild, "actor_id": actor_id, "now": now}
    done = [
        meetings.cancel(session, one.id, reason=reason, quietly=one is not meeting, **by)
        for one in later_meetings(session, series, slot)
        if one.is_ahead(now)
    ]
    note(session, guild.id, actor_id, "series.end", series.subject, now)
    return done


def go_on(
    session: Session, meeting_ids: Sequence[int], *, rule: str, guild: Guild, actor_id: int, now: datetime
) -> list[Meeting]:
    """Undo the end of a series: it continues by its old `rule`, with these occurrences, now cancelled.

    Raises:
        UserError: it is gone, or one of them is not cancelled or is past.
    """
    first = meetings.find(session, meeting_ids[0], guild_id=guild.id)
    series = of_meeting(session, first)
    series.ended_at, series.rule, series.alive_at = None, rule, now
    series.revised(now)
    by: dict[str, Any] = {"guild": guild, "actor_id": actor_id, "now": now}
    back = [meetings.restore(session, number, **by) for number in meeting_ids]
    extend(session, series, guild=guild, now=now)
    note(session, guild.id, actor_id, "series.resume", series.subject, now)
    return back


def edit_later(
    session: Session, meeting_id: int, *, guild: Guild, actor_id: int, now: datetime, **fields: Any
) -> Meeting:
    """Change the details of an occurrence and all later ones.

    Raises:
        UserError: it is not in a series, is cancelled or over.
    """
    meeting = meetings.changeable(session, meeting_id, guild_id=guild.id, now=now)
    series = of_meeting(session, meeting)
    for name, value in fields.items():
        setattr(series, name, value)
    series.revised(now)
    for one in later_meetings(session, series, meeting.slot or ""):
        if one.is_ahead(now):
            quietly = one is not meeting
            meetings.edit(session, one.id, guild=guild, actor_id=actor_id, now=now, quietly=quietly, **fields)
    note(session, guild.id, actor_id, "series.edit", series.subject, now, changed=sorted(fields))
    return meeting


def hand_over(
    session: Session, meeting_id: int, *, guild: Guild, to: int, actor_id: int, now: datetime
) -> Meeting:
    """Make somebody else the host of an occurrence and all later ones; redirect a pending question to them."""
    meeting = edit_later(session, meeting_id, guild=guild, actor_id=actor_id, now=now, host_id=to)
    series = of_meeting(session, meeting)
    series.alive_at, series.silences = now, 0
    return meeting


@dataclass(slots=True)
class Followed:
    """What happened to stored occurrences: those that moved, and those that stay although the terms have changed."""

    moved: list[Meeting] = field(default_factory=list[Meeting])
    stayed: list[Meeting] = field(default_factory=list[Meeting])


def follow(session: Session, *, guild: Guild, actor_id: int, now: datetime) -> Followed:
    """Adjust the series of a server to its present terms (`guild.terms`)."""
    done = Followed()
    query = select(Series).where(
        Series.guild_id == guild.id,
        Series.ended_at.is_(None),
        Series.held_at.is_(None),
        Series.rule.startswith(f"FREQ={FREQUENCIES[0]}") | Series.rule.startswith(f"FREQ={FREQUENCIES[1]}"),
    )
    for series in session.scalars(query.options(joinedload(Series.region, innerjoin=True))).all():
        _follow(session, series, guild, actor_id, now, done)
    return done


def _follow(
    session: Session, series: Series, guild: Guild, actor_id: int, now: datetime, done: Followed
) -> None:
    zone = ZoneInfo(series.zone)
    stored = session.scalars(
        select(Meeting)
        .where(Meeting.series_id == series.id, Meeting.starts_at > now, Meeting.slot.is_not(None))
        .order_by(Meeting.slot)
        .options(selectinload(Meeting.answers))
    ).all()
    today = now.astimezone(zone).date()
    slots = [
        slot for slot in pattern_of(series, guild).slots() if date.fromisoformat(slot.wall[:10]) >= today
    ]
    targets = _matched([one.slot or "" for one in stored], slots, APART[frequency_of(series.rule)] / 2)
    if all(slot in targets and targets[slot].wall == slot for one in stored if (slot := one.slot or "")):
        extend(session, series, guild=guild, now=now)
        return
    by: dict[str, Any] = {"guild": guild, "actor_id": actor_id, "now": now}
    was = {one.id: one.slot or "" for one in stored}
    for one in stored:
        one.slot = None  # first free the old slots: new ones may coincide with them
    session.flush()
    for one in stored:
        target = targets.get(was[one.id])
        one.slot = target.wall if target is not None else was[one.id]
        session.flush()
        if one.cancelled_at is not None or one.wall == one.slot:
            continue
        moved_by_hand = one.wall != was[one.id]
        unseen = one.message_id is None and not one.answers
        if target is not None and unseen and not moved_by_hand:
            meetings.move(session, one.id, starts_at=target.starts_at, zone=zone, quietly=True, **by)
            done.moved.append(one)
        elif not moved_by_hand:
            done.stayed.append(one)
    series.upto = max(one.slot or "" for one in stored)
    series.revised(now)
    note(session, guild.id, actor_id, "series.terms", series.subject, now)
    extend(session, series, guild=guild, now=now)


def _matched(stored: Sequence[str], slots: Sequence[Slot], within: timedelta) -> dict[str, Slot]:
    """Match each stored slot with the nearest slot of the present rule, one to one."""
    found: dict[str, Slot] = {}
    taken: set[str] = set()
    for slot in stored:
        at = date.fromisoformat(slot[:10])
        near = sorted(
            (abs(date.fromisoformat(one.wall[:10]) - at), one.wall, one)
            for one in slots
            if one.wall not in taken
        )
        if near and near[0][0] < within:
            found[slot] = near[0][2]
            taken.add(near[0][1])
    return found
