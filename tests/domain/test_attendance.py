"""What is added up by month and weekday, and that no small count can be had, not even by subtraction."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attendance import (
    FLOOR,
    PastMeeting,
    added_up,
    every_month,
    first_of,
    month_of,
    shown,
    since,
    together,
    weekday_of,
)


def test_what_one_region_hides_is_not_had_by_taking_the_others_off_the_sum() -> None:
    london, wales = shown([5, 12]), shown([2, 9])
    assert together([london, wales]) == [5, 12]
    assert together([[None, 5], [None, 7]]) == [None, 12]


def held(day: str, going: int = 6, attended: int | None = None) -> PastMeeting:
    return PastMeeting(datetime.fromisoformat(f"{day}T18:00").replace(tzinfo=UTC), going, 2, 1, attended)


def test_meetings_are_added_up_by_month_and_by_weekday() -> None:
    found = [held("2026-01-08", 6, 7), held("2026-01-15", 5), held("2026-03-06", 9, 4)]
    months = added_up(found, month_of)
    assert [first_of(number) for number in months] == [date(2026, 1, 1), date(2026, 3, 1)]
    assert [first_of(number).month for number in every_month(list(months))] == [1, 2, 3]
    january, march = months.values()
    assert (january.meetings, january.counts["going"], january.reports, january.counts["attended"]) == (
        2,
        11,
        1,
        7,
    )
    assert (march.meetings, march.counts["going"], march.reports, march.counts["attended"]) == (1, 9, 1, 4)
    assert {day: figures.meetings for day, figures in added_up(found, weekday_of).items()} == {3: 2, 4: 1}


def test_twelve_months_are_looked_at_this_one_included_over_the_turn_of_the_year() -> None:
    assert since(date(2026, 3, 2)) == date(2025, 4, 1)
    assert since(date(2026, 12, 31)) == date(2026, 1, 1)
    assert list(every_month([])) == []


def test_small_counts_are_hidden_and_the_smallest_other_with_a_single_one() -> None:
    assert shown([12, 8, 5]) == [12, 8, 5]
    assert shown([12, 8, 3]) == [12, None, None]
    assert shown([4, 3, 9]) == [None, None, 9]
    assert shown([0, 9, 7]) == [None, 9, None]
    assert shown([3]) == [None]


@given(st.lists(st.integers(0, 30), max_size=14))
def test_nobody_can_be_made_out_by_subtraction_from_the_total(counts: list[int]) -> None:
    seen = shown(counts)
    assert all(count is None or count >= FLOOR for count in seen)
    hidden = [count for count, one in zip(counts, seen, strict=True) if one is None]
    assert not hidden or sum(hidden) >= FLOOR or all(one is None for one in seen)
