"""Instants for readers: written out with weekday, date, time and zone, next to Discord's timestamp."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.lead_times import UNITS
from bot.texts import Markup, Texts, When
from bot.texts.times import clock, short, short_day

__all__ = ["clock", "short", "short_day", "spoken", "stamp", "written"]


def spoken(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6pm (UK time)' with Discord's relative timestamp.

    A screen reader reads the words; the timestamp shows the reader's own zone when touched.
    """
    return When(_by_the_wall(instant, zone), f" ({stamp(instant, 'R')})")


def written(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6pm (UK time, GMT)' for an instant (aware), in local time of `zone`."""
    return When(_by_the_wall(instant, zone))


def stamp(instant: datetime, style: str = "F") -> Markup:
    """Return Discord's timestamp of `instant` (aware) in one of its styles."""
    return Markup(f"<t:{int(instant.timestamp())}:{style}>")


def _by_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    # Meetings have no seconds; recorded times do.
    return instant.astimezone(zone).replace(second=0, microsecond=0)


def lead_times_in_words(leads: Iterable[int], texts: Texts) -> Markup:
    """Return lead times in words: '7 days, 1 day and 1 hour before'."""
    said: list[str] = []
    for lead in sorted(leads, reverse=True):
        unit, size = next((unit, size) for unit, size in UNITS if lead % size == 0)
        said.append(texts.count(f"meetings.ahead.{unit}", lead // size))
    if not said:
        return texts("reminders.none")
    return texts("reminders.before", times=Markup(", ".join(said)))
