"""Series that go by school terms, after those have been edited.

What nobody has seen yet moves along with the terms. What is announced or answered stays where people expect it,
and counts as the occurrence of its term that was moved by hand; the organisers are told, and move it if they like.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.series import Slot
from bot.domain.when.termly import APART, FREQUENCIES, frequency_of
from db import meetings
from db.audit import note
from db.meetings.models import Meeting, Series
from db.meetings.series.occurrences import extend, pattern_of, subject
from db.models import Guild


@dataclass(slots=True)
class Followed:
    """What became of stored occurrences: those that moved along, and those that stay though the terms have changed."""

    moved: list[Meeting] = field(default_factory=list[Meeting])
    stayed: list[Meeting] = field(default_factory=list[Meeting])


def follow(session: Session, *, guild: Guild, actor_id: int, now: datetime) -> Followed:
    """Have the series of a server follow its terms (`guild.terms`, as they are now)."""
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
    was = {one.id: one.slot or "" for one in stored}
    for one in stored:
        one.slot = None  # first out of the way: the new slots may be those of others
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
            meetings.move(
                session,
                one.id,
                guild=guild,
                starts_at=target.starts_at,
                zone=zone,
                actor_id=actor_id,
                now=now,
                quietly=True,
            )
            done.moved.append(one)
        elif not moved_by_hand:
            done.stayed.append(one)
    series.upto = max(one.slot or "" for one in stored)
    series.sequence += 1
    series.changed_at = now
    note(session, guild.id, actor_id, "series.terms", subject(series.id), now)
    extend(session, series, guild=guild, now=now)


def _matched(stored: Sequence[str], slots: Sequence[Slot], within: timedelta) -> dict[str, Slot]:
    """Return for each stored slot the nearest that the rule gives now, each for one alone."""
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
