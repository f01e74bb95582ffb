"""Polls: when they close, when people are reminded, and which time suits most."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polls import LONGEST, REMINDED_BEFORE, Tally, best, closes_at, ranked, reminded_at, subject

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
minutes = st.integers(1, 60 * 24 * 200)
tallies = st.lists(
    st.builds(
        Tally,
        st.integers(1, 99),
        minutes.map(lambda ahead: NOW + timedelta(minutes=ahead - 5_000)),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=10,
    unique_by=(lambda one: one.option_id, lambda one: one.starts_at),
)


@given(st.lists(minutes, min_size=1, max_size=10))
def test_a_poll_closes_before_its_first_time_and_within_a_week(ahead: list[int]) -> None:
    starts = [NOW + timedelta(minutes=one) for one in ahead]
    closing = closes_at(NOW, starts, LONDON)
    assert NOW < closing < min(starts)
    assert closing - NOW <= LONGEST
    if min(starts) - NOW >= timedelta(days=4):
        assert min(starts) - closing >= timedelta(days=3)


@given(st.integers(0, 60 * 24 * 7), st.integers(60 * 24, 60 * 24 * 30))
def test_a_poll_closes_while_people_are_up(later: int, ahead: int) -> None:
    now = NOW + timedelta(minutes=later)
    closing = closes_at(now, [now + timedelta(minutes=ahead)], LONDON).astimezone(LONDON)
    assert time(8) <= closing.time() <= time(21)


def test_a_poll_at_short_notice_closes_on_the_evening_before() -> None:
    """Started at 6pm and closing at 8 the next morning: half-way would be 1am."""
    now = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert closes_at(now, [now + timedelta(hours=14)], LONDON) == now + timedelta(hours=3)


@given(minutes)
def test_the_reminder_comes_a_day_before_it_closes_or_not_at_all(ahead: int) -> None:
    closing = NOW + timedelta(minutes=ahead)
    due = reminded_at(NOW, closing)
    assert (due is not None) is (closing - NOW >= timedelta(days=2))
    if due is not None:
        assert NOW < due == closing - REMINDED_BEFORE


@given(tallies)
def test_what_suits_most_comes_first_and_what_has_passed_never(said: list[Tally]) -> None:
    order = ranked(said)
    assert sorted(order, key=lambda one: one.option_id) == sorted(said, key=lambda one: one.option_id)
    for first, second in pairwise(order):
        assert (first.yes, first.yes + first.maybe) >= (second.yes, second.yes + second.maybe)
    found = best(said, NOW)
    assert all(one.starts_at > NOW and one.yes + one.maybe for one in found)
    assert len(found) <= 3
    if found:
        ahead = [one for one in said if one.starts_at > NOW]
        assert found[0].yes == max(one.yes for one in ahead if one.yes + one.maybe)


def test_a_tie_goes_to_the_earlier() -> None:
    late, early = Tally(1, NOW + timedelta(days=9), 3, 1, 0), Tally(2, NOW + timedelta(days=8), 3, 1, 0)
    assert ranked([late, early]) == [early, late]
    assert subject(5) == "poll:5"


def test_a_poll_closes_at_a_time_that_people_say() -> None:
    put = datetime(2026, 3, 2, 10, 7, 33, tzinfo=UTC)
    assert closes_at(put, [datetime(2026, 3, 3, 18, 0, tzinfo=UTC)], LONDON) == datetime(
        2026, 3, 2, 21, 0, tzinfo=UTC
    )
    assert closes_at(put, [datetime(2026, 4, 3, 18, 0, tzinfo=UTC)], LONDON) == datetime(
        2026, 3, 9, 10, 0, tzinfo=UTC
    )
