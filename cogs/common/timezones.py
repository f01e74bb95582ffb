"""VTIMEZONE components (RFC 5545, 3.6.5): the clock changes of a zone, written out between two dates.

Each begins at the local time in the previous offset (its TZOFFSETFROM): in London the summer of 2026 at
01:00 on 29 March. icalendar writes 02:00 there, which puts readers that believe it an hour off until then.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_STEP = timedelta(days=7)
_Kind = tuple[timedelta, timedelta, str, bool]


def timezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Return the definition of a zone from `first` to `last` (aware)."""
    component = Timezone()
    component.add("tzid", zone.key)
    onsets: dict[_Kind, list[datetime]] = {}
    begin = first.astimezone(zone)
    offset = _offset(begin)
    onsets[offset, offset, begin.tzname() or "", bool(begin.dst())] = [begin.replace(tzinfo=None)]
    for at in _changes(zone, first, last):
        before, after = _offset((at - timedelta(seconds=1)).astimezone(zone)), at.astimezone(zone)
        kind = (before, _offset(after), after.tzname() or "", bool(after.dst()))
        onsets.setdefault(kind, []).append(at.replace(tzinfo=None) + before)
    for (before, now, name, summer), starts in onsets.items():
        part = TimezoneDaylight() if summer else TimezoneStandard()
        part.add("dtstart", starts[0])
        if len(starts) > 1:
            part.add("rdate", starts[1:])
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", now)
        component.add_component(part)
    return component


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta()


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants (UTC) at which the clocks of a zone change."""
    at = first.astimezone(UTC)
    while at < last:
        end = at + _STEP
        if _state(zone, at) != _state(zone, end):
            low, high = at, end
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _state(zone, middle) == _state(zone, at) else (low, middle)
            yield high
        at = end


def _state(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str | None]:
    local = at.astimezone(zone)
    return _offset(local), local.tzname()
