"""News of a meeting: who is told of changes and cancellations; changes close together are one notice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.domain import news
from bot.domain.deliveries import Outcome
from bot.domain.local_time import local_to_utc
from bot.domain.meetings import ORGANISERS
from bot.domain.venues import KEPT, record
from db import deliveries, people
from db.base import one_of
from db.deliveries import NewDelivery
from db.engine import wake
from db.meetings.models import Answer, CoHost, Meeting, Venue, Waiting
from db.meetings.outbox import new_delivery
from db.meetings.reminding import CANCELLED, CHANGED, CORRECT, HOSTING, REMIND, SAYING_WHEN
from db.membership.models import Departure
from db.models import Delivery, Guild

Facts = dict[str, Any]
Pending = Row[int, int, datetime, Facts]


# Built once, and on the table: one of them runs with every changed answer.
_ROW = Delivery.__table__.c


@cache
def _sent(kinds: tuple[str, ...], to: Literal["everybody", "channel", "member"]) -> Any:
    """Return the query for messages of these kinds that were, or may have been, sent."""
    query = (
        select(_ROW.id, _ROW.kind, _ROW.target_id, _ROW.private, _ROW.message_id)
        .where(
            _ROW.subject == bindparam("about"),
            one_of(_ROW.kind, kinds),
            one_of(_ROW.status, (Outcome.SENT, Outcome.LATE, "sending", "pending")),
            or_(
                and_(one_of(_ROW.status, (Outcome.SENT, Outcome.LATE)), _ROW.message_id.is_not(None)),
                _ROW.status == "sending",
                and_(_ROW.status == "pending", _ROW.attempts > 0),
            ),
        )
        .order_by(_ROW.id)
    )
    if to == "member":
        return query.where(_ROW.private.is_(True), _ROW.target_id == bindparam("member"))
    return query if to == "everybody" else query.where(_ROW.private.is_(False))


def facts_of(meeting: Meeting) -> Facts:
    """Return a meeting's present facts, which its news compares."""
    start, place = f"{meeting.wall} {meeting.zone}", record_of(meeting.place)
    told = {name: value for name, value in asdict(meeting.details).items() if name in news.AUDIENCE}
    return {"start": start, **told, "record": place}


def record_of(venue: Venue | None) -> dict[str, str]:
    """Return the hashes of a venue's details."""
    return record({name: str(getattr(venue, name)) for name in KEPT}) if venue is not None else {}


def began(facts: Mapping[str, Any]) -> datetime:
    """Return when a meeting began according to its stored facts."""
    wall, _, zone = str(facts["start"]).partition(" ")
    return local_to_utc(wall, ZoneInfo(zone))


def roles(session: Session, meeting: Meeting) -> dict[int, set[str]]:
    """Return who is involved in a meeting, in which role (`news.ROLES`), without those known to have left."""
    answers = select(Answer.user_id, Answer.choice).where(Answer.meeting_id == meeting.id)
    waiting = select(Waiting.user_id, Waiting.offered_until).where(Waiting.meeting_id == meeting.id)
    found: dict[int, set[str]] = {}
    for user_id, choice in session.execute(answers.order_by(Answer.answered_at)):
        found.setdefault(user_id, set()).add(choice)
    for user_id, until in session.execute(waiting.order_by(Waiting.since)):
        found.setdefault(user_id, set()).add("waiting" if until is None else "offered")
    for user_id in hosts_of(session, meeting):
        found.setdefault(user_id, set()).add("host")
    gone = select(Departure.user_id).where(Departure.guild_id == meeting.guild_id)
    for user_id in session.scalars(gone.where(Departure.user_id.in_(found))):
        del found[user_id]
    return found


def roles_of(session: Session, meeting_id: int, user_id: int) -> set[str]:
    """Return one member's roles in a meeting."""
    meeting = session.get(Meeting, meeting_id)
    return set() if meeting is None else roles(session, meeting).get(user_id, set())


