"""Starts series, stores occurrences ahead, and asks hosts now and then whether a series is still wanted."""

from calendar import month_name
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.series import (
    AHEAD,
    ASK_AHEAD,
    MISSED_CHECKINS,
    Pattern,
    announced_at,
    months_without,
)
from bot.domain.terms import terms_of
from bot.domain.when import Moment, describe
from bot.domain.when import Series as SeriesWords
from bot.errors import UserError
from db import deliveries, meetings
from db.audit import note
from db.guilds import organisers_of
from db.lookup import one_or_raise
from db.meetings import outbox
from db.meetings.details import MeetingDetails
from db.meetings.models import CoHost, Meeting, Series
from db.meetings.outbox import asked_of, plan_job, to_recipient
from db.meetings.scheduling import followed, store
from db.models import Guild, Region
from db.outbox import About, send

JOB = "series.check"
ASK = "series.ask"
HELD = "series.held"
TERMS = "series.terms"
UNTIL = "UNTIL="
# How long before the last occurrence in the known terms the organisers are asked for the next ones.
TERMS_AHEAD = timedelta(days=21)
_WHOLE = select(Series).options(joinedload(Series.region, innerjoin=True))


def pattern_of(series: Series, guild: Guild) -> Pattern:
    """Return the rule of a series, with the present school terms of its server."""
    return Pattern(series.first, ZoneInfo(series.zone), series.rule, terms_of(guild.terms))


def words_of(pattern: Pattern) -> str:
    """Return a series in words: 'every Thursday, 6pm, from 26 November 2026 (UK time)'."""
    first = datetime.fromisoformat(pattern.first).replace(tzinfo=pattern.zone)
    words = describe(SeriesWords.of_stored(pattern.rule, Moment(first)))
    if without := months_without(pattern):
        names = [month_name[month] for month in without]
        some = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
        words += f"; none in {some}" + (" except in leap years" if first.day == 29 else "")
    return words[:200]


def create(
    session: Session,
    details: MeetingDetails,
    region: Region,
    pattern: Pattern,
    *,
    actor_id: int,
    now: datetime,
    **rest: Any,
) -> Series:
    """Store a series without its occurrences."""
    series = Series(
        guild_id=region.guild_id,
        region_id=region.id,
        channel_id=region.channel_id,
        first=pattern.first,
        zone=pattern.zone.key,
        rule=pattern.rule,
        created_by=actor_id,
        created_at=now,
        changed_at=now,
        alive_at=now,
        **asdict(details),
        **rest,
    )
    store(session, series, region)
    return series


def begin(
    session: Session,
    details: MeetingDetails,
    *,
    guild: Guild,
    region: Region,
    pattern: Pattern,
    actor_id: int,
    now: datetime,
) -> Meeting:
    """Store a series and its occurrences of the next weeks; return the first.

    Raises:
        UserError: the rule has no occurrence.
    """
    series = create(session, details, region, pattern, actor_id=actor_id, now=now)
    stored = extend(session, series, guild=guild, now=now)
    if not stored:
        raise UserError("series.empty")
    note(session, guild.id, actor_id, "series.begin", series.subject, now)
    return stored[0]


def extend(session: Session, series: Series, *, guild: Guild, now: datetime) -> list[Meeting]:
    """Store the occurrences that are near enough, and enqueue the next check; return what was stored."""
    if series.held_at is not None or series.ended_at is not None:
        return []
    so_far = series.upto or ""
    last = session.scalars(
        select(Meeting)
        .where(Meeting.series_id == series.id, Meeting.slot <= so_far)
        .order_by(Meeting.slot.desc())
        .limit(1)
        .options(joinedload(Meeting.co_hosts))
    ).unique().one_or_none()  # fmt: skip
    before = last.ends_at if last else None
    latest = last.starts_at if last else None
    co_hosts = [co_host.user_id for co_host in last.co_hosts] if last else []
    # Individually changed occurrences may be ahead of the rule's progress.
    taken = set(
        session.scalars(select(Meeting.slot).where(Meeting.series_id == series.id, Meeting.slot > so_far))
    )
    pattern, stored = pattern_of(series, guild), list[Meeting]()
    for slot in pattern.after(series.upto):
        if slot.starts_at > now + AHEAD and latest is not None and latest > now:
            _plan_job(session, series, "extend", slot.wall, min(slot.starts_at - AHEAD, latest))
            break
        series.upto = slot.wall
        if slot.wall in taken or slot.starts_at <= now:
            continue  # stored, or the bot was down for longer than occurrences are stored ahead
        meeting = meetings.schedule(
            session,
            series.details,
            guild=guild,
            region=series.region,
            starts_at=slot.starts_at,
            zone=pattern.zone,
            repeat=words_of(pattern),
            actor_id=series.created_by,
            now=now,
            series_id=series.id,
            slot=slot.wall,
            announce_at=now if before is None else announced_at(slot.starts_at, before, now),
        )
        meeting.co_hosts = [CoHost(meeting_id=meeting.id, user_id=user_id) for user_id in co_hosts]
        before, latest = meeting.ends_at, slot.starts_at
        stored.append(meeting)
    else:
        if pattern.by_terms and UNTIL not in series.rule:
            # The known terms have come to an end, so somebody has to enter the next ones.
            due = max(now, (latest or now) - TERMS_AHEAD)
            _plan_job(session, series, "terms", series.upto or series.first, due)
    asked = pattern.asked(series.upto or "", series.number_before) if stored else set[str]()
    for meeting in stored:
        if (slot := meeting.slot) in asked:
            _plan_job(session, series, "review", slot, max(now, meeting.starts_at - ASK_AHEAD))
            _plan_job(session, series, "silent", slot, meeting.starts_at)
    session.flush()
    return stored


