"""Members answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.domain.meetings import Choice, subject
from bot.errors import UserError
from db import deliveries
from db.meetings import places
from db.meetings.finding import find_for
from db.meetings.reminding import REMIND, private_reminders
from db.models import Answer, Guild, Meeting, Person
from db.upserts import dialect_of, insert_into

_ANSWERS, _MEETINGS = cast("Table", Answer.__table__), cast("Table", Meeting.__table__)


# Answering is what most members do at the same time: two statements, built once, and no unit of work.
@cache
def _saying(dialect: str) -> Any:
    statement = insert_into(dialect, _ANSWERS)
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["meeting_id", "user_id"],
        set_={"choice": fresh.choice, "answered_at": fresh.answered_at},
    )


_COUNT = (
    update(_MEETINGS)
    .where(_MEETINGS.c.id == bindparam("meeting"))
    .values({name: _MEETINGS.c[name] + bindparam(f"more_{name}") for name in ("going", "maybe", "cant")})
)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was stored."""

    meeting: Meeting
    person: Person | None
    """What the member has chosen, None when they chose nothing."""
    number: int = 0
    """Their number on the waiting list; 0 when they are not on it."""


def answer(
    session: Session,
    meeting_id: int,
    *,
    guild_id: int,
    user_id: int,
    choice: Choice,
    guild: Guild,
    now: datetime,
) -> Given:
    """Store what a member says to a meeting, and owe them the reminders that still lie ahead.

    Where all places are taken, 'going' puts them on the waiting list instead.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting, given, person = find_for(session, meeting_id, user_id, guild_id=guild_id, regions=guild.regions)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.answer.cancelled", title=meeting.title)
    if now >= meeting.starts_at + timedelta(minutes=meeting.minutes):
        raise UserError("meetings.answer.over", title=meeting.title)
    before = cast("Choice | None", given.choice) if given else None
    if choice == "going" and before != "going" and not places.take(session, meeting, user_id, now=now):
        session.flush()
        return Given(meeting, person, places.number(session, meeting.id, user_id))
    freed = choice != "going" and bool(meeting.waiting) and places.leave(session, meeting, user_id)
    _say(session, meeting, user_id, choice, now)
    if given is not None:
        set_committed_value(given, "choice", choice)
        set_committed_value(given, "answered_at", now)
    _count(session, meeting, before, choice)
    if choice == "cant":
        deliveries.void(
            session, subject(meeting.id), reason="not_coming", now=now, target_id=user_id, kinds=[REMIND]
        )
    elif before in (None, "cant"):
        deliveries.owe(session, private_reminders(meeting, user_id, person, guild, now))
    if freed or (before == "going" and choice != "going"):
        places.offer(session, meeting, guild=guild, now=now)
    return Given(meeting, person)


def _say(session: Session, meeting: Meeting, user_id: int, choice: Choice, now: datetime) -> None:
    row = {"meeting_id": meeting.id, "user_id": user_id, "choice": choice, "answered_at": now}
    session.execute(_saying(dialect_of(session)), row)


def _count(session: Session, meeting: Meeting, before: Choice | None, choice: Choice) -> None:
    """Move one from the count of what they said before to that of what they say now, stored and in memory."""
    if before == choice:
        return
    more = {"going": 0, "maybe": 0, "cant": 0}
    more[choice] += 1
    if before is not None:
        more[before] -= 1
    session.execute(_COUNT, {"meeting": meeting.id} | {f"more_{name}": by for name, by in more.items()})
    for name, by in more.items():
        set_committed_value(meeting, name, getattr(meeting, name) + by)