def hosts_of(session: Session, meeting: Meeting) -> list[int]:
    """Return the members who host a meeting, its host first."""
    shared = session.scalars(
        select(CoHost.user_id).where(CoHost.meeting_id == meeting.id).order_by(CoHost.user_id)
    )
    return [user_id for user_id in (meeting.host_id, *shared) if user_id > ORGANISERS]


def tell_change(
    session: Session,
    meeting: Meeting,
    was: Facts,
    guild: Guild,
    actor_id: int,
    now: datetime,
    *,
    in_channel: bool,
    together: bool = False,
) -> None:
    """Enqueue the news that a meeting has changed since `was`, for everybody who was promised it.

    `together`: it changes along with another, of which the channel and its hosts are told.

    A pending notice of an earlier change is merged with this one: it says what the meeting was at first, and what it
    is when sent. Sent reminders are updated. `actor_id` is not told as host of their own change.
    """
    changed = news.changes(was, facts_of(meeting))
    if not changed:
        return
    pending = _pending(session, meeting, CHANGED)
    first = min([now, *(datetime.fromisoformat(row.data["first"]) for row in pending)])
    soonest = min(
        [meeting.starts_at, *(began(facts) for facts in (was, *(row.data["was"] for row in pending)))]
    )
    due = news.told_at(now, first=first, soonest=soonest)
    held = {row.target_id for row in pending}
    late = [row.id for row in pending if row.due_at < due or row.due_at >= soonest]
    _update(session, late, due_at=due, wake_at=due)
    _update(session, [row.id for row in pending], expires_at=useful_until(meeting, now))
    wanted = news.hear(changed)
    hearers = [
        user_id
        for user_id, theirs in roles(session, meeting).items()
        if user_id not in held and (theirs - {"host"} if user_id == actor_id or together else theirs) & wanted
    ]
    # New recipients know the meeting as those do who are about to be told.
    about = {
        "meeting": meeting.id,
        "was": pending[0].data["was"] if pending else was,
        "first": first.isoformat(),
    }
    when = {"now": now, "due": due, "soonest": soonest}
    key = f"{meeting.subject}:changed:{now.timestamp():.6f}"
    said = in_channel and not together and meeting.channel_id not in held
    tell(session, meeting, CHANGED, key, hearers, guild, about, in_channel=said, **when)
    correct(session, meeting, due=due, now=now)
    wake(session, due)


def tell_cancelled(
    session: Session,
    meeting: Meeting,
    was: Facts | None,
    guild: Guild,
    actor_id: int,
    now: datetime,
    *,
    in_channel: bool,
    together: bool,
) -> None:
    """Enqueue the news that a meeting is cancelled; `was` is what its recipients know about it.

    `together`: along with another, of which the channel and its hosts are told.
    """
    hearers = [
        user_id
        for user_id, theirs in roles(session, meeting).items()
        if theirs != {"host"} or not (together or user_id == actor_id)
    ]
    about: Facts = {"meeting": meeting.id} | ({"was": was} if was is not None else {})
    soonest = min(meeting.starts_at, began(was)) if was is not None else meeting.starts_at
    when = {"now": now, "soonest": soonest}
    key, said = f"{meeting.key_prefix}:cancelled", in_channel and not together
    tell(session, meeting, CANCELLED, key, hearers, guild, about, in_channel=said, **when)
    correct(session, meeting, due=now, now=now)


def tell_hosts(
    session: Session, meeting: Meeting, before: Collection[int], guild: Guild, actor_id: int, now: datetime
) -> None:
    """Enqueue the news for new and former hosts of a meeting, except for whoever made the change."""
    after = hosts_of(session, meeting)
    touched = [user_id for user_id in {*before, *after} if (user_id in before) != (user_id in after)]
    held = {row.target_id for row in _pending(session, meeting, HOSTING)}
    due = news.told_at(now, first=now, soonest=meeting.starts_at)
    key = f"{meeting.subject}:host:{now.timestamp():.6f}"
    for hosted in (True, False):
        hearers = [
            user_id
            for user_id in touched
            if user_id != actor_id and user_id not in held and (user_id in before) is hosted
        ]
        about = {"meeting": meeting.id, "hosted": hosted}
        tell(session, meeting, HOSTING, key, hearers, guild, about, now=now, due=due)