def _plan_job(session: Session, series: Series, do: str, slot: str, due: datetime) -> None:
    key = f"series:{series.id}.{series.sequence}:{do}:{slot}:{int(series.alive_at.timestamp())}"
    plan_job(session, series, JOB, key, due, do=do, slot=slot)


def attend(session: Session, series_id: int, do: str, slot: str, *, guild: Guild, now: datetime) -> None:
    """Do a series' job: store occurrences, ask its host, or act on a missing answer."""
    series = session.scalars(_WHOLE.where(Series.id == series_id)).one_or_none()
    if series is None or series.held_at is not None or series.ended_at is not None:
        return
    if do == "extend":
        extend(session, series, guild=guild, now=now)
        return
    if do == "terms":
        if next(pattern_of(series, guild).after(series.upto), None) is None:
            _tell(session, series, TERMS, guild, now)
        return
    meeting = session.scalars(
        select(Meeting).where(Meeting.series_id == series.id, Meeting.slot == slot)
    ).one_or_none()
    if meeting is None or meeting.cancelled_at is not None:
        return
    if slot not in pattern_of(series, guild).asked(slot, series.number_before):
        return  # enqueued when it was asked more often
    if do == "review":
        _ask(session, series, meeting, guild, now)
    elif series.alive_at < meeting.starts_at - ASK_AHEAD:
        series.silences += 1
        if series.silences >= MISSED_CHECKINS:
            hold(session, series, guild=guild, now=now)


def _ask(session: Session, series: Series, meeting: Meeting, guild: Guild, now: datetime) -> None:
    key, about = f"{series.subject}:ask:{meeting.slot}", {"series": series.id, "meeting": meeting.id}
    host = asked_of(series.host_id, guild)
    rest: dict[str, Any] = {"data": about, "expires_at": meeting.starts_at, "always": True}
    deliveries.enqueue(session, to_recipient(session, guild, series, ASK, {key: now}, host, **rest))


def hold(session: Session, series: Series, *, guild: Guild, now: datetime) -> None:
    """Put a series on hold: delete occurrences that nobody has seen or answered, and tell the organisers."""
    series.held_at = now
    series.revised(now)
    outbox.cancel(session, series, now, reason="held")
    unseen = session.scalars(
        select(Meeting)
        .where(
            Meeting.series_id == series.id,
            Meeting.starts_at > now,
            Meeting.message_id.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.going + Meeting.maybe + Meeting.cant == 0,
        )
        .order_by(Meeting.slot)
    ).all()
    for meeting in unseen:
        outbox.cancel(session, meeting, now, reason="held")
        followed(session, meeting, now)
    if unseen:
        session.execute(delete(Meeting).where(Meeting.id.in_([meeting.id for meeting in unseen])))
        series.upto = session.scalar(
            select(Meeting.slot)
            .where(Meeting.series_id == series.id, Meeting.slot < unseen[0].slot)
            .order_by(Meeting.slot.desc())
            .limit(1)
        )
    _tell(session, series, HELD, guild, now)


def _tell(session: Session, series: Series, kind: str, guild: Guild, now: datetime) -> None:
    """Enqueue the news for the organisers that a series has stopped."""
    key = f"{series.subject}:{kind.rpartition('.')[2]}:{now.timestamp():.0f}"
    about = About(guild.id, series.subject, {"series": series.id})
    send(session, about, kind, key, organisers_of(guild), now)


def _running(session: Session, series_id: int, guild_id: int) -> Series:
    series = find(session, series_id, guild_id=guild_id)
    if series.ended_at is not None:
        raise UserError("series.over", title=series.title)
    return series


def put_on_hold(session: Session, series_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Series:
    """Put a series of this server on hold at somebody's request.

    Raises:
        UserError: there is no such series in this server, or it has ended.
    """
    series = _running(session, series_id, guild.id)
    if series.held_at is None:
        hold(session, series, guild=guild, now=now)
        note(session, guild.id, actor_id, "series.hold", series.subject, now)
    return series


def still_alive(session: Session, series_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Series:
    """Record that a series is still wanted; resume one on hold.

    Raises:
        UserError: there is no such series in this server, or it has ended.
    """
    series = _running(session, series_id, guild.id)
    was_held = series.held_at is not None
    series.alive_at, series.silences, series.held_at = now, 0, None
    if was_held:
        series.revised(now)
        extend(session, series, guild=guild, now=now)
        note(session, guild.id, actor_id, "series.resume", series.subject, now)
    return series


def find(session: Session, series_id: int, *, guild_id: int) -> Series:
    """Return a series of this server with its region. Raises UserError: none has this id here."""
    return one_or_raise(
        session, _WHOLE.where(Series.id == series_id, Series.guild_id == guild_id), "series.unknown"
    )


def of_meeting(session: Session, meeting: Meeting) -> Series:
    """Return the series of a meeting, with its region. Raises UserError: it belongs to none."""
    query = _WHOLE.where(Series.id == meeting.series_id)
    return one_or_raise(session, query, "series.none", title=meeting.title)


def later_meetings(session: Session, series: Series, slot: str) -> Sequence[Meeting]:
    """Return the stored occurrences of a series from `slot` on, in order."""
    query = select(Meeting).where(Meeting.series_id == series.id, Meeting.slot >= slot).order_by(Meeting.slot)
    return session.scalars(query).all()
