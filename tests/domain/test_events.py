"""Training and events, and renewals of affiliations: days in words, and what falls due when, by the wall."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.affiliations import a_year_on, is_myself, nudges
from bot.domain.events import Dates, deadline_times, eve, read_dates, report_times
from bot.domain.when import Choice, Refusal

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=LONDON)


def walls(times: list[datetime]) -> list[str]:
    return [one.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M") for one in times]


@pytest.mark.parametrize(
    ("words", "dates"),
    [
        ("2 to 3 july", Dates(date(2026, 7, 2), date(2026, 7, 3))),
        ("4 july", Dates(date(2026, 7, 4), date(2026, 7, 4))),
        ("saturday 4 july 10am to 4pm", Dates(date(2026, 7, 4), date(2026, 7, 4), "10:00", "16:00")),
        ("4 july 10pm to 2am", Dates(date(2026, 7, 4), date(2026, 7, 5), "22:00", "02:00")),
        ("fri 3 july 6pm to sun 5 july 2pm", Dates(date(2026, 7, 3), date(2026, 7, 5), "18:00", "14:00")),
        ("4-5 july 10am-4pm", Dates(date(2026, 7, 4), date(2026, 7, 5), "10:00", "16:00")),
        ("saturday 4 to sunday 5 july, 10am", Dates(date(2026, 7, 4), date(2026, 7, 5), "10:00")),
        ("4 july 10am", Dates(date(2026, 7, 4), date(2026, 7, 4), "10:00")),
        ("today", Dates(date(2026, 3, 2), date(2026, 3, 2))),
    ],
)
def test_days_of_an_event_in_words(words: str, dates: Dates) -> None:
    assert read_dates(words, now=NOW, zone=LONDON) == dates


@pytest.mark.parametrize("words", ["1 march 2026", "every friday", "soon", "yesterday", ""])
def test_what_are_no_days_of_an_event(words: str) -> None:
    assert isinstance(read_dates(words, now=NOW, zone=LONDON), Refusal | Choice)


def test_what_falls_due_is_at_its_wall_time_on_both_sides_of_a_clock_change() -> None:
    assert walls(deadline_times(date(2026, 4, 1), now=NOW, zone=LONDON)) == [
        "2026-03-18T12:30",
        "2026-03-29T12:30",
    ]
    assert walls(deadline_times(date(2026, 3, 4), now=NOW, zone=LONDON)) == []
    assert walls([eve(date(2026, 3, 30), LONDON)]) == ["2026-03-29T17:00"]
    assert walls(report_times(date(2026, 10, 24), LONDON)) == ["2026-10-26T17:00", "2026-11-07T17:00"]


def test_renewals_are_asked_after_ahead_of_their_day_and_on_it() -> None:
    day = date(2026, 4, 20)
    assert walls(nudges(day, 6, now=NOW, zone=LONDON)) == [
        "2026-03-09T17:00",
        "2026-04-06T17:00",
        "2026-04-20T17:00",
    ]
    assert walls(nudges(day, 1, now=NOW, zone=LONDON)) == ["2026-04-13T17:00", "2026-04-20T17:00"]
    assert walls(nudges(day, 26, now=NOW, zone=LONDON)) == ["2026-04-06T17:00", "2026-04-20T17:00"]


def test_a_year_on_from_a_leap_day_is_the_28th() -> None:
    assert a_year_on(date(2028, 2, 29)) == date(2029, 2, 28)
    assert a_year_on(date(2026, 6, 1)) == date(2027, 6, 1)


def test_who_myself_is() -> None:
    assert is_myself(" Me ")
    assert is_myself("MYSELF")
    assert not is_myself("Merseyside")