def correct(
    session: Session,
    meeting: Meeting,
    *,
    due: datetime,
    now: datetime,
    kinds: Sequence[str] = SAYING_WHEN,
    everyone: bool = True,
    member: int | None = None,
    but: int | None = None,
) -> None:
    """Enqueue an edit of the last reminder, in the channel and (`everyone`) of each member.

    One in flight, or tried before, may arrive with the old facts: it counts as sent, its message still unknown.
    Also edit the last of other `kinds` to each, and all of those only to the channel. Those to a `member` who answered
    show their answer, except for the message `but`.
    """
    to = "member" if member is not None else "everybody" if everyone else "channel"
    given: Facts = {"about": meeting.subject, "member": member}
    sent = session.execute(_sent(tuple(kinds), to), given).all()
    last = {
        (row.kind, row.target_id) if everyone else row.id: row
        for row in sent
        if but is None or row.message_id != but
    }
    if not last:
        return
    waiting = {row.data["of"] for row in _pending(session, meeting, CORRECT)}
    deliveries.enqueue(
        session,
        [
            new_delivery(
                meeting,
                CORRECT,
                f"{meeting.subject}:correct:{row.id}:{now.timestamp():.6f}",
                due,
                target_id=row.target_id,
                private=row.private,
                data={"meeting": meeting.id, "of": row.id, "message": row.message_id}
                | ({"own": True} if member is not None or row.kind != REMIND else {}),
                expires_at=useful_until(meeting, now) if now < meeting.ends_at else None,
            )
            for row in last.values()
            if row.id not in waiting
        ],
    )


def untold(session: Session, meeting: Meeting) -> Facts | None:
    """Return what a meeting was before changes that nobody has heard of yet; None when there are none."""
    rows = _pending(session, meeting, CHANGED)
    return rows[0].data["was"] if rows else None


def _pending(session: Session, meeting: Meeting, kind: str) -> Sequence[Pending]:
    query = (
        select(Delivery.id, Delivery.target_id, Delivery.due_at, Delivery.data)
        .where(Delivery.subject == meeting.subject, Delivery.kind == kind, Delivery.status == "pending")
        .order_by(Delivery.id)
        .with_for_update()
    )
    return session.execute(query).all()


def useful_until(meeting: Meeting, now: datetime) -> datetime:
    """Return until when news of a meeting is useful: until it begins or, once begun, until it ends."""
    if meeting.starts_at > now:
        return meeting.starts_at
    return meeting.ends_at


def _update(session: Session, ids: Collection[int], **values: datetime) -> None:
    if ids:
        session.execute(
            update(Delivery).where(Delivery.id.in_(ids)).values(values),
            execution_options={"synchronize_session": False},
        )


def tell(
    session: Session,
    meeting: Meeting,
    kind: str,
    key: str,
    hearers: Collection[int],
    guild: Guild,
    data: Facts,
    *,
    now: datetime,
    due: datetime | None = None,
    soonest: datetime | None = None,
    in_channel: bool = False,
) -> None:
    """Enqueue a notice for each recipient, outside their quiet hours unless the meeting begins (`soonest`) in them."""
    due = due or now
    about: Facts = {"data": data, "expires_at": useful_until(meeting, now)}
    notices: list[NewDelivery] = []
    if in_channel:
        notices.append(new_delivery(meeting, kind, f"{key}:channel:{meeting.channel_id}", due, **about))
    known = people.known(session, hearers)
    for user_id in hearers:
        person = known.get(user_id)
        # Switching off reminders (no lead times) does not stop these; switching off direct messages does.
        if person is None or person.dms:
            at = people.outside_quiet(due, person, guild, soonest or meeting.starts_at)
            to = {"target_id": user_id, "private": True}
            notices.append(new_delivery(meeting, kind, f"{key}:user:{user_id}", at, **to, **about))
    deliveries.enqueue(session, notices)
