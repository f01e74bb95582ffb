"""Instants in few words, for a lock screen."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.texts.catalogue import Markup, Texts


def short(instant: datetime, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return 'Thursday 26 November, 6pm' for an instant (aware), in local time of `zone`."""
    wall = instant.astimezone(zone)
    return texts("cards.short", day=short_day(wall, texts), clock=clock(wall, texts))


def short_day(day: date, texts: Texts) -> Markup:
    """Return 'Thursday 26 November'."""
    weekday, month = texts.language.weekdays[day.weekday()], texts.language.months[day.month - 1]
    return texts("cards.short_day", weekday=weekday, day=day.day, month=month)


def clock(wall: datetime | time, texts: Texts) -> Markup:
    """Return '6pm', '6.30pm' or 'noon' for a local time."""
    if wall.minute == 0 and wall.hour in (0, 12):
        return texts("cards.clock.noon" if wall.hour else "cards.clock.midnight")
    half = "am" if wall.hour < 12 else "pm"
    hour = wall.hour % 12 or 12
    if wall.minute == 0:
        return texts(f"cards.clock.{half}", hour=hour)
    return texts(f"cards.clock.{half}_minutes", hour=hour, minutes=f"{wall.minute:02}")
