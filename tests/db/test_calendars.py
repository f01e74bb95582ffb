"""Feeds and files: whatever is stored of a series, a calendar program reads exactly those occurrences."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.domain.local_time import local_time_of, local_to_utc
from bot.domain.series import Pattern, Slot
from cogs.common.timezones import timezone
from cogs.meetings.calendars import feed, meeting_file
from db.meetings.models import Meeting, Series
from tests.words import words

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TEXTS = words()
TEN_YEARS = timedelta(days=3653)
ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC", "Africa/Casablanca")

walls = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime.fromisoformat("2026-03-02") + timedelta(minutes=minutes)
)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    """A rule that its first time fits, as the reader of dates makes them."""
    first, zone = draw(walls), ZoneInfo(draw(st.sampled_from(ZONES)))
    code = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    kinds = [
        f"FREQ=WEEKLY;INTERVAL={draw(st.integers(1, 6))};BYDAY={code}",
        f"FREQ=MONTHLY;INTERVAL={draw(st.integers(1, 4))};BYMONTHDAY={first.day}",
        f"FREQ=YEARLY;BYMONTH={first.month};BYMONTHDAY={first.day}",
    ]
    if (first.day - 1) // 7 < 4:
        kinds.append(f"FREQ=MONTHLY;BYDAY={(first.day - 1) // 7 + 1}{code}")
    if (first + timedelta(days=7)).month != first.month:
        kinds.append(f"FREQ=MONTHLY;BYDAY=-1{code}")
    rule = draw(st.sampled_from(kinds))
    pattern = Pattern(first.strftime("%Y-%m-%dT%H:%M"), zone, rule)
    match draw(st.sampled_from(("", "count", "until"))):
        case "count":
            return Pattern(pattern.first, zone, f"{rule};COUNT={draw(st.integers(1, 30))}")
        case "until":
            last = list(islice(pattern.slots(), draw(st.integers(1, 20))))[-1]
            return Pattern(pattern.first, zone, f"{rule};UNTIL={last.starts_at:%Y%m%dT%H%M%SZ}")
        case _:
            return pattern


def stored(pattern: Pattern, number: int = 1) -> Series:
    return Series(
        id=number, guild_id=9, region_id=1, title="Forum", first=pattern.first, zone=pattern.zone.key,
        rule=pattern.rule, minutes=90, venue="Library", online="", access="", host_id=1, created_by=1,
        created_at=NOW, changed_at=NOW, alive_at=NOW, sequence=0, silences=0, number_before=0, channel_id=1,
    )  # fmt: skip


def occurrence(
    series: Series, slot: Slot, number: int, *, at: datetime | None = None, gone: bool = False
) -> Meeting:
    zone, starts_at = ZoneInfo(series.zone), at or slot.starts_at
    return Meeting(
        id=number, guild_id=9, region_id=1, title="Forum", wall=local_time_of(starts_at, zone), zone=series.zone,
        starts_at=starts_at, minutes=90, venue="Library", online="", access="", repeat="", host_id=1, created_by=1,
        created_at=NOW, sequence=int(at is not None), revision=int(at is not None) + int(gone),
        channel_id=1, series_id=series.id, slot=slot.wall,
        cancelled_at=NOW if gone else None, cancel_reason="Strike" if gone else "",
    )  # fmt: skip


def expanded(ics: bytes, until: datetime) -> list[datetime]:
    events = recurring_ical_events.of(Calendar.from_ical(ics)).between(NOW - timedelta(days=1), until)
    live = [event for event in events if event.get("STATUS") != "CANCELLED"]
    starts = (cast("datetime", event.decoded("DTSTART")).astimezone(UTC) for event in live)
    # The library names what is still running at the edge too.
    return sorted(at for at in starts if NOW - timedelta(days=1) < at < until)


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    patterns(),
    st.dictionaries(
        st.integers(0, 12), st.one_of(st.none(), st.integers(-3000, 3000).filter(bool)), max_size=5
    ),
)
def test_a_feed_expands_to_exactly_what_is_stored(pattern: Pattern, changes: dict[int, int | None]) -> None:
    until = NOW + TEN_YEARS
    series = stored(pattern)
    slots = list(takewhile(lambda slot: slot.starts_at < until, pattern.slots()))
    materialised, expected = list[Meeting](), list[datetime]()
    for number, slot in enumerate(slots):
        if number in changes and changes[number] is None:
            materialised.append(occurrence(series, slot, number, gone=True))
            continue
        at = slot.starts_at + timedelta(minutes=changes.get(number) or 0)
        if number < 13:
            materialised.append(occurrence(series, slot, number, at=at if number in changes else None))
            series.upto = slot.wall
        if NOW - timedelta(days=1) < at < until:
            expected.append(at)
    found = expanded(feed("Forum", materialised, [series], TEXTS, now=NOW), until)
    assert found == sorted(expected)


def test_a_file_holds_one_meeting_with_its_zone_and_nothing_else() -> None:
    series = stored(Pattern("2026-03-26T18:00", ZoneInfo("Europe/London"), "FREQ=WEEKLY;BYDAY=TH"))
    (slot,) = Pattern("2026-03-26T18:00", ZoneInfo("Europe/London"), "FREQ=WEEKLY;BYDAY=TH").first_slots(1)
    ics = meeting_file(occurrence(series, slot, 7), TEXTS)
    assert b"BEGIN:VTIMEZONE" in ics
    assert b"UID:meeting-7.9@iso-bot" in ics
    assert b"DTSTART;TZID=Europe/London:20260326T180000" in ics
    assert expanded(ics, NOW + TEN_YEARS) == [local_to_utc("2026-03-26T18:00", ZoneInfo("Europe/London"))]


def test_a_cancelled_meeting_stays_in_the_calendar_as_cancelled_with_a_higher_sequence() -> None:
    series = stored(Pattern("2026-03-26T18:00", ZoneInfo("Europe/London"), "FREQ=WEEKLY;BYDAY=TH"))
    (slot,) = Pattern("2026-03-26T18:00", ZoneInfo("Europe/London"), "FREQ=WEEKLY;BYDAY=TH").first_slots(1)
    before, after = (
        meeting_file(occurrence(series, slot, 7), TEXTS),
        meeting_file(occurrence(series, slot, 7, gone=True), TEXTS),
    )
    assert b"SEQUENCE:0" in before
    assert b"SEQUENCE:1" in after
    assert b"STATUS:CANCELLED" in after
    (event,) = Calendar.from_ical(after).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Cancelled: Forum"
    assert str(event["DESCRIPTION"]) == "This meeting is cancelled. Reason: Strike"


def test_a_series_on_hold_ends_where_its_planned_occurrences_end_and_gaps_are_left_out() -> None:
    pattern = Pattern("2026-03-05T18:00", ZoneInfo("Europe/London"), "FREQ=WEEKLY;BYDAY=TH")
    series, slots = stored(pattern), pattern.first_slots(6)
    series.held_at = NOW
    series.upto = slots[1].wall
    kept = [occurrence(series, slot, number) for number, slot in enumerate(slots[:2])]
    assert expanded(feed("Forum", kept, [series], TEXTS, now=NOW), NOW + TEN_YEARS) == [
        slot.starts_at for slot in slots[:2]
    ]
    series.held_at, series.upto = None, slots[5].wall
    resumed = [*kept, occurrence(series, slots[5], 9)]
    found = expanded(feed("Forum", resumed, [series], TEXTS, now=NOW), slots[5].starts_at + timedelta(days=1))
    assert found == [slots[0].starts_at, slots[1].starts_at, slots[5].starts_at]


def test_a_calendar_without_meetings_has_a_component_all_the_same() -> None:
    ics = feed("Forum", [], [], TEXTS, now=NOW)
    calendar = Calendar.from_ical(ics)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert ics == feed("Forum", [], [], TEXTS, now=NOW)


def test_the_name_of_a_calendar_is_escaped() -> None:
    ics = feed("Leeds, York; and\\or\r\nATTACH:x", [], [], TEXTS, now=NOW)
    assert b"X-WR-CALNAME:Leeds\\, York\\; and\\\\or\\nATTACH:x\r\n" in ics


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_is_written_out_as_it_is(name: str) -> None:
    """By RFC 5545, 3.6.5, an onset is the local time in the offset before it; read so, every hour is as zoneinfo's."""
    zone, first, last = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    onsets = list[tuple[datetime, timedelta]]()
    for part in timezone(zone, first, last).to_ical().decode().split("BEGIN:")[2:]:
        lines = dict(line.split(":", 1) for line in part.replace("\r\n ", "").splitlines() if ":" in line)
        begins = [lines["DTSTART"], *filter(None, lines.get("RDATE", "").split(","))]
        before, now = (
            datetime.strptime(lines[name], "%z").utcoffset() or timedelta()
            for name in ("TZOFFSETFROM", "TZOFFSETTO")
        )
        onsets += [
            (datetime.strptime(f"{one}+0000", "%Y%m%dT%H%M%S%z").astimezone(UTC) - before, now)
            for one in begins
        ]
    at = first
    while at < last:
        _, offset = max(one for one in onsets if one[0] <= at)
        assert offset == at.astimezone(zone).utcoffset()
        at += timedelta(minutes=30)


def test_the_clocks_of_london_go_forward_at_one() -> None:
    ics = timezone(
        ZoneInfo("Europe/London"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    ).to_ical()
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\n" in ics
    assert b"BEGIN:STANDARD\r\nDTSTART:20261025T020000\r\n" in ics
