"""Instants for a reader: written out with weekday, date, time and zone, beside Discord's own timestamp."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.texts import Markup, When
from bot.texts.times import clock, short

__all__ = ["clock", "short", "spoken", "stamp", "written"]


def spoken(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6:00 pm (UK time)' and how far off that is, as Discord counts it.

    A screen reader reads the words; the timestamp shows the reader's own zone when touched.
    """
    return When(_by_the_wall(instant, zone), f" ({stamp(instant, 'R')})")


def written(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6:00 pm (UK time, GMT)' of an instant (aware), by the wall in `zone`."""
    return When(_by_the_wall(instant, zone))


def stamp(instant: datetime, style: str = "F") -> Markup:
    """Return Discord's timestamp of `instant` (aware) in one of its styles."""
    return Markup(f"<t:{int(instant.timestamp())}:{style}>")


def _by_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    # Nobody meets by the second; what was noted by a clock has them.
    return instant.astimezone(zone).replace(second=0, microsecond=0)
