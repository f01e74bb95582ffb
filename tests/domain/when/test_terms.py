"""School words with term dates: where they lead, and how a guild's dates are read from a list or a file."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.when import Choice, Days, Refusal, Term, Terms, describe, read, read_period
from bot.domain.when.term_lists import parse_terms

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=ZONE)
TERMS = Terms(
    (
        Term(
            "Autumn term 2026", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)
        ),
        Term("Spring term 2027", date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)),
        Term("Summer term 2027", date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)),
    )
)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("end of term", "Friday 18 December 2026"),
        ("last day of term 3pm", "Friday 18 December 2026, 3pm (UK time, GMT)"),
        ("end of the summer term", "Wednesday 21 July 2027"),
        ("start of the summer term, 9am", "Monday 12 April 2027, 9am (UK time, BST)"),
        ("first day back", "Monday 4 January 2027"),
        ("Thursday after half term 6pm", "Thursday 25 February 2027, 6pm (UK time, GMT)"),
        ("Thursday before half term 6pm", "Thursday 11 February 2027, 6pm (UK time, GMT)"),
        ("Thursday of half-term week 6pm", "Thursday 18 February 2027, 6pm (UK time, GMT)"),
        ("first Thursday back after Christmas 6pm", "Thursday 7 January 2027, 6pm (UK time, GMT)"),
        ("first Tuesday back after half term at 5", "Tuesday 23 February 2027, 5pm (UK time, GMT)"),
        ("Monday of the last week of term 6pm", "Monday 14 December 2026, 6pm (UK time, GMT)"),
        ("first Monday of next term 6pm", "Monday 4 January 2027, 6pm (UK time, GMT)"),
        ("last Friday of term 2pm", "Friday 18 December 2026, 2pm (UK time, GMT)"),
        ("Tuesday week 3 of next term 6pm", "Tuesday 19 January 2027, 6pm (UK time, GMT)"),
        (
            "every Thursday 6pm until the end of term",
            "every Thursday, 6pm, from 26 November 2026 until 18 December 2026 (UK time)",
        ),
        (
            "every Thursday 6pm until half term",
            "every Thursday, 6pm, from 26 November 2026 until 14 February 2027 (UK time)",
        ),
    ],
)
def test_school_words(phrase: str, words: str) -> None:
    assert describe(read(phrase, now=NOW, zone=ZONE, terms=TERMS)) == words
    without = read(phrase, now=NOW, zone=ZONE)
    assert isinstance(without, Refusal)
    assert without.reason == "dates.refused.terms"


@pytest.mark.parametrize(
    ("phrase", "first"), [("first week back", "2027-01-04"), ("after half term", "2027-02-22")]
)
def test_weeks_are_asked(phrase: str, first: str) -> None:
    reading = read(phrase, now=NOW, zone=ZONE, terms=TERMS)
    assert isinstance(reading, Choice)
    (week,) = reading.readings
    assert isinstance(week, Days)
    assert week.first == date.fromisoformat(first)


def test_periods_of_school() -> None:
    spring = Days(date(2027, 1, 4), date(2027, 3, 25))
    assert read_period("next term", now=NOW, zone=ZONE, terms=TERMS) == spring
    assert read_period("the spring term", now=NOW, zone=ZONE, terms=TERMS) == spring
    half = Days(date(2027, 2, 15), date(2027, 2, 19))
    assert read_period("half term", now=NOW, zone=ZONE, terms=TERMS) == half
    assert isinstance(read_period("this term", now=NOW, zone=ZONE), Refusal)


def test_terms_in_time_out_of_reach() -> None:
    later = datetime(2028, 1, 1, tzinfo=ZONE)
    reading = read("end of term", now=later, zone=ZONE, terms=TERMS)
    assert isinstance(reading, Refusal)
    assert reading.reason == "dates.refused.no_such_term"


RANGES = """Term dates for 2026/27
Autumn term: Tuesday 1 September 2026 to Friday 18 December 2026
Half term: 26 to 30 October
Spring term: 4 January 2027 - 25 March 2027
Half term: 15 - 19 February
Summer term: 12/04/2027 to 21/07/2027; half term 31 May to 4 June
"""
EDGES = """Autumn Term 2026
Term starts: Tuesday 1 September 2026
Half term: Monday 26 October to Friday 30 October
Term ends: Friday 18 December 2026

Spring Term 2027
Starts Monday 4 January
Half-term: 15/02/2027 - 19/02/2027
Ends Thursday 25 March

Summer Term 2027
Starts Monday 12 April
Half term: 31 May to 4 June
Ends Wednesday 21 July
"""
FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//school//EN
BEGIN:VEVENT
UID:1
SUMMARY:Autumn term
DTSTART;VALUE=DATE:20260901
DTEND;VALUE=DATE:20261219
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:October half-term
DTSTART;VALUE=DATE:20261026
DTEND;VALUE=DATE:20261031
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("text", [RANGES, EDGES], ids=["ranges", "edges"])
def test_pasted_lists(text: str) -> None:
    assert parse_terms(text, today=date(2026, 8, 20)) == TERMS


def test_calendar_file() -> None:
    assert parse_terms(FILE, today=date(2026, 8, 20)) == Terms(TERMS.terms[:1])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "terms_none"),
        ("see the school's site", "terms_none"),
        ("Autumn term: 1 September 2026 to whenever 3", "terms_line"),
        ("Autumn term: 18 December 2026 to 1 September 2026", "terms_line"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:2026\nEND:VEVENT\n", "terms_file"),
        ("x" * 200_001, "terms_long"),
    ],
)
def test_unreadable_terms(text: str, reason: str) -> None:
    refused = parse_terms(text, today=date(2026, 8, 20))
    assert isinstance(refused, Refusal)
    assert refused.reason == f"dates.refused.{reason}"
