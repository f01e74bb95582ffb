"""Rules of delivery: what an error means, when to try again, nonces, quiet hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import (
    GIVE_UP_AFTER,
    LONGEST_RETRY,
    REFUSED_PRIVATE_RETRY,
    GiveUp,
    Outcome,
    Quiet,
    Retry,
    after_quiet,
    classify,
    nonce,
)

LONDON = ZoneInfo("Europe/London")
NOW = timedelta()
# hypothesis takes bounds without a zone.
EARLIEST, LATEST = (datetime.fromisoformat(day) for day in ("2020-01-01", "2035-01-01"))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@given(st.text(max_size=200))
def test_a_nonce_is_what_discord_takes_and_the_same_for_the_same_key(key: str) -> None:
    made = nonce(key)
    assert made == nonce(key)
    assert 0 < len(made) <= 25
    assert made.isascii()


def test_different_keys_have_different_nonces() -> None:
    keys = [f"meeting:{number}:lead:1440:user:{user}" for number in range(40) for user in range(40)]
    assert len({nonce(key) for key in keys}) == len(keys)


def test_what_lasts_is_never_tried_again() -> None:
    assert classify("dms_closed", 1, lasting=True, age=NOW, jitter=0.5) == GiveUp("dms_closed")


def test_what_passes_is_tried_again_for_a_day_and_then_says_what_it_was() -> None:
    again = classify("fault:503", 1, lasting=False, age=NOW, jitter=0.5)
    assert again == Retry(timedelta(seconds=2), "fault:503")
    assert isinstance(classify("limited", 500, lasting=False, age=GIVE_UP_AFTER, jitter=1), Retry)
    too_late = GIVE_UP_AFTER + timedelta(seconds=1)
    assert classify("limited", 5, lasting=False, age=too_late, jitter=0.5) == GiveUp("gave_up:limited")


def test_a_refusal_has_more_patience() -> None:
    waits = [
        again.wait
        for attempts in (1, 2, 3, 9)
        if isinstance(
            again := classify(
                "sending_off",
                attempts,
                lasting=False,
                age=NOW,
                jitter=0.5,
                first=REFUSED_PRIVATE_RETRY,
            ),
            Retry,
        )
    ]
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 10)]


@given(attempts=st.integers(1, 100_000), jitter=st.floats(0, 1))
def test_each_wait_is_about_twice_the_one_before_and_never_too_long(attempts: int, jitter: float) -> None:
    again = classify("fault:503", attempts, lasting=False, age=NOW, jitter=jitter)
    assert isinstance(again, Retry)
    middle = min(timedelta(seconds=2) * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
    assert middle * 0.75 <= again.wait <= middle * 1.25


@given(st.floats(0, 10_000))
def test_discord_is_never_asked_again_before_the_time_it_named(seconds: float) -> None:
    again = classify("limited", 1, lasting=False, age=NOW, jitter=0.0, retry_after=seconds)
    assert isinstance(again, Retry)
    assert again.wait >= timedelta(seconds=seconds)


def test_there_are_five_outcomes_of_a_message_and_a_job_is_done() -> None:
    assert {str(outcome) for outcome in Outcome} == {
        "sent",
        "late",
        "expired",
        "suppressed",
        "failed",
        "done",
    }


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("20:59", False),
        ("21:00", True),
        ("23:59", True),
        ("00:00", True),
        ("07:59", True),
        ("08:00", False),
        ("12:00", False),
    ],
)
def test_the_default_quiet_hours_are_from_nine_to_eight(local: str, quiet: bool) -> None:
    assert Quiet().covers(time.fromisoformat(local)) is quiet


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    siesta = Quiet(time(13), time(15))
    assert [siesta.covers(time(hour)) for hour in (12, 13, 14, 15)] == [False, True, True, False]
    assert not any(Quiet(time(0), time(0)).covers(time(hour)) for hour in range(24))


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("2026-03-02T20:59", "2026-03-02T20:59"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-03T00:30", "2026-03-03T08:00"),
        ("2026-03-03T07:59", "2026-03-03T08:00"),
        ("2026-03-28T22:00", "2026-03-29T08:00"),  # the night in which the clocks go forward
        ("2026-10-24T22:00", "2026-10-25T08:00"),  # and back
    ],
)
def test_what_falls_into_quiet_hours_goes_when_they_end(due: str, goes: str) -> None:
    assert after_quiet(london(due), LONDON, Quiet()) == london(goes)


def test_what_would_come_too_late_in_the_morning_goes_at_its_time() -> None:
    due = london("2026-03-03T06:30")
    assert after_quiet(due, LONDON, Quiet(), before=london("2026-03-03T07:30")) == due
    assert after_quiet(due, LONDON, Quiet(), before=london("2026-03-03T08:00")) == due
    assert after_quiet(due, LONDON, Quiet(), before=london("2026-03-03T08:01")) == london("2026-03-03T08:00")


@given(
    due=st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/London", "Pacific/Auckland", "America/New_York", "Asia/Kolkata"]),
    begins=st.times(),
    ends=st.times(),
)
def test_nothing_is_put_forward_nor_put_off_for_more_than_a_day(
    due: datetime, zone: str, begins: time, ends: time
) -> None:
    quiet = Quiet(begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0))
    goes = after_quiet(due, ZoneInfo(zone), quiet)
    assert due <= goes <= due + timedelta(hours=25)
    assert after_quiet(due, ZoneInfo(zone), quiet, before=due) == due
