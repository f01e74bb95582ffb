"""Places of a meeting with a limit: taken, waited for, offered to the next, and released after a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from bot.domain.meetings import offered_for
from db import people
from db.meetings import outbox
from db.meetings.models import Answer, Meeting, Waiting
from db.meetings.outbox import plan_job
from db.meetings.reminding import refresh
from db.membership.models import Departure
from db.models import Delivery, Guild, Person

OFFER = "meeting.offer"
JOB = "meeting.places"
TRIED_AGAIN = timedelta(days=1)
"""How long somebody whom an offer did not reach is passed over."""
UNTOLD_FOR = timedelta(minutes=30)
"""How much longer a place is held each time for somebody whose offer is still on its way."""


def take(session: Session, meeting: Meeting, user_id: int, *, now: datetime) -> bool:
    """Take a place for a member; return False when there is none and they are now on the waiting list."""
    if meeting.capacity is None:
        return True
    mine = session.get(Waiting, (meeting.id, user_id))
    if mine is not None and mine.offered_until is not None:
        return leave(session, meeting, user_id)
    # A place is only free while all who wait can't be told of it.
    if meeting.going + (_held(session, meeting) if meeting.waiting else 0) < meeting.capacity:
        leave(session, meeting, user_id)
        return True
    if mine is None:
        _wait(session, meeting, user_id, now)
    return False


def _wait(session: Session, meeting: Meeting, user_id: int, now: datetime) -> None:
    session.add(Waiting(meeting_id=meeting.id, user_id=user_id, since=now))
    meeting.waiting += 1


def leave(session: Session, meeting: Meeting, user_id: int) -> bool:
    """Remove a member from the waiting list; return True when a place was held for them."""
    mine = session.get(Waiting, (meeting.id, user_id))
    if mine is None:
        return False
    session.delete(mine)
    meeting.waiting -= 1
    return mine.offered_until is not None


def number(session: Session, meeting_id: int, user_id: int) -> int:
    """Return a member's number on the waiting list; 0 when they are not on it."""
    mine = session.get(Waiting, (meeting_id, user_id))
    if mine is None:
        return 0
    before = select(func.count()).where(Waiting.meeting_id == meeting_id, Waiting.since < mine.since)
    return (session.scalar(before) or 0) + 1


def offer(session: Session, meeting: Meeting, *, guild: Guild, now: datetime, but: int | None = None) -> None:
    """Offer the free places to those who have waited longest; each is held for a while, then offered to the next.

    `but`: a member who is passed over.
    """
    if not meeting.waiting or not meeting.is_ahead(now):
        return
    waiting = session.scalars(
        select(Waiting).where(Waiting.meeting_id == meeting.id).order_by(Waiting.since, Waiting.user_id)
    ).all()
    kept = sum(1 for one in waiting if one.offered_until is not None)
    room = len(waiting) if meeting.capacity is None else meeting.capacity - meeting.going - kept
    if room <= 0:
        return
    passed_over = _unreached(session, meeting, now - TRIED_AGAIN) | {but}
    next_up = [one for one in waiting if one.offered_until is None and one.user_id not in passed_over]
    for one in next_up[:room]:
        person = session.get(Person, one.user_id)
        due = people.outside_quiet(now, person, guild, meeting.starts_at)
        until = min(meeting.starts_at, due + offered_for(meeting.starts_at - due))
        one.offered_until = until
        key = f"{meeting.subject}:offer:{one.user_id}:{now.timestamp():.6f}"
        to = {"target_id": one.user_id, "private": True, "expires_at": meeting.starts_at}
        outbox.enqueue(session, meeting, OFFER, key, due, **to)
        plan_job(session, meeting, JOB, f"{key}:lapse", until, do="lapse")


def _held(session: Session, meeting: Meeting) -> int:
    held = select(func.count()).where(Waiting.meeting_id == meeting.id, Waiting.offered_until.is_not(None))
    return session.scalar(held) or 0


def _offered(session: Session, meeting: Meeting, *which: ColumnElement[bool]) -> set[int]:
    """Return the members who have such an offer of a place."""
    query = select(Delivery.target_id).where(Delivery.subject == meeting.subject, Delivery.kind == OFFER)
    return set(session.scalars(query.where(*which)))


def _unreached(session: Session, meeting: Meeting, since: datetime) -> set[int]:
    """Return the members whom an offer could not reach `since` then, in the time that they have waited."""
    waits = select(Waiting.since).where(
        Waiting.meeting_id == meeting.id, Waiting.user_id == Delivery.target_id
    )
    # Discord may know that somebody has left before their departure is stored.
    failed = or_(Delivery.status == "failed", Delivery.reason == "left")
    ended = Delivery.settled_at
    return _offered(session, meeting, failed, ended > since, ended >= waits.scalar_subquery())


def told(session: Session, meeting: Meeting, user_id: int, *, now: datetime) -> datetime | None:
    """Return until when a place is held for a member who is told now; None when it is no longer.

    An offer that was long on its way holds the place for as long as one that arrived at once.
    """
    mine = session.get(Waiting, (meeting.id, user_id))
    if mine is None or mine.offered_until is None:
        return None
    whole = offered_for(meeting.starts_at - now)
    if mine.offered_until - now < whole / 2:
        until = mine.offered_until = min(meeting.starts_at, now + whole)
        key = f"{meeting.subject}:offer:{user_id}:{now.timestamp():.6f}:lapse"
        plan_job(session, meeting, JOB, key, until, do="lapse")
    return mine.offered_until


