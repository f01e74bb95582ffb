"""Rules of meetings: titles, and when reminders are due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Quiet
from bot.domain.local_time import exists
from bot.domain.meetings import DEFAULT_LEAD_TIMES, TITLE_LENGTH, clean_title, key_prefix, reminders, subject

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 12, 18, tzinfo=UTC)


def dues(*leads: int, now: datetime, quiet: Quiet | None = None) -> list[str]:
    return [
        f"{found.due_at:%d %H:%M}" for found in reminders(START, leads, now=now, zone=LONDON, quiet=quiet)
    ]


def test_reminders_come_seven_days_a_day_and_an_hour_before() -> None:
    assert dues(*DEFAULT_LEAD_TIMES, now=START - timedelta(days=10)) == ["05 18:00", "11 18:00", "12 17:00"]


def test_reminders_whose_time_has_come_are_left_out() -> None:
    assert dues(*DEFAULT_LEAD_TIMES, now=START - timedelta(days=2)) == ["11 18:00", "12 17:00"]
    assert dues(*DEFAULT_LEAD_TIMES, now=START - timedelta(days=1)) == ["12 17:00"]
    assert dues(*DEFAULT_LEAD_TIMES, now=START) == []


def test_each_lead_time_counts_once() -> None:
    assert dues(60, 60, 60, now=START - timedelta(days=1)) == ["12 17:00"]


def test_private_reminders_wait_for_the_end_of_the_quiet_hours() -> None:
    quiet = Quiet(time(16), time(17, 30))
    assert dues(60, now=START - timedelta(days=1), quiet=quiet) == ["12 17:30"]


def test_private_reminders_go_in_quiet_hours_that_last_until_the_meeting() -> None:
    quiet = Quiet(time(16), time(18))
    assert dues(60, now=START - timedelta(days=1), quiet=quiet) == ["12 17:00"]


def test_two_that_would_come_at_once_after_the_quiet_hours_are_one() -> None:
    quiet = Quiet(time(10), time(17, 30))
    found = reminders(START, [240, 120, 60], now=START - timedelta(days=1), zone=LONDON, quiet=quiet)
    assert [(one.lead, f"{one.due_at:%H:%M}") for one in found] == [(60, "17:30")]


@given(
    leads=st.lists(st.integers(1, 86_400), max_size=6),
    ahead=st.integers(-1000, 100_000),
    quiet=st.booleans(),
)
def test_every_reminder_lies_between_now_and_the_meeting(leads: list[int], ahead: int, quiet: bool) -> None:
    now = START - timedelta(minutes=ahead)
    found = reminders(START, leads, now=now, zone=LONDON, quiet=Quiet() if quiet else None)
    assert all(now < one.due_at < START for one in found)
    assert [one.due_at for one in found] == sorted({one.due_at for one in found})


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("  Spring   meeting ", "Spring meeting"),
        ("One\n# Two\tThree", "One # Two Three"),
        ("x" * TITLE_LENGTH, "x" * TITLE_LENGTH),
        ("x" * (TITLE_LENGTH + 1), None),
        ("   \n ", None),
        ("", None),
    ],
)
def test_a_title_is_one_line_of_up_to_100_characters(words: str, title: str | None) -> None:
    assert clean_title(words) == title


def test_a_moved_meeting_has_keys_of_its_own() -> None:
    assert (key_prefix(12, 0), key_prefix(12, 2), subject(12)) == ("meeting:12", "meeting:12.2", "meeting:12")


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(LONDON)),  # noqa: DTZ001 - hypothesis adds the zone
    st.integers(1, 30),
)
def test_whole_days_before_it_the_wall_shows_the_same_time_also_across_a_clock_change(
    start: datetime, days: int
) -> None:
    start = start.replace(second=0, microsecond=0).astimezone(UTC)
    (found,) = reminders(start, [1440 * days], now=start - timedelta(days=40), wall=LONDON)
    local, shown = start.astimezone(LONDON), found.due_at.astimezone(LONDON)
    assert (local.date() - shown.date()).days == days
    assert shown.time() == local.time() or not exists(datetime.combine(shown.date(), local.time()), LONDON)
    (elapsed,) = reminders(start, [60], now=start - timedelta(days=40), wall=LONDON)
    assert start - elapsed.due_at == timedelta(hours=1)
