"""When members who have not answered are asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chasing import LATEST, TIME_TO_ANSWER, asked_at

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 31, 17, tzinfo=UTC)  # 18:00 in London, two days after the clocks went forward


def test_three_days_before_after_work_by_the_wall() -> None:
    made = START - timedelta(days=60)
    assert asked_at(START, LONDON, made_at=made, now=made) == datetime(2026, 3, 28, 17, tzinfo=UTC)
    assert asked_at(START + timedelta(days=3), LONDON, made_at=made, now=made) == datetime(
        2026, 3, 31, 16, tzinfo=UTC
    )


@given(st.integers(0, 30 * 24), st.integers(0, 30 * 24))
def test_there_is_time_to_answer_first_and_never_a_last_minute_question(made: int, later: int) -> None:
    made_at = START - timedelta(hours=made)
    now = made_at + timedelta(hours=later)
    at = asked_at(START, LONDON, made_at=made_at, now=now)
    if at is None:
        assert START - max(made_at + TIME_TO_ANSWER, now) < LATEST
    else:
        assert at >= made_at + TIME_TO_ANSWER
        assert now <= at <= START - LATEST
