"""Wall time: what the clock shows, and the instant that it means."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.local_time import exists, local_time_of, local_to_utc, to_utc

LONDON = ZoneInfo("Europe/London")
# hypothesis takes bounds without a zone.
EARLIEST, LATEST = (datetime.fromisoformat(day) for day in ("2000-01-01", "2060-01-01"))
ZONES = st.sampled_from(
    ["Europe/London", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
)


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-03-28T18:00", "2026-03-28T18:00"),
        ("2026-03-29T18:00", "2026-03-29T17:00"),
        ("2026-10-24T18:00", "2026-10-24T17:00"),
        ("2026-10-25T18:00", "2026-10-25T18:00"),
        ("2026-03-29T01:30", "2026-03-29T01:30"),  # skipped: as if the clock had not gone forward
        ("2026-10-25T01:30", "2026-10-25T00:30"),  # twice: the first
    ],
)
def test_a_wall_time_means_its_instant_across_the_clock_changes(wall: str, instant: str) -> None:
    wanted = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert local_to_utc(wall, LONDON) == wanted
    moment = datetime.fromisoformat(wall)
    assert to_utc(moment.date(), moment.time(), LONDON) == wanted


def test_an_instant_is_given_in_utc() -> None:
    assert local_to_utc("2026-06-01T12:00", LONDON).tzinfo is UTC
    assert to_utc(date(2026, 6, 1), time(12), LONDON).tzinfo is UTC


@pytest.mark.parametrize(
    ("wall", "there"),
    [
        ("2026-03-29T00:59", True),
        ("2026-03-29T01:00", False),
        ("2026-03-29T01:59", False),
        ("2026-03-29T02:00", True),
        ("2026-10-25T01:30", True),
    ],
)
def test_the_hour_that_the_clock_skips_does_not_exist(wall: str, there: bool) -> None:
    assert exists(datetime.fromisoformat(wall), LONDON) is there


@given(
    instant=st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)),
    name=ZONES,
)
def test_an_instant_written_as_wall_time_is_read_as_the_same_or_its_first_pass(
    instant: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    minute = instant.replace(second=0, microsecond=0)
    read = local_to_utc(local_time_of(minute, zone), zone)
    assert read <= minute
    assert minute - read in {timedelta(), timedelta(minutes=30), timedelta(hours=1)}
    assert local_time_of(read, zone) == local_time_of(minute, zone)
