"""Finding meetings."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Integer, Row, and_, bindparam, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.venues import meant
from bot.errors import UserError
from db.meetings.models import Answer, CoHost, Meeting, Venue
from db.membership.models import Departure
from db.models import Person, Region

# Built once: making a statement and its cache key anew costs more than running it.
WITH_REGION = select(Meeting).options(joinedload(Meeting.region, innerjoin=True))
_FIND = WITH_REGION.where(Meeting.id == bindparam("meeting"), Meeting.guild_id == bindparam("guild")).options(
    joinedload(Meeting.co_hosts)
)
_FIND_FOR = (
    _FIND.add_columns(Answer, Person)
    .outerjoin(Answer, and_(Answer.meeting_id == Meeting.id, Answer.user_id == bindparam("user")))
    .outerjoin(Person, Person.id == bindparam("user"))
)
_MEETING, _ANSWER, _PERSON = Meeting.__table__.c, Answer.__table__.c, Person.__table__.c
_KINDS = [(kind, kind.__table__.columns.keys()) for kind in (Meeting, Answer, Person)]
_GLANCE = (
    select(
        *_MEETING,
        *_ANSWER,
        *_PERSON,
        exists().where(CoHost.__table__.c.meeting_id == _MEETING.id).label("shared"),
    )
    .select_from(
        Meeting.__table__.outerjoin(
            Answer.__table__, and_(_ANSWER.meeting_id == _MEETING.id, _ANSWER.user_id == bindparam("user"))
        ).outerjoin(Person.__table__, _PERSON.id == bindparam("user"))
    )
    .where(_MEETING.id == bindparam("meeting"), _MEETING.guild_id == bindparam("guild"))
)
_FIND_WITH_ANSWERS = _FIND.options(selectinload(Meeting.answers))
_UPCOMING = (
    WITH_REGION.where(
        Meeting.guild_id == bindparam("guild"),
        Meeting.starts_at >= bindparam("since"),
        Meeting.starts_at < bindparam("until"),
        Meeting.cancelled_at.is_(None),
    )
    .order_by(Meeting.starts_at, Meeting.id)
    .limit(bindparam("most", type_=Integer))
)
_UPCOMING_IN_REGION = _UPCOMING.where(Meeting.region_id == bindparam("region"))
_AROUND = (
    select(Meeting.id, Meeting.series_id, Meeting.title, Meeting.starts_at, Meeting.minutes)
    .where(
        Meeting.region_id == bindparam("region"),
        Meeting.starts_at >= bindparam("since"),
        Meeting.starts_at < bindparam("until"),
        Meeting.cancelled_at.is_(None),
    )
    .order_by(Meeting.starts_at)
    .limit(50)
)
_SIZES = (
    select(Meeting.going + Meeting.maybe)
    .where(
        Meeting.region_id == bindparam("region"),
        Meeting.starts_at < bindparam("now"),
        Meeting.cancelled_at.is_(None),
    )
    .order_by(Meeting.starts_at.desc())
    .limit(10)
)
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


def find(session: Session, meeting_id: int, *, guild_id: int, with_answers: bool = False) -> Meeting:
    """Return a meeting of this server with its region and, if asked for, its answers.

    Raises:
        UserError: none has this id here.
    """
    query = _FIND_WITH_ANSWERS if with_answers else _FIND
    meeting = session.scalars(query, {"meeting": meeting_id, "guild": guild_id}).unique().one_or_none()
    if meeting is None:
        raise UserError("meetings.unknown")
    return meeting


def find_for(
    session: Session, meeting_id: int, user_id: int, *, guild_id: int, regions: Sequence[Region]
) -> tuple[Meeting, Answer | None, Person | None]:
    """Return a meeting as `find` does, with a member's answer and settings, in one query.

    If nothing in the session has to be kept in step, they are separate records that the session does not
    know. With the ORM a press takes 1.21 times the processor time (tests/bench/without.py), and this is what
    happens when a whole region answers at once.

    Raises:
        UserError: none has this id here.
    """
    given = {"meeting": meeting_id, "guild": guild_id, "user": user_id}
    if not session.identity_map:
        row = session.execute(_GLANCE, given).one_or_none()
        if row is None:
            raise UserError("meetings.unknown")
        meeting, said, person = _read(row)
        region = next((one for one in regions if one.id == meeting.region_id), None)
        # Limited places and co-hosts have rows of their own, which the session has to know.
        if region is not None and meeting.capacity is None and not (meeting.waiting or row.shared):
            venue_id = meeting.venue_id
            place = session.get(Venue, venue_id) if venue_id is not None else None
            vars(meeting).update(region=region, co_hosts=[], place=place)
            return meeting, said, person
    found = session.execute(_FIND_FOR, given).unique().one_or_none()
    if found is None:
        raise UserError("meetings.unknown")
    return found[0], found[1], found[2]


def _read(row: Row[*tuple[Any, ...]]) -> tuple[Meeting, Answer | None, Person | None]:
    found: list[Any] = []
    at = 0
    for kind, names in _KINDS:
        if row[at] is None:
            found.append(None)
        else:
            record = kind()
            values = cast("dict[str, object]", record.__dict__)  # the ORM's loader fills it in the same way
            values.update(zip(names, row[at : at + len(names)], strict=True))
            found.append(record)
        at += len(names)
    meeting, said, person = found
    return meeting, said, person


def choice_of(session: Session, meeting_id: int, user_id: int) -> str | None:
    """Return a member's answer to a meeting, or None."""
    given = session.get(Answer, (meeting_id, user_id))
    return given.choice if given else None


