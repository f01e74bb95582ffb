"""Verbs on members' answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.domain.meetings import CHOICES, Choice
from bot.errors import UserError
from db import deliveries
from db.engine.upserts import dialect_of, insert_into, run_last
from db.meetings import chasing, places, reminding
from db.meetings.change_notices import correct
from db.meetings.models import Answer, Meeting
from db.meetings.queries import find_for
from db.meetings.reminding import CHANGED, RECEIPT, REMIND, SAYING_WHEN, private_reminders
from db.models import Guild, Person
from db.receipts import first

ANSWERED = (*SAYING_WHEN, places.OFFER, CHANGED)
"""Deliveries to a member that show their answer, or ask for it."""

_ANSWERS, _MEETINGS = cast("Table", Answer.__table__), cast("Table", Meeting.__table__)


_COUNT = (
    update(_MEETINGS)
    .where(_MEETINGS.c.id == bindparam("meeting"))
    .values({name: _MEETINGS.c[name] + bindparam(f"more_{name}") for name in CHOICES})
)


# Most members answer at the same time, so statements are built once, without a unit of work.
@cache
def _saying(dialect: str, also: Any = None) -> Any:
    """Return the one statement, a single round trip, that stores an answer, updates the counts and does `also`."""
    said = ("meeting_id", "user_id", "choice", "answered_at")
    statement = insert_into(dialect, _ANSWERS).values({name: bindparam(f"said_{name}") for name in said})
    fresh = statement.excluded
    saying = statement.on_conflict_do_update(
        index_elements=["meeting_id", "user_id"],
        set_={"choice": fresh.choice, "answered_at": fresh.answered_at},
    )
    if dialect != "postgresql":
        return saying
    return _COUNT.add_cte(saying.cte("said"), *([also.cte("outbox")] if also is not None else []))


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as stored."""

    meeting: Meeting
    person: Person | None
    """The member's settings, None when they have none."""
    choice: Choice
    first: bool = False
    """Whether they had not answered before."""
    number: int = 0
    """Their number on the waiting list; 0 when they are not on it."""
    note: str = ""
    """The hosts' note with a reminder that went out before they answered."""
    reminders: Sequence[datetime] = ()
    """When they are reminded."""


def answer(
    session: Session,
    meeting_id: int,
    *,
    guild_id: int,
    user_id: int,
    choice: Choice,
    guild: Guild,
    now: datetime,
    pressed: int | None = None,
) -> Given:
    """Store a member's answer to a meeting, and enqueue the reminders still to come.

    If all places are taken, 'going' puts them on the waiting list instead. What was sent to them about the meeting
    is updated, except for the message that they `pressed`. Members never messaged before get a receipt.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting, given, person = find_for(session, meeting_id, user_id, guild_id=guild_id, regions=guild.regions)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.answer.cancelled", title=meeting.title)
    if now >= meeting.ends_at:
        raise UserError("meetings.answer.over", title=meeting.title)
    before = cast("Choice | None", given.choice) if given else None
    missed = bool(meeting.note) and reminding.missed(
        session, meeting, user_id, given.answered_at if given else None
    )
    about = meeting.subject
    receipt = first(person, user_id, RECEIPT, guild_id=guild_id, subject=about, now=now, meeting=meeting.id)
    if choice == "going" and before != "going" and not places.take(session, meeting, user_id, now=now):
        session.flush()
        deliveries.enqueue(session, receipt)
        return Given(meeting, person, choice, number=places.number(session, meeting.id, user_id))
    freed = choice != "going" and bool(meeting.waiting) and places.leave(session, meeting, user_id)
    reminders: list[deliveries.NewDelivery] = []
    if choice == "cant":
        also = deliveries.to_cancel(about, reason="not_coming", now=now, target_id=user_id, kinds=[REMIND])
    else:
        reminders += private_reminders(meeting, user_id, person, guild, now)
        fresh = before in (None, "cant")
        also = deliveries.to_enqueue(session, [*(reminders if fresh else ()), *receipt])
    _say(session, meeting, user_id, before, choice, now, also)
    if given is not None:
        set_committed_value(given, "choice", choice)
        set_committed_value(given, "answered_at", now)
    if (
        before not in (None, choice)
        or meeting.capacity is not None
        or (before is None and _asked(meeting, now))
    ):
        correct(session, meeting, due=now, now=now, kinds=ANSWERED, member=user_id, but=pressed)
    if freed or (before == "going" and choice != "going"):
        places.offer(session, meeting, guild=guild, now=now)
    return Given(
        meeting,
        person,
        choice,
        first=before is None,
        note=meeting.note if missed else "",
        reminders=sorted(reminder.due_at for reminder in reminders),
    )


def _asked(meeting: Meeting, now: datetime) -> bool:
    """Whether somebody without an answer may have been asked for one: by then the question is sent, if at all."""
    at = chasing.due(meeting, now=meeting.created_at)
    return at is not None and now >= at


def _say(
    session: Session,
    meeting: Meeting,
    user_id: int,
    before: Choice | None,
    choice: Choice,
    now: datetime,
    also: deliveries.Statement | None,
) -> None:
    """Store an answer, do `also`, and move one from the count of `before` to that of `choice`, stored and in memory."""
    more = dict.fromkeys(CHOICES, 0)
    more[choice] += 1
    if before is not None:
        more[before] -= 1
    given = {
        "said_meeting_id": meeting.id,
        "said_user_id": user_id,
        "said_choice": choice,
        "said_answered_at": now,
        "meeting": meeting.id,
        **{f"more_{name}": by for name, by in more.items()},
    }
    dialect = dialect_of(session)
    if also is not None and dialect == "postgresql":
        run_last(session, _saying(dialect, also.sql), given | also.given)
    else:
        session.execute(_saying(dialect), given)
        if dialect != "postgresql":
            session.execute(_COUNT, given)
        if also is not None:
            session.execute(also.sql, also.given)
    for name, by in more.items():
        set_committed_value(meeting, name, getattr(meeting, name) + by)