def unreached(session: Session, meeting: Meeting, user_id: int, *, guild: Guild, now: datetime) -> None:
    """Offer a place to the next at once where its offer could not be delivered.

    The member stays on the list, and is tried again if nobody has taken the place in a day.
    """
    mine = session.get(Waiting, (meeting.id, user_id))
    if mine is not None and mine.offered_until is not None:
        mine.offered_until = None
        offer(session, meeting, guild=guild, now=now, but=user_id)
        if (again := now + TRIED_AGAIN) < meeting.starts_at:
            key = f"{meeting.subject}:offer:{user_id}:{now.timestamp():.6f}:again"
            plan_job(session, meeting, JOB, key, again, do="lapse")
        refresh(session, meeting, now)


def lapse(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> None:
    """Release the held places whose time has run out, and offer them to the next."""
    held = session.scalars(
        select(Waiting).where(Waiting.meeting_id == meeting.id, Waiting.offered_until <= now)
    ).all()
    # Nobody loses a place that they have not heard of; after a time away, one claim takes the offer and this job.
    on_its_way = Delivery.status.in_(("pending", "sending"))
    untold = _offered(session, meeting, on_its_way) if held else set[int]()
    spared = [one for one in held if one.user_id in untold]
    gone = [one for one in held if one.user_id not in untold]
    for one in gone:
        session.delete(one)
        meeting.waiting -= 1
    if spared and meeting.is_ahead(now):
        # Their offers may yet end in a way that says nothing here.
        until = min(meeting.starts_at, now + UNTOLD_FOR)
        for one in spared:
            one.offered_until = until
        key = f"{meeting.subject}:offer:{spared[0].user_id}:{now.timestamp():.6f}:lapse"
        plan_job(session, meeting, JOB, key, until, do="lapse")
    offer(session, meeting, guild=guild, now=now)
    if gone:
        refresh(session, meeting, now)


def resume(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> None:
    """Offer anew the free places of a meeting that takes place after all, since nobody could take one meanwhile."""
    for one in session.scalars(select(Waiting).where(Waiting.meeting_id == meeting.id)):
        one.offered_until = None
    offer(session, meeting, guild=guild, now=now)


def vacate(
    session: Session, user_id: int, *, guild_id: int | None, now: datetime, lists_only: bool = False
) -> None:
    """Free the places of somebody leaving a server (None: all), or being erased, and offer them to the next.

    Call it before the departure is stored, or before the answers are deleted. Their answers stay, uncounted, until
    deleted: `readmit` counts them again. They also leave the waiting lists (`lists_only`: only that).
    """
    waiting = select(Waiting).join(Meeting, Meeting.id == Waiting.meeting_id)
    waiting = waiting.where(Waiting.user_id == user_id, _of_server(guild_id))
    rows = {row.meeting_id: row for row in session.scalars(waiting)}
    given: Sequence[Answer] = () if lists_only else _answers(session, user_id, guild_id, now)
    answers = {one.meeting_id: one for one in given}
    if not rows and not answers:
        return
    concerned = select(Meeting).where(Meeting.id.in_({*rows, *answers})).order_by(Meeting.id)
    touched = session.scalars(concerned).all()
    ids = {meeting.guild_id for meeting in touched}
    guilds = {guild.id: guild for guild in session.scalars(select(Guild).where(Guild.id.in_(ids)))}
    for meeting in touched:
        if (row := rows.get(meeting.id)) is not None:
            session.delete(row)
            meeting.waiting -= 1
        if (theirs := answers.get(meeting.id)) is not None:
            _count(meeting, theirs.choice, -1)
        if meeting.is_ahead(now):
            offer(session, meeting, guild=guilds[meeting.guild_id], now=now)
            refresh(session, meeting, now)
    session.flush()


def readmit(session: Session, user_id: int, *, guild_id: int, now: datetime) -> None:
    """Count again the answers of somebody who came back; if their place was given away, they wait for another.

    Call it after their departure is deleted. It does nothing for somebody without a stored departure.
    """
    given = {one.meeting_id: one for one in _answers(session, user_id, guild_id, now)}
    for meeting in session.scalars(select(Meeting).where(Meeting.id.in_(given or [0])).order_by(Meeting.id)):
        theirs = given[meeting.id]
        full = meeting.capacity is not None and (meeting.waiting or meeting.going >= meeting.capacity)
        if theirs.choice == "going" and full:
            session.delete(theirs)
            _wait(session, meeting, user_id, now)
        else:
            _count(meeting, theirs.choice, 1)
        refresh(session, meeting, now)
    session.flush()


def _answers(session: Session, user_id: int, guild_id: int | None, now: datetime) -> Sequence[Answer]:
    """Return somebody's answers to upcoming meetings where they are counted."""
    gone = select(Departure.guild_id).where(Departure.user_id == user_id)
    query = select(Answer).join(Meeting, Meeting.id == Answer.meeting_id).where(Answer.user_id == user_id)
    query = query.where(Meeting.starts_at > now, _of_server(guild_id), Meeting.guild_id.not_in(gone))
    return session.scalars(query).all()


def _of_server(guild_id: int | None) -> ColumnElement[bool]:
    return Meeting.guild_id == guild_id if guild_id is not None else true()


def _count(meeting: Meeting, choice: str, more: int) -> None:
    setattr(meeting, choice, max(0, getattr(meeting, choice) + more))