def upcoming(
    session: Session,
    guild_id: int,
    *,
    now: datetime,
    until: datetime | None = None,
    since: datetime | None = None,
    region_id: int | None = None,
    limit: int = 10,
) -> Sequence[Meeting]:
    """Return the meetings of a server (or region) that are not over, soonest first, with their region."""
    given = {
        "guild": guild_id,
        "since": since or now - timedelta(hours=1),
        "until": until or _ALWAYS,
        "most": limit,
    }
    if region_id is None:
        return session.scalars(_UPCOMING, given).all()
    return session.scalars(_UPCOMING_IN_REGION, given | {"region": region_id}).all()


def begun(session: Session, guild_id: int, *, now: datetime, limit: int = 100) -> Sequence[Meeting]:
    """Return the meetings of a server that have begun and were not cancelled, newest first, with their region."""
    query = WITH_REGION.where(
        Meeting.guild_id == guild_id, Meeting.starts_at <= now, Meeting.cancelled_at.is_(None)
    )
    return session.scalars(query.order_by(Meeting.starts_at.desc()).limit(limit)).all()


def answers_of(session: Session, meeting: Meeting) -> Sequence[Answer]:
    """Return who answered a meeting, in order, without those known to have left."""
    gone = select(Departure.user_id).where(Departure.guild_id == meeting.guild_id)
    query = select(Answer).where(Answer.meeting_id == meeting.id, Answer.user_id.not_in(gone))
    return session.scalars(query.order_by(Answer.answered_at, Answer.user_id)).all()


def changeable(session: Session, meeting_id: int, *, guild_id: int, now: datetime) -> Meeting:
    """Return a meeting of this server that is neither cancelled nor over, with region and answers.

    Raises:
        UserError: there is none; says why.
    """
    meeting = find(session, meeting_id, guild_id=guild_id, with_answers=True)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.change.cancelled", title=meeting.title)
    if now >= meeting.ends_at:
        raise UserError("meetings.change.over", title=meeting.title)
    return meeting


def around(
    session: Session, region_id: int, *, since: datetime, until: datetime
) -> Sequence[Row[int, int | None, str, datetime, int]]:
    """Return the meetings of a region that begin between two instants and are not cancelled.

    They are rows of id, series_id, title, starts_at and minutes: somebody is waiting, and records cost more.
    """
    return session.execute(_AROUND, {"region": region_id, "since": since, "until": until}).all()


def of_series(session: Session, series_id: int, *, now: datetime) -> Sequence[Meeting]:
    """Return the future stored occurrences of a series that are not cancelled, soonest first."""
    query = select(Meeting).where(Meeting.series_id == series_id, *Meeting.ahead(now))
    return session.scalars(query.order_by(Meeting.starts_at)).all()


def over_before(session: Session, meeting: Meeting) -> datetime | None:
    """Return when the previous occurrence in its series is over, or None."""
    earlier = select(Meeting).where(Meeting.series_id == meeting.series_id, Meeting.slot < meeting.slot)
    earlier = earlier.where(Meeting.cancelled_at.is_(None)).order_by(Meeting.slot.desc()).limit(1)
    before = session.scalars(earlier).one_or_none()
    return before.ends_at if before is not None else None


def usual_size(session: Session, region_id: int, *, now: datetime) -> int:
    """Return how many said that they would, or might, come to the largest of a region's last ten meetings."""
    return max(session.scalars(_SIZES, {"region": region_id, "now": now}), default=0)


def place_named(session: Session, guild_id: int, words: str) -> Venue | None:
    """Return the venue that a meeting's words mean, or None."""
    if not words:
        return None
    name = meant(words, session.scalars(select(Venue.folded).where(Venue.guild_id == guild_id)).all())
    return venue_called(session, guild_id, name) if name is not None else None


def venue_called(session: Session, guild_id: int, folded: str) -> Venue | None:
    """Return the venue with this folded name, or None."""
    return session.scalar(select(Venue).where(Venue.guild_id == guild_id, Venue.folded == folded))
