"""Rules of meetings: what makes one valid, and when to remind whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Quiet, after_quiet
from bot.domain.free_text import one_line
from bot.domain.local_time import to_utc

Choice = Literal["going", "maybe", "cant"]
CHOICES: tuple[Choice, ...] = ("going", "maybe", "cant")

# Seven days, one day and one hour before (in minutes), unless a server or a member chose others.
DEFAULT_LEAD_TIMES = (10_080, 1_440, 60)

ORGANISERS = 0
"""Replaces a host who has left: the organisers of the region. Members have positive ids."""

DEFAULT_MINUTES = 60
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
TITLE_LENGTH = 100
FARTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: how long before the start (minutes), and when it is due (UTC)."""

    lead: int
    due_at: datetime


def reminders(
    starts_at: datetime,
    leads: Sequence[int],
    *,
    now: datetime,
    zone: ZoneInfo | None = None,
    quiet: Quiet | None = None,
    wall: ZoneInfo | None = None,
) -> list[Reminder]:
    """Return the reminders still to come, latest lead time first.

    Args:
        starts_at: the meeting's start (aware).
        leads: minutes before the start.
        now: reminders due earlier are left out.
        zone: the member's zone, for the quiet hours.
        quiet: the member's quiet hours; None for a channel, which has none.
        wall: the meeting's zone, in whose local time days are counted; None counts 24 hours for each.
    """
    ahead: list[Reminder] = []
    for lead in sorted(set(leads), reverse=True):
        due = before(starts_at, lead, wall)
        if due <= now:
            continue
        if quiet is not None and zone is not None:
            due = after_quiet(due, zone, quiet, before=starts_at)
        if ahead and ahead[-1].due_at == due:
            ahead.pop()  # both waited for the end of the quiet hours
        ahead.append(Reminder(lead, due))
    return ahead


def before(starts_at: datetime, lead: int, wall: ZoneInfo | None) -> datetime:
    """Return the instant `lead` minutes before a start (aware); whole days in local time, so that 18:00 stays 18:00."""
    days, minutes = divmod(lead, 1440)
    if wall is None or not days:
        return starts_at - timedelta(minutes=lead)
    local = starts_at.astimezone(wall)
    return to_utc(local.date() - timedelta(days=days), local.time(), wall) - timedelta(minutes=minutes)


def offered_for(ahead: timedelta) -> timedelta:
    """Return how long to hold a place for the next on the waiting list when the meeting begins in `ahead`."""
    if ahead >= timedelta(days=3):
        return timedelta(days=1)
    return timedelta(hours=4) if ahead >= timedelta(days=1) else timedelta(minutes=30)


def clean_title(words: str) -> str | None:
    """Return a title on one line, or None when it is empty or longer than 100 characters."""
    title = one_line(words)
    return title if 0 < len(title) <= TITLE_LENGTH else None


def subject(meeting_id: int) -> str:
    """Return the subject of deliveries about a meeting: 'meeting:12'."""
    return f"meeting:{meeting_id}"


def key_prefix(meeting_id: int, sequence: int) -> str:
    """Return the prefix of keys of a meeting's deliveries: 'meeting:12', after two moves 'meeting:12.2'.

    So the reminders of a moved meeting are enqueued anew, and the old ones keep their own rows.
    """
    return f"meeting:{meeting_id}.{sequence}" if sequence else f"meeting:{meeting_id}"
