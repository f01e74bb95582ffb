"""The conventions that are contestable or easily broken, one by one: clock changes, zones, kinds of reading."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.when import Choice, Day, Days, Moment, Refusal, Series, Span, describe, read
from bot.domain.when.suggest import resolved_of

LONDON = ZoneInfo("Europe/London")
SATURDAY = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)
BEFORE_AUTUMN = datetime(2026, 10, 23, 12, tzinfo=LONDON)
BEFORE_SPRING = datetime(2027, 3, 26, 18, 15, tzinfo=LONDON)


def said(phrase: str, now: datetime = SATURDAY, zone: ZoneInfo = LONDON) -> list[str]:
    return [describe(one) for one in resolved_of(read(phrase, now=now, zone=zone))]


def asked(phrase: str, now: datetime = SATURDAY, zone: ZoneInfo = LONDON) -> str:
    reading = read(phrase, now=now, zone=zone)
    assert isinstance(reading, Choice), reading
    return reading.reason.removeprefix("dates.ask.")


def test_a_time_that_comes_twice_is_a_question() -> None:
    assert asked("Sunday 1:30am", BEFORE_AUTUMN) == "twice"
    assert said("Sunday 1:30am", BEFORE_AUTUMN) == [
        "Sunday 25 October 2026, 1.30am (UK time, BST)",
        "Sunday 25 October 2026, 1.30am (UK time, GMT)",
    ]
    assert said("Sunday 1:30am GMT", BEFORE_AUTUMN) == ["Sunday 25 October 2026, 1.30am (UK time, GMT)"]


def test_a_time_that_does_not_exist_is_a_question() -> None:
    assert asked("Sunday 1:30am", BEFORE_SPRING) == "skipped"
    assert said("Sunday 1:30am", BEFORE_SPRING) == [
        "Sunday 28 March 2027, 00:30 (UK time, GMT)",
        "Sunday 28 March 2027, 2.30am (UK time, BST)",
    ]


def test_a_length_is_elapsed_time_and_a_clock_is_not() -> None:
    reading = read("Saturday 11pm for 4 hours", now=BEFORE_AUTUMN, zone=LONDON)
    assert isinstance(reading, Span)
    assert reading.end.at == datetime(2026, 10, 25, 2, tzinfo=LONDON)
    assert said("in 48 hours", BEFORE_SPRING) == ["Sunday 28 March 2027, 7.15pm (UK time, BST)"]
    assert said("in 2 days at 6.15pm", BEFORE_SPRING) == ["Sunday 28 March 2027, 6.15pm (UK time, BST)"]


def test_a_series_keeps_its_wall_time() -> None:
    reading = read("every Sunday 6pm", now=BEFORE_AUTUMN, zone=LONDON)
    assert reading == Series("FREQ=WEEKLY;BYDAY=SU", Moment(datetime(2026, 10, 25, 18, tzinfo=LONDON)))


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("Saturday 6pm", "today_or_week"),
        ("next Thursday 6pm", "next"),
        ("Thursday at 9", "half"),
        ("Thursday 12am", "noon"),
        ("midnight on Thursday", "midnight"),
        ("Thursday 6am in the evening", "part"),
        ("Weds 3rd Dec 7pm", "conflict"),
        ("Thursday or Friday 6pm", "two"),
        ("Thursday about 6", "about"),
        ("end of next week", "end_of_week"),
        ("Thursday 6pm BST", "zone"),
        ("Thursday 6pm IST", "zone"),
        ("every second Thursday 6pm", "series"),
        ("20 November 6pm", "next_year"),
        ("first Thursday of the month 6pm", "next_month"),
        ("the 21st", "today_or_month"),
        ("Thursday in two weeks 6pm", "weeks"),
        ("w/c 30 November", "week"),
        ("3.12", "which"),
        ("nos Iau am 6", "language"),
    ],
)
def test_what_people_differ_on_is_asked(phrase: str, reason: str) -> None:
    assert asked(phrase) == reason


def test_a_number_beside_a_weekday_can_be_the_day() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=LONDON)  # 7 December is a Monday
    assert asked("Monday 7", now) == "hour_or_day"
    assert said("Monday 7", now) == [
        "Monday 7 December 2026, 7pm (UK time, GMT)",
        "Monday 7 December 2026",
    ]
    assert said("Monday at 7", now) == ["Monday 7 December 2026, 7pm (UK time, GMT)"]


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("Thursday 6pm", Moment),
        ("Thursday", Day),
        ("Thursday evening", Day),
        ("Thursday 6-7pm", Span),
        ("5-6 December", Days),
        ("every Thursday 6pm", Series),
        ("thursday at 9", Choice),
        ("soon", Refusal),
    ],
)
def test_kinds(phrase: str, kind: type) -> None:
    assert type(read(phrase, now=SATURDAY, zone=LONDON)) is kind


def test_a_part_of_the_day_is_kept() -> None:
    assert read("tomorrow evening", now=SATURDAY, zone=LONDON) == Day(date(2026, 11, 22), "evening")
    assert read("Thursday lunchtime", now=SATURDAY, zone=LONDON) == Day(date(2026, 11, 26), "lunchtime")


def test_the_asked_zone_is_that_of_the_reader() -> None:
    havana = ZoneInfo("America/Havana")
    assert said("Thursday 6pm", zone=havana) == ["Thursday 26 November 2026, 6pm (America/Havana, UTC-5)"]
    assert said("Thursday 6pm UK time", zone=havana) == [
        "Thursday 26 November 2026, 1pm (America/Havana, UTC-5)"
    ]
    late = datetime(2026, 11, 21, 3, tzinfo=UTC)  # still Friday in Havana
    assert said("tomorrow noon", late, havana) == [
        "Saturday 21 November 2026, 12 noon (America/Havana, UTC-5)"
    ]


def test_moments_of_a_repeated_hour_differ() -> None:
    first, second = resolved_of(read("Sunday 1:30am", now=BEFORE_AUTUMN, zone=LONDON))
    assert first != second
    assert len({first, second}) == 2


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("phrase", "home", "words"),
    [
        ("thursday 6pm", LONDON, "Thursday 26 November 2026, 6pm"),
        ("thursday 6.30pm", PARIS, "Thursday 26 November 2026, 6.30pm (UK time, GMT)"),
        ("thursday 6pm to 7:30pm", LONDON, "Thursday 26 November 2026, 6pm to 7.30pm"),
        ("thursday noon", LONDON, "Thursday 26 November 2026, 12 noon"),
        ("every thursday 6pm", LONDON, "every Thursday, 6pm, from 26 November 2026"),
        ("every thursday 6pm", PARIS, "every Thursday, 6pm, from 26 November 2026 (UK time)"),
        # By the clock of Lisbon it is the same.
        ("thursday 6pm", ZoneInfo("Europe/Lisbon"), "Thursday 26 November 2026, 6pm"),
    ],
)
def test_a_zone_is_named_to_whom_it_is_another_and_the_words_read_back(
    phrase: str, home: ZoneInfo, words: str
) -> None:
    reading = read(phrase, now=SATURDAY, zone=LONDON)
    assert describe(reading, home) == words
    assert read(words, now=SATURDAY, zone=LONDON) == reading


def test_the_hour_that_comes_twice_names_its_zone_at_home_too() -> None:
    both = resolved_of(read("Sunday 1:30am", now=BEFORE_AUTUMN, zone=LONDON))
    assert [describe(one, LONDON)[-15:] for one in both] == [" (UK time, BST)", " (UK time, GMT)"]
