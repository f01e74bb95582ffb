"""Verbs on guidance: a member's note to the organisers, and how much somebody has to look after."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.deliveries import Debt, owe
from db.models import HelpCall, Meeting

HELP = "guidance.help"
CALLS_A_DAY = 3
DAY = timedelta(days=1)
# Words that could not be delivered are not kept for longer than this.
KEPT = timedelta(days=7)


def calls_lately(session: Session, guild_id: int, user_id: int, *, now: datetime) -> int:
    """Return how many notes a member has sent to the organisers within a day."""
    query = select(func.count()).where(
        HelpCall.guild_id == guild_id, HelpCall.user_id == user_id, HelpCall.made_at > now - DAY
    )
    return session.scalar(query) or 0


def call(
    session: Session,
    guild_id: int,
    *,
    user_id: int,
    named: bool,
    words: str,
    channel_id: int | None,
    message_id: int | None,
    organisers_channel_id: int,
    now: datetime,
) -> HelpCall | None:
    """Store a note and owe it to the organisers; None when this member has sent enough for a day.

    Notes whose words are delivered go after a day, all others after a week.
    """
    if calls_lately(session, guild_id, user_id, now=now) >= CALLS_A_DAY:
        return None
    session.execute(delete(HelpCall).where(HelpCall.made_at < now - DAY, HelpCall.words == ""))
    session.execute(delete(HelpCall).where(HelpCall.made_at < now - KEPT))
    made = HelpCall(
        guild_id=guild_id,
        user_id=user_id,
        named=named,
        words=words,
        channel_id=channel_id,
        message_id=message_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    note = Debt(
        key=f"help:{made.id}:{int(now.timestamp())}",
        kind=HELP,
        guild_id=guild_id,
        target_id=organisers_channel_id,
        private=False,
        subject=f"help:{made.id}",
        due_at=now,
        data={"call": made.id},
    )
    owe(session, [note])
    return made


def find_call(session: Session, call_id: int) -> HelpCall | None:
    """Return a note, None when it is gone."""
    return session.get(HelpCall, call_id)


def call_told(session: Session, call_id: int) -> None:
    """Forget the words of a note that the organisers have."""
    found = session.get(HelpCall, call_id)
    if found is not None:
        found.words = ""


def open_tasks(session: Session, guild_id: int, user_id: int, *, now: datetime) -> int:
    """Return how many things somebody has to look after: the meetings ahead that they host."""
    query = select(func.count()).where(
        Meeting.guild_id == guild_id,
        Meeting.host_id == user_id,
        Meeting.starts_at > now,
        Meeting.cancelled_at.is_(None),
    )
    return session.scalar(query) or 0
