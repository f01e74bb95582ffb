"""Lead times in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lead_times import FARTHEST, MOST, read_lead_times


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("7 days, 1 day, 1 hour", [10_080, 1_440, 60]),
        ("1 week and 2 hours", [10_080, 120]),
        ("1h", [60]),
        ("30 min", [30]),
        ("90 minutes before", [90]),
        ("2 hrs; 1 Day & 15 mins", [1_440, 120, 15]),
        ("1 hour, 60 minutes", [60]),
        ("60 days", [86_400]),
        ("none", []),
        ("Off", []),
        (" NEVER! ", []),
    ],
)
def test_lead_times_are_read_longest_first_each_once(words: str, minutes: list[int]) -> None:
    assert read_lead_times(words) == minutes


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "1",
        "1, 2",
        "0 minutes",
        "61 days",
        "9 weeks",
        "1d 2d 3d 4d 5d 6d",
        "1 hour before midnight",
        "-1 hour",
        "1d 2h 30m",
        "1 month",
        "1 dayz",
        "@everyone 1 day",
    ],
)
def test_what_is_no_list_of_lead_times_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_lead_times(words)


@given(st.text(max_size=6000))
def test_any_text_is_read_or_refused(words: str) -> None:
    try:
        leads = read_lead_times(words)
    except ValueError:
        return
    assert len(leads) <= MOST
    assert leads == sorted(set(leads), reverse=True)
    assert all(0 < lead <= FARTHEST for lead in leads)
