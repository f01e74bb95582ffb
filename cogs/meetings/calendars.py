"""Meetings as iCalendar (RFC 5545): the file of one meeting, and the feed of a region or a member.

A series is one event with its rule; each occurrence that differs is a separate event with RECURRENCE-ID,
a cancelled one with STATUS:CANCELLED and a title that says so, for programs that show only that. UIDs never change;
SEQUENCE, DTSTAMP and LAST-MODIFIED grow with every change of an event (RFC 5546, 2.1.4 and 2.1.5).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur, vText

from bot.domain.local_time import local_to_utc
from bot.domain.series import Pattern
from bot.domain.when.readings import parted
from bot.domain.when.termly import is_termly
from bot.texts import Texts
from cogs.common.timezones import timezone
from db.meetings.models import Meeting, Series

# Clock changes are written out this far; calendar programs use their own knowledge of the zone anyway.
ZONES_UNTIL = 12
_FIELDS = ("title", "minutes", "venue", "online", "access")


def meeting_file(meeting: Meeting, texts: Texts) -> bytes:
    """Return the .ics file of one meeting."""
    return _bytes(_calendar(meeting.title), [_single(meeting, texts)], meeting.starts_at)


def feed(
    name: str, meetings: Sequence[Meeting], series: Sequence[Series], texts: Texts, now: datetime
) -> bytes:
    """Return the feed of these series and meetings; `meetings` includes occurrences of series.

    It is identical, byte for byte, as long as nothing changes.
    """
    # Calendars do not know school terms, so series that follow them are listed one by one.
    ruled = [one for one in series if not is_termly(one.rule)]
    of: dict[int, list[Meeting]] = {one.id: [] for one in ruled}
    events: list[Event] = []
    for meeting in meetings:
        if meeting.series_id in of and meeting.slot is not None:
            of[meeting.series_id].append(meeting)
        else:
            events.append(_single(meeting, texts))
    for one in ruled:
        events += _repeated(one, of[one.id], texts)
    return _bytes(_calendar(name), events, now)


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//iso-bot//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar["X-WR-CALNAME"] = vText(name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _bytes(calendar: Calendar, events: Iterable[Event], now: datetime) -> bytes:
    found = list(events)
    starts = [event.start for event in found if isinstance(event.start, datetime)]
    years = [now.year, *(start.year for start in starts)]
    first = datetime(min(years) - 1, 1, 1, tzinfo=UTC)
    last = datetime(max(years) + ZONES_UNTIL, 1, 1, tzinfo=UTC)
    keys = {start.tzinfo.key for start in starts if isinstance(start.tzinfo, ZoneInfo)}
    # A calendar needs a component, even without a meeting (RFC 5545, 3.6).
    for key in sorted(keys) or ([] if found else ["Etc/UTC"]):
        calendar.add_component(timezone(ZoneInfo(key), first, last))
    for event in found:
        calendar.add_component(event)
    return calendar.to_ical()


def _repeated(series: Series, occurrences: Sequence[Meeting], texts: Texts) -> list[Event]:
    zone = ZoneInfo(series.zone)
    uid = f"series-{series.id}.{series.guild_id}@iso-bot"
    stands_still = series.ended_at is not None or series.held_at is not None
    none_left = stands_still and all(one.cancelled_at is not None for one in occurrences)
    reason = next((one.cancel_reason for one in reversed(occurrences)), "") if none_left else None
    master = _event(series, uid, series.changed_at, series.sequence, texts, cancelled=reason)
    master.add("dtstart", _local(series.first, zone))
    rule = _rule(series, occurrences, zone)
    master["RRULE"] = vRecur.from_ical(rule)
    stored = {one.slot for one in occurrences}
    # What the rule leaves out from the start, and what was never planned while the series was on hold.
    clock = series.first[10:]
    left_out = [f"{day.isoformat()}{clock}" for day in parted(series.rule)[1]]
    never = dict.fromkeys(slot for slot in [*_up_to(series, rule, zone), *left_out] if slot not in stored)
    if never:
        master.add("exdate", [_local(slot, zone) for slot in never])
    events = [master]
    if none_left:
        return events
    for one in occurrences:
        if one.cancelled_at is None and not _differs(series, one):
            continue
        stamped = max(series.changed_at, one.changed_at or one.created_at)
        event = _event(one, uid, stamped, series.sequence + one.revision, texts, cancelled=_reason(one))
        event.add("recurrence-id", _local(one.slot or one.wall, zone))
        _start(event, one)
        events.append(event)
    return events


def _up_to(series: Series, rule: str, zone: ZoneInfo) -> list[str]:
    """Return the times of `rule` as far as occurrences are stored; all of them while it is on hold."""
    slots = Pattern(series.first, zone, rule).slots()
    if series.held_at is not None or series.ended_at is not None:
        return [slot.wall for slot in slots]
    upto = series.upto or ""
    return [slot.wall for slot in takewhile(lambda slot: slot.wall <= upto, slots)]


def _rule(series: Series, occurrences: Sequence[Meeting], zone: ZoneInfo) -> str:
    """Return the rule; for a series on hold, it ends with the last planned occurrence."""
    rule = parted(series.rule)[0]
    ended = series.ended_at is not None
    if (not ended and series.held_at is None) or (ended and "UNTIL=" in rule):
        return rule
    kept = [part for part in rule.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    last = max([one.slot or "" for one in occurrences], default=series.first)
    return ";".join([*kept, f"UNTIL={local_to_utc(last, zone):%Y%m%dT%H%M%SZ}"])


def _differs(series: Series, one: Meeting) -> bool:
    moved = one.wall != one.slot or one.zone != series.zone
    return moved or any(getattr(series, name) != getattr(one, name) for name in _FIELDS)


def _single(meeting: Meeting, texts: Texts) -> Event:
    uid = f"meeting-{meeting.id}.{meeting.guild_id}@iso-bot"
    stamped = meeting.changed_at or meeting.created_at
    event = _event(meeting, uid, stamped, meeting.revision, texts, cancelled=_reason(meeting))
    _start(event, meeting)
    return event


def _reason(meeting: Meeting) -> str | None:
    """Return why a meeting is cancelled ('' without a reason), None when it takes place."""
    return None if meeting.cancelled_at is None else meeting.cancel_reason or ""


def _event(
    about: Meeting | Series,
    uid: str,
    stamped: datetime,
    sequence: int,
    texts: Texts,
    *,
    cancelled: str | None,
) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamped.astimezone(UTC))
    event.add("last-modified", stamped.astimezone(UTC))
    event.add("created", about.created_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("status", "CONFIRMED" if cancelled is None else "CANCELLED")
    title = about.title if cancelled is None else f"{texts('calendar.cancelled')} {about.title}"
    event.add("summary", title)
    event.add("duration", timedelta(minutes=about.minutes))
    if about.venue or about.online:
        event.add("location", about.venue or about.online)
    described = [about.online, about.access]
    if cancelled is not None:
        because = f"{texts('calendar.because')} {cancelled}" if cancelled else texts("calendar.no_reason")
        described.insert(0, because)
    if words := "\n".join(part for part in described if part):
        event.add("description", words)
    return event


def _start(event: Event, meeting: Meeting) -> None:
    local = _local(meeting.wall, ZoneInfo(meeting.zone))
    # The second pass of a repeated hour can't be written as local time.
    event["DTSTART"] = vDDDTypes(
        local if local.astimezone(UTC) == meeting.starts_at else meeting.starts_at.astimezone(UTC)
    )


def _local(wall: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=zone)
