"""Every way of naming a day with every way of naming a time, in several orders: neither may disturb the other."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.when import Choice, Moment, Refusal, Span, read

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)  # a Saturday

DAYS = {
    "2026-11-26": "Thursday|thurs|THU|this Thursday|Thursday coming|Thursday next week|next week Thursday",
    "2026-12-01": "a week on Tuesday|Tuesday week|in 10 days|10 days from now",
    "2026-12-08": "Tuesday fortnight",
    "2026-12-05": "in a fortnight|two weeks today",
    "2026-11-29": "a week tomorrow",
    "2026-11-22": "tomorrow|tmrw",
    "2026-11-23": "the day after tomorrow",
    "2026-12-03": (
        "3 December|3rd Dec|December 3rd|the 3rd of December|Thursday 3rd December|Thurs 3 Dec 2026|3/12|03/12/26"
        "|3.12.2026|2026-12-03|Thu 3/12|Thursday w/c 30 Nov"
    ),
    "2026-11-25": "the 25th|Weds 25th|wednesady",
    "2026-12-07": "first Monday of December",
    "2027-01-29": "the last Friday of January",
    "2027-01-07": "first Thursday in the new year",
    "2026-11-30": "last day of the month",
    "2027-01-12": "12 jan 27",
    "2026-12-26": "Boxing Day",
    "2026-12-31": "the Thursday after Christmas|31 Dec",
    "2026-12-15": "15th of next month",
    "2027-05-01": "1 May",
    "2026-11-28": "five days from Monday",
}
TIMES = {
    (18, 0): "6pm|6 pm|6p.m.|6 o'clock|six o'clock",
    (18, 30): "6.30pm|6:30 PM|18:30|18.30|1830|half six|half past six",
    (18, 45): "quarter to seven",
    (18, 10): "ten past 6",
    (19, 40): "twenty to eight",
    (12, 0): "noon|12 noon|midday",
    (19, 0): "seven pm|19h|7 in the evening",
    (19, 15): "7.15",
    (19, 30): "19h30|evening 7.30|7 for 7.30",
    (10, 0): "10am",
    (10, 30): "10:30",
    (9, 0): "09:00|9 in the morning",
    (9, 30): "0930",
    (14, 0): "2 in the afternoon",
    (12, 30): "lunchtime 12.30",
}
RANGES = {
    (18, 0, 90): "6-7.30pm|6pm, 90 mins",
    (18, 0, 120): "6 til 8",
    (18, 0, 60): "6pm - 7pm|6pm for an hour",
    (10, 0, 360): "10-4",
    (11, 0, 120): "11am-1pm",
    (18, 30, 60): "18:30-19:30",
    (18, 30, 90): "half six till eight",
}
OPEN = "12am|at 9|at 10|9-10|6ish"
ORDERS = (
    "{day} {time}",
    "{time} {day}",
    "{day}, {time}",
    "{day} - {time}",
    "Branch meeting {day} ({time}) on Zoom",
)


def forms(words: str) -> list[str]:
    return words.split("|")


@pytest.mark.parametrize("order", ORDERS)
def test_days_and_times(order: str) -> None:
    wrong: list[str] = []
    for iso, days in DAYS.items():
        for (hour, minute), times in TIMES.items():
            day = date.fromisoformat(iso)
            wanted = Moment(datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON))
            wrong += _wrong(order, days, times, wanted)
    assert wrong == []


@pytest.mark.parametrize("order", [order for order in ORDERS if not order.startswith("{time}")])
def test_days_and_ranges(order: str) -> None:
    wrong: list[str] = []
    for iso, days in DAYS.items():
        for (hour, minute, length), times in RANGES.items():
            day = date.fromisoformat(iso)
            start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
            wrong += _wrong(
                order, days, times, Span(Moment(start), Moment(start + timedelta(minutes=length)))
            )
    assert wrong == []


def _wrong(order: str, days: str, times: str, wanted: Moment | Span) -> list[str]:
    phrases = [order.format(day=day, time=time) for day in forms(days) for time in forms(times)]
    return [phrase for phrase in phrases if read(phrase, now=NOW, zone=LONDON) != wanted]


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_open_stays_open_beside_any_day(order: str) -> None:
    phrases = [
        order.format(day=day, time=time)
        for days in DAYS.values()
        for day in forms(days)
        for time in forms(OPEN)
    ]
    answered = [
        phrase for phrase in phrases if not isinstance(read(phrase, now=NOW, zone=LONDON), Choice | Refusal)
    ]
    assert answered == []
