"""When things on a checklist are due, and when their owners are nudged."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import ITEMS, due_on, nudges

LONDON = ZoneInfo("Europe/London")
MEETING = datetime(2026, 4, 2, 17, 0, tzinfo=UTC)  # 18:00, after the clock change


def test_a_day_is_counted_back_on_the_wall_across_the_clock_change() -> None:
    assert due_on(MEETING, LONDON, 14) == date(2026, 3, 19)
    assert due_on(datetime(2026, 6, 1, 23, 30, tzinfo=UTC), LONDON, 0) == date(2026, 6, 2)


def test_nudges_come_in_the_morning_three_days_ahead_on_the_day_and_once_after_it() -> None:
    found = nudges(date(2026, 3, 28), now=datetime(2026, 3, 1, tzinfo=UTC), before=MEETING, zone=LONDON)
    assert [at.isoformat() for _, at in found] == [
        "2026-03-25T09:00:00+00:00",
        "2026-03-28T09:00:00+00:00",
        "2026-03-30T08:00:00+00:00",
    ]


@given(st.integers(0, 365), st.integers(-400, 10))
def test_no_nudge_is_in_the_past_or_after_the_meeting_began(days: int, shift: int) -> None:
    now = MEETING + timedelta(days=shift)
    for _, at in nudges(due_on(MEETING, LONDON, days), now=now, before=MEETING, zone=LONDON):
        assert now < at < MEETING
        assert at.astimezone(LONDON).hour == 9


def test_what_needs_money_or_a_room_comes_first() -> None:
    assert list(ITEMS.values()) == sorted(ITEMS.values(), reverse=True)
