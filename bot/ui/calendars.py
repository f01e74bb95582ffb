"""Meetings as iCalendar (RFC 5545): the file of one meeting, and the feed of a region or a member.

A series is one event with its rule; each occurrence that differs from it is an event of its own with RECURRENCE-ID,
a cancelled one with STATUS:CANCELLED. UIDs never change; SEQUENCE grows with every change of time.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur

from bot.domain.series import Pattern
from bot.domain.walltime import instant_of
from bot.domain.when.readings import parted
from bot.domain.when.termly import is_termly
from db.models import Meeting, Series

TYPE = "text/calendar; charset=utf-8"
# Clock changes are written out this far; calendars go by their own knowledge of the zone anyway.
ZONES_UNTIL = 12
_FIELDS = ("title", "minutes", "venue", "online", "access")


def meeting_file(meeting: Meeting) -> bytes:
    """Return the .ics file of one meeting."""
    return _bytes(_calendar(meeting.title), [_single(meeting)], meeting.starts_at)


def feed(name: str, meetings: Sequence[Meeting], series: Sequence[Series], *, now: datetime) -> bytes:
    """Return the feed of these series and meetings; occurrences of a series stand among `meetings`.

    It is the same, byte for byte, as long as nothing changes.
    """
    # No calendar knows school terms, so what goes by them stands there one by one.
    ruled = [one for one in series if not is_termly(one.rule)]
    of: dict[int, list[Meeting]] = {one.id: [] for one in ruled}
    events: list[Event] = []
    for meeting in meetings:
        if meeting.series_id in of and meeting.slot is not None:
            of[meeting.series_id].append(meeting)
        else:
            events.append(_single(meeting))
    for one in ruled:
        events += _repeated(one, of[one.id])
    return _bytes(_calendar(name), events, now)


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//iso-bot//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _bytes(calendar: Calendar, events: Iterable[Event], now: datetime) -> bytes:
    for event in events:
        calendar.add_component(event)
    starts = [event.start.year for event in calendar.events]
    first = min([*starts, now.year]) - 1
    calendar.add_missing_timezones(date(first, 1, 1), date(max([*starts, now.year]) + ZONES_UNTIL, 1, 1))
    return calendar.to_ical()


def _repeated(series: Series, occurrences: Sequence[Meeting]) -> list[Event]:
    zone = ZoneInfo(series.zone)
    uid = f"series-{series.id}.{series.guild_id}@iso-bot"
    none_left = bool(occurrences) and series.ended_at is not None and all(
        one.cancelled_at is not None for one in occurrences
    )  # fmt: skip
    master = _event(series, uid, series.changed_at, series.sequence)
    master.add("dtstart", _local(series.first, zone))
    master["RRULE"] = vRecur.from_ical(_rule(series, occurrences, zone))
    if none_left:
        master.add("status", "CANCELLED")
    stored = {one.slot for one in occurrences}
    never = [slot for slot in _up_to(series, zone) if slot not in stored]
    # What the rule leaves out from the start, and what the series was on hold for.
    clock = series.first[10:]
    never += [f"{day.isoformat()}{clock}" for day in parted(series.rule)[1]]
    if never:
        master.add("exdate", [_local(slot, zone) for slot in never])
    events = [master]
    if none_left:
        return events
    for one in occurrences:
        if one.cancelled_at is None and not _differs(series, one):
            continue
        event = _event(one, uid, one.cancelled_at or one.created_at, series.sequence + one.sequence)
        event.add("recurrence-id", _local(one.slot or one.wall, zone))
        _start(event, one)
        event.add("status", "CONFIRMED" if one.cancelled_at is None else "CANCELLED")
        events.append(event)
    return events


def _up_to(series: Series, zone: ZoneInfo) -> list[str]:
    slots = takewhile(
        lambda slot: series.upto is not None and slot.wall <= series.upto,
        Pattern(series.first, zone, series.rule).slots(),
    )
    return [slot.wall for slot in slots]


def _rule(series: Series, occurrences: Sequence[Meeting], zone: ZoneInfo) -> str:
    """Return the rule; of a series on hold it ends with the last occurrence that is planned."""
    if series.held_at is None:
        return parted(series.rule)[0]
    kept = [part for part in parted(series.rule)[0].split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    last = max([one.slot or "" for one in occurrences], default=series.first)
    return ";".join([*kept, f"UNTIL={instant_of(last, zone):%Y%m%dT%H%M%SZ}"])


def _differs(series: Series, one: Meeting) -> bool:
    moved = one.wall != one.slot or one.zone != series.zone
    return moved or any(getattr(series, name) != getattr(one, name) for name in _FIELDS)


def _single(meeting: Meeting) -> Event:
    event = _event(
        meeting, f"meeting-{meeting.id}.{meeting.guild_id}@iso-bot", meeting.created_at, meeting.sequence
    )
    _start(event, meeting)
    event.add("status", "CONFIRMED" if meeting.cancelled_at is None else "CANCELLED")
    return event


def _event(about: Meeting | Series, uid: str, stamped: datetime, sequence: int) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamped.astimezone(UTC))
    event.add("sequence", sequence + int(isinstance(about, Meeting) and about.cancelled_at is not None))
    event.add("summary", about.title)
    event.add("duration", timedelta(minutes=about.minutes))
    if about.venue or about.online:
        event.add("location", about.venue or about.online)
    described = "\n".join(part for part in (about.online, about.access) if part)
    if described:
        event.add("description", described)
    return event


def _start(event: Event, meeting: Meeting) -> None:
    local = _local(meeting.wall, ZoneInfo(meeting.zone))
    # The second pass of an hour that comes twice can't be said as wall time.
    event["DTSTART"] = vDDDTypes(
        local if local.astimezone(UTC) == meeting.starts_at else meeting.starts_at.astimezone(UTC)
    )


def _local(wall: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=zone)
