"""What autocomplete offers while somebody types a time: readings, each with a value that reads back the same."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.describe import describe
from bot.domain.when.reader import read
from bot.domain.when.readings import Choice, Day, Days, Moment, Reading, Refusal, Resolved, Span
from bot.domain.when.terms import Terms
from bot.domain.when.zones import wall

LONGEST: Final = 100  # Discord's limit for a choice's name and value
_EVENING: Final = (time(18), time(18, 30), time(19))
_USUAL: Final[dict[str | None, tuple[time, ...]]] = {
    None: (*_EVENING, time(16)),
    "morning": (time(10), time(11), time(9)),
    "lunchtime": (time(12, 30), time(12), time(13)),
    "afternoon": (time(16), time(15), time(14)),
    "teatime": (time(16, 30), time(16), time(17)),
    "evening": _EVENING,
    "night": _EVENING,
}
"""Times offered for a day, or a part of one, without a time."""


def suggestions(
    words: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    terms: Terms | None = None,
    languages: Sequence[str] = (),
    with_time: bool = False,
) -> list[tuple[str, str]]:
    """Return (label, value) for each reading of `words`, at most 100 characters each, best first; [] when refused.

    A label has weekday, date, time and zone in words. A value, given to `read` later, is that reading
    and no other, whatever the time is then, so a choice survives a restart. A day without a time comes
    with usual times for meetings, and `with_time` leaves the day itself out.
    """
    reading = read(words, now=now, zone=zone, terms=terms, languages=languages)
    found: list[tuple[str, str]] = []
    for resolved in resolved_of(reading):
        timed = _timed(resolved, zone, now)
        for one in timed if timed and with_time else (resolved, *timed):
            value = value_of(one)
            if len(value) <= LONGEST and read(value, now=now, zone=zone, terms=terms) == one:
                found.append((shortened(describe(one)), value))
    return found


def resolved_of(reading: Reading) -> Sequence[Resolved]:
    """Return all readings in one: itself, several for a Choice, none for a Refusal."""
    match reading:
        case Refusal():
            return ()
        case Choice(readings):
            return readings
        case _:
            return (reading,)


def value_of(reading: Resolved) -> str:
    """Return the shortest text that reads back as `reading`: ISO 8601 where there is one, else words."""
    match reading:
        case Moment(at):
            return _iso(at)
        case Day(on, None):
            return on.isoformat()
        case Span(start, end):
            return f"{_iso(start.at)}/{end.at.isoformat(timespec='seconds')}"
        case Days(first, last):
            return f"{first.isoformat()} to {last.isoformat()}"
        case _:
            return describe(reading)


def _iso(at: datetime) -> str:
    key = at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else ""
    return at.isoformat(timespec="seconds") + (f"[{key}]" if key else "")


def _timed(reading: Resolved, zone: ZoneInfo, now: datetime) -> list[Resolved]:
    if not isinstance(reading, Day):
        return []
    usual = _USUAL[reading.part]
    found = [wall(reading.on, one.hour * 3600 + one.minute * 60, zone) for one in usual]
    return [Moment(each[0]) for each in found if each and each[0] > now]


def shortened(label: str) -> str:
    """Cut `label` to what Discord shows."""
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
