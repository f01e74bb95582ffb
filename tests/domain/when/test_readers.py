"""The readers for lengths, periods, repeats and several options, the suggestions, and the JSON lines."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.when import (
    Choice,
    Days,
    Moment,
    Refusal,
    Series,
    describe,
    read,
    read_duration,
    read_options,
    read_period,
    read_repeat,
    suggestions,
)  # fmt: skip
from bot.domain.when.jsonl import answer
from bot.domain.when.suggest import resolved_of

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)
FIRST = datetime(2026, 12, 3, 18, tzinfo=LONDON)  # the first Thursday of December


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("1h30", 90), ("90 minutes", 90), ("90 mins", 90), ("90m", 90), ("an hour and a half", 90), ("1.5 hours", 90),
        ("hour and a half", 90), ("one and a half hours", 90), ("1½ hours", 90), ("1:30", 90), ("1.5", 90),
        ("two hours", 120), ("2h", 120), ("2 hrs", 120), ("half an hour", 30), ("three quarters of an hour", 45),
        ("1 hour 15 minutes", 75), ("an hour", 60), ("for an hour", 60), ("2 days", 2880),
        ("about 45 minutes long", None),
        ("2", None), ("90", None), ("0 minutes", None), ("-1 hours", None), ("forever", None), ("", None),
        ("6pm", None),
        ("a few hours", None), ("5000 hours", None), ("1 hour 2 hours", None), ("x" * 5000, None),
    ],
)  # fmt: skip
def test_durations(words: str, minutes: int | None) -> None:
    length = read_duration(words)
    assert length == timedelta(minutes=minutes) if minutes else isinstance(length, Refusal)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("this month", "2026-11-01", "2026-11-30"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this week", "2026-11-16", "2026-11-22"),
        ("next week", "2026-11-23", "2026-11-29"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("week commencing 30 November", "2026-11-30", "2026-12-06"),
        ("December", "2026-12-01", "2026-12-31"),
        ("in November", "2026-11-01", "2026-11-30"),
        ("October", "2027-10-01", "2027-10-31"),
        ("February 2028", "2028-02-01", "2028-02-29"),
        ("2027", "2027-01-01", "2027-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("today", "2026-11-21", "2026-11-21"),
        ("tomorrow", "2026-11-22", "2026-11-22"),
        ("this weekend", "2026-11-21", "2026-11-22"),
        ("the next 30 days", "2026-11-21", "2026-12-20"),
        ("next two weeks", "2026-11-21", "2026-12-04"),
        ("1 to 14 December", "2026-12-01", "2026-12-14"),
        ("until 17 December", "2026-11-21", "2026-12-17"),
    ],
)
def test_periods(words: str, first: str, last: str) -> None:
    wanted = Days(date.fromisoformat(first), date.fromisoformat(last))
    assert read_period(words, now=NOW, zone=LONDON) == wanted


@pytest.mark.parametrize(
    "words", ["until Christmas", "summer", "soon", "", "6pm", "42", "nonsense", "x" * 5000]
)
def test_unreadable_periods(words: str) -> None:
    assert isinstance(read_period(words, now=NOW, zone=LONDON), Refusal)


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("weekly", ["FREQ=WEEKLY;BYDAY=TH"]),
        ("every week", ["FREQ=WEEKLY;BYDAY=TH"]),
        ("every Thursday", ["FREQ=WEEKLY;BYDAY=TH"]),
        ("fortnightly", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"]),
        ("every other Thursday", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"]),
        ("monthly", ["FREQ=MONTHLY;BYDAY=1TH", "FREQ=MONTHLY;BYMONTHDAY=3"]),
        ("first Thursday of the month", ["FREQ=MONTHLY;BYDAY=1TH"]),
        ("every month on the first Thursday", ["FREQ=MONTHLY;BYDAY=1TH"]),
        ("monthly on the 3rd", ["FREQ=MONTHLY;BYMONTHDAY=3"]),
        ("every year", ["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=3"]),
        ("every weekday", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]),
        ("daily", ["FREQ=DAILY"]),
        ("weekly for 6 weeks", ["FREQ=WEEKLY;BYDAY=TH;COUNT=6"]),
        ("weekly, 10 times", ["FREQ=WEEKLY;BYDAY=TH;COUNT=10"]),
        ("weekly until 17 December", ["FREQ=WEEKLY;BYDAY=TH;UNTIL=20261217T235959Z"]),
        ("weekly until the end of June", ["FREQ=WEEKLY;BYDAY=TH;UNTIL=20270630T225959Z"]),
        # only one of its readings fits a first Thursday
        ("every second Thursday", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"]),
    ],
)
def test_repeats(words: str, rules: list[str]) -> None:
    reading = read_repeat(words, FIRST)
    found = resolved_of(reading)
    assert [one.rule for one in found if isinstance(one, Series)] == rules
    assert all(isinstance(one, Series) and one.first == Moment(FIRST) for one in found)
    assert isinstance(reading, Choice) == (len(rules) > 1)


@pytest.mark.parametrize(
    "words",
    ["every Tuesday", "third Thursday of the month", "termly", "often", "", "6pm weekly", "twice a week"],
)
def test_repeats_that_do_not_fit(words: str) -> None:
    assert isinstance(read_repeat(words, FIRST), Refusal)


@pytest.mark.parametrize(
    ("phrase", "rule"),
    [
        (
            "second Thursday of the month 6pm until 8 July 2027",
            "FREQ=MONTHLY;BYDAY=2TH;UNTIL=20270708T225959Z",
        ),
        (
            "2nd Thurs of the month, 6-7:30pm, till end of June",
            "FREQ=MONTHLY;BYDAY=2TH;UNTIL=20270630T225959Z",
        ),
        ("first Monday of the month at 5pm from January", "FREQ=MONTHLY;BYDAY=1MO"),
        ("last Friday of the month 4pm, 6 times", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=6"),
        ("first Monday of the month 5pm for 6 months", "FREQ=MONTHLY;BYDAY=1MO;COUNT=6"),
        ("first Monday of the month 5pm", None),
        ("first Thursday of the month at 6pm until 8pm", None),
        ("first Monday of the month at 5pm for 2 hours", None),
        ("last day of the month until 5 January", None),
    ],
)
def test_a_day_of_the_month_with_an_end_to_it_is_a_series(phrase: str, rule: str | None) -> None:
    found = read(phrase, now=NOW, zone=LONDON)
    assert (found.rule if isinstance(found, Series) else None) == rule


def test_poll_options() -> None:
    def said(words: str) -> list[str]:
        return [describe(one) for one in read_options(words, now=NOW, zone=LONDON)]

    assert said("Tue 6pm, Wed 7pm or Thu lunchtime") == [
        "Tuesday 24 November 2026, 6pm (UK time, GMT)",
        "Wednesday 25 November 2026, 7pm (UK time, GMT)",
        "Thursday 26 November 2026, lunchtime",
    ]
    both = [
        "Tuesday 24 November 2026, 6pm (UK time, GMT)",
        "Wednesday 25 November 2026, 6pm (UK time, GMT)",
    ]
    assert said("Tuesday or Wednesday 6pm") == both
    assert said("Tue 6pm\nWed 6pm") == both
    assert said("Tue 24 Nov 6pm; Wed 25 Nov 6pm") == both
    assert said("Tue 1, Wed 2 and Thu 3 December 6pm") == [
        f"{day} December 2026, 6pm (UK time, GMT)" for day in ("Tuesday 1", "Wednesday 2", "Thursday 3")
    ]
    for one in ("Thursday 3 December, 6pm", "Thursday 6pm, 3 December"):
        assert said(one) == ["Thursday 3 December 2026, 6pm (UK time, GMT)"]
    thursday = "Thursday 26 November 2026"
    for two, time in (
        ("tomorrow 6pm, thursday 7pm", "7pm"),
        ("tomorrow 6pm, thursday 26 nov 6pm", "6pm"),
    ):
        assert said(two) == [
            "Sunday 22 November 2026, 6pm (UK time, GMT)",
            f"{thursday}, {time} (UK time, GMT)",
        ]
    assert said("tomorrow evening, thursday afternoon") == [
        "Sunday 22 November 2026, evening",
        f"{thursday}, afternoon",
    ]


def test_poll_options_with_one_that_can_not_be_read() -> None:
    (refused,) = read_options("Tue 6pm\nsoon", now=NOW, zone=LONDON)
    assert isinstance(refused, Refusal)


def test_suggestions_put_the_choices_first() -> None:
    offered = suggestions("next thursday 6pm", now=NOW, zone=LONDON)
    assert offered == [
        ("Thursday 26 November 2026, 6pm (UK time, GMT)", "2026-11-26T18:00:00+00:00[Europe/London]"),
        ("Thursday 3 December 2026, 6pm (UK time, GMT)", "2026-12-03T18:00:00+00:00[Europe/London]"),
    ]
    later = NOW + timedelta(days=3)
    assert [describe(read(value, now=later, zone=LONDON)) for _, value in offered] == [
        label for label, _ in offered
    ]
    assert suggestions("soon", now=NOW, zone=LONDON) == []
    assert len(suggestions("thursday", now=NOW, zone=LONDON)) > 3


def test_json_lines() -> None:
    def ask(**fields: object) -> dict[str, object]:
        return json.loads(answer(json.dumps(fields), now=NOW))

    moment = ask(phrase="thursday 6pm", now="2026-11-21T10:30:00+00:00[Europe/London]")
    assert (moment["kind"], moment["at"]) == ("moment", "2026-11-26T18:00:00+00:00")
    assert moment["words"] == "Thursday 26 November 2026, 6pm (UK time, GMT)"
    assert ask(phrase="thursday 6pm")["at"] == moment["at"]
    assert ask(phrase="thursday 6pm", zone="Europe/Paris")["at"] == "2026-11-26T18:00:00+01:00"
    assert ask(phrase="every thursday 6-7pm")["rule"] == "FREQ=WEEKLY;BYDAY=TH"
    assert ask(phrase="thursday at 9")["kind"] == "choice"
    assert ask(phrase="tomorrow evening")["part"] == "evening"
    assert ask(phrase="5-6 December")["last"] == "2026-12-06"
    assert ask(phrase="soon")["reason"] == "dates.refused.vague"
    for line in (
        "",
        "nonsense",
        "[]",
        "{}",
        '{"phrase": 3}',
        '{"phrase": "a", "now": "x"}',
        '{"phrase": "a", "zone": "x"}',
    ):
        assert "error" in json.loads(answer(line, now=NOW))


def offered_times(words: str) -> list[str]:
    """Return the times that are offered for words, where a day alone will not do."""
    offered = suggestions(words, now=NOW, zone=LONDON, with_time=True)
    return [value[11:16] for _, value in offered]


def test_a_day_that_needs_a_time_is_offered_with_times_that_fit_what_was_said() -> None:
    assert offered_times("tomorrow evening") == ["18:00", "18:30", "19:00"]
    assert offered_times("thursday morning") == ["10:00", "11:00", "09:00"]
    assert offered_times("thursday") == ["18:00", "18:30", "19:00", "16:00"]
    assert offered_times("thursday 5pm") == ["17:00"]
