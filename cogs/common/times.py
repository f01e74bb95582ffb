"""Instants for a reader: written out with weekday, date, time and zone, beside Discord's own timestamp."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.texts import Markup, Texts, When


def spoken(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6:00 pm (UK time)' and how far off that is, as Discord counts it.

    A screen reader reads the words; the timestamp shows the reader's own zone when touched.
    """
    return When(_by_the_wall(instant, zone), f" ({stamp(instant, 'R')})")


def written(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6:00 pm (UK time, GMT)' of an instant (aware), by the wall in `zone`."""
    return When(_by_the_wall(instant, zone))


def short(instant: datetime, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return 'Thursday 26 November, 6pm' of an instant (aware), by the wall in `zone`: for a lock screen."""
    wall, language = instant.astimezone(zone), texts.language
    return texts(
        "cards.short",
        weekday=language.weekdays[wall.weekday()],
        day=wall.day,
        month=language.months[wall.month - 1],
        clock=clock(wall, texts),
    )


def clock(wall: datetime, texts: Texts) -> Markup:
    """Return '6pm', '6.30pm' or 'noon' of a wall time."""
    if wall.minute == 0 and wall.hour in (0, 12):
        return texts("cards.clock.noon" if wall.hour else "cards.clock.midnight")
    half = "am" if wall.hour < 12 else "pm"
    hour = wall.hour % 12 or 12
    if wall.minute == 0:
        return texts(f"cards.clock.{half}", hour=hour)
    return texts(f"cards.clock.{half}_minutes", hour=hour, minutes=f"{wall.minute:02}")


def stamp(instant: datetime, style: str = "F") -> Markup:
    """Return Discord's timestamp of `instant` (aware) in one of its styles."""
    return Markup(f"<t:{int(instant.timestamp())}:{style}>")


def _by_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    # Nobody meets by the second; what was noted by a clock has them.
    return instant.astimezone(zone).replace(second=0, microsecond=0)
