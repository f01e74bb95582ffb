"""Lead times and quiet hours in words: read as meant, or not at all."""

from datetime import time

import pytest

from bot.domain.deliveries import Quiet
from bot.domain.lead_times import read_lead_times
from bot.domain.quiet import read_quiet

HOUR, DAY = 60, 1440


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("7 days, 1 day, 1 hour", [7 * DAY, DAY, HOUR]),
        ("1 week, 1 day and 2 hours", [7 * DAY, DAY, 2 * HOUR]),
        ("1 day and 2 hours before", [DAY, 2 * HOUR]),
        ("2h30", [150]),
        ("2 hours 30 minutes", [150]),
        ("an hour and a half", [90]),
        ("half an hour before the meeting", [30]),
        ("a day, an hour", [DAY, HOUR]),
        ("one week", [7 * DAY]),
        ("60 days", [60 * DAY]),
        ("1 day; 1 day", [DAY]),
        ("none", []),
        ("Off", []),
    ],
)
def test_lead_times_in_words(words: str, leads: list[int]) -> None:
    assert read_lead_times(words) == leads


@pytest.mark.parametrize(
    "words",
    [
        "1 hour and 30 minutes",  # one or two
        "1 day 2 hours",
        "2 hours and not 1 day",
        "the day before",
        "5",
        "5, 10",
        "1 day or 2 days",
        "in the morning",
        "61 days",
        "0 minutes",
        "1 day, 2 days, 3 days, 4 days, 5 days, 6 days",
        "1 day except Sundays",
        "",
    ],
)
def test_what_could_be_two_things_is_no_lead_time(words: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_lead_times(words)


@pytest.mark.parametrize(
    ("words", "begins", "ends"),
    [
        ("21:00-08:00", time(21), time(8)),
        ("10pm to 7am", time(22), time(7)),
        ("10pm until 7", time(22), time(7)),
        ("22-7", time(22), time(7)),
        ("from 9.30 p.m. to 8 a.m.", time(21, 30), time(8)),
        ("9:00-17:00", time(9), time(17)),
        ("16:00 to 10:00", time(16), time(10)),
        ("midnight to 6am", time(0), time(6)),
        ("10pm - midnight", time(22), time(0)),
        ("12am to 7am", time(0), time(7)),
    ],
)
def test_quiet_hours_in_words(words: str, begins: time, ends: time) -> None:
    assert read_quiet(words) == Quiet(begins, ends)


@pytest.mark.parametrize(
    "words",
    [
        "10-7",  # by day or by night
        "9 to 8",
        "8am to 8am",
        "10pm to 7am and weekends",
        "not 10pm to 7am",
        "25:00-08:00",
        "13pm to 7am",
        "evenings",
        "10pm",
    ],
)
def test_what_could_be_day_or_night_is_no_quiet_time(words: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_quiet(words)
