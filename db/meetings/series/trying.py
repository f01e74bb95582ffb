"""What a change of a series would set off, without making it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.meetings.change_notices import coming_told
from db.meetings.models import Meeting
from db.models import Guild


class Tried(Exception):
    """A change was made to see its consequences; raising this rolls it back."""

    def __init__(self, people: int) -> None:
        super().__init__("tried and taken back")
        self.people = people


def would_tell(
    session: Session,
    change: Callable[..., Sequence[Meeting]],
    meeting_id: int,
    *,
    kind: str,
    guild: Guild,
    by: int,
    now: datetime,
    **given: Any,
) -> int:
    """Make a change that nobody keeps, so that the rule of who hears is the change's own.

    Raises:
        Tried: always, with how many people would hear in private, so that the transaction is undone.
        UserError: the change can't be made.
    """
    changed = change(session, meeting_id, guild=guild, by=by, now=now, **given)
    session.flush()
    raise Tried(coming_told(session, [one.id for one in changed], kind))
