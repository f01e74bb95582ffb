"""Local time: what a clock shows in a zone, and the instant that it means.

A meeting at 18:00 stays at 18:00 across clock changes, so local time and zone are stored
and the instant is derived (RFC 5545, 3.3.5, form 3).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def to_utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC of `day` at `clock` in `zone`.

    A time that the clock change skips means the same length after the change (RFC 5545, 3.3.5: read
    with the offset before it); a time that comes twice means the first.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def local_time_of(instant: datetime, zone: ZoneInfo) -> str:
    """Return the local time of `instant` (aware) as text: '2026-11-26T18:00'."""
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def local_to_utc(wall: str, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC of a local time such as '2026-11-26T18:00'."""
    return datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in `zone` ever show `wall` (its own zone is ignored)."""
    local = wall.replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
