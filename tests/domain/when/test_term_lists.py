"""Term dates as councils publish them: holidays, INSET days and half terms among them, read rightly or asked about."""

from datetime import date

import pytest

from bot.domain.when import Refusal, Term, Terms
from bot.domain.when.term_lists import parse_terms

AUGUST = date(2026, 8, 20)
AUTUMN = Term("Autumn term 2026", date(2026, 9, 1), date(2026, 12, 18))
AUTUMN_HALF = Term(
    "Autumn term 2026", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)
)
SPRING = Term("Spring term 2027", date(2027, 1, 4), date(2027, 3, 25))
SUMMER = Term("Summer term 2027", date(2027, 4, 12), date(2027, 7, 21))

ONE = "Autumn term: 1 September to 18 December 2026"
LISTS = {
    "holidays among them": (
        (
            "Autumn term: 1 September to 18 December 2026\n"
            "Christmas holidays: 19 December 2026 to 3 January 2027\n"
            "Spring term: 4 January to 25 March 2027\n"
            "Easter holidays: 26 March to 11 April 2027\n"
            "Summer term: 12 April to 21 July 2027\n"
            "Summer holidays: 22 July to 31 August 2027\n"
        ),
        (AUTUMN, SPRING, SUMMER),
    ),
    "half term in brackets": (
        "Autumn term: 1 September to 18 December 2026 (half term 26 to 30 October)\nSpring term: 4 January to 25 March",
        (AUTUMN_HALF, SPRING),
    ),
    "half term behind a comma": (
        "Autumn term: Tuesday 1 September 2026 to Friday 18 December 2026, half term: Monday 26 to Friday 30 October",
        (AUTUMN_HALF,),
    ),
    "INSET and bank holidays": (
        (
            "INSET day: 1 September 2026\nAutumn term: 1 September to 18 December 2026\nStaff training day 2 November\n"
            "Spring term: 4 January to 25 March 2027\nGood Friday bank holiday: 26 March 2027\n"
            "Summer term: 12 April to 21 July 2027\nMay Day bank holiday: 3 May\nINSET days: to be confirmed in 2027\n"
        ),
        (AUTUMN, SPRING, SUMMER),
    ),
    "a half term that calls itself a holiday": (
        "Autumn term: 1 September to 18 December 2026\nAutumn half term holiday: 26 October to 30 October 2026\n",
        (AUTUMN_HALF,),
    ),
    "starts and ends with the time of day": (
        (
            "INSET day Tuesday 1st September 2026\nTerm Starts Tuesday 1st September 2026\n"
            "Half term 26th October to 30th October\nTerm Ends Friday 18th December 2026 - 1:30pm\n"
            "May Day Closure Monday, 3 May 2027\n"
        ),
        (AUTUMN_HALF,),
    ),
    "all in one sentence": (
        (
            "Autumn Term 2026 starts on Tuesday 1 September 2026 and ends on Friday 18 December 2026 "
            "(Half term from Monday 26 October to Friday 30 October 2026)\n"
        ),
        (AUTUMN_HALF,),
    ),
    "dates before words": (
        (
            "Autumn Term 2026\nTuesday 1 September 2026 Children return to school\n"
            "Monday 26 October 2026 – Friday 30 October 2026 Half Term\nFriday 27 November 2026 Occasional Day\n"
            "Friday 18 December 2026 at 1.50pm Last Day of Term\n"
        ),
        (AUTUMN_HALF,),
    ),
    "a range without blanks in a table": (
        (
            "Autumn Term Starts | Tuesday 1st September 2026 |\n"
            "Half-Term | Monday 26th October-Friday 30th October 2026 |\n"
            "Autumn Term Ends | Friday 18th December 2026 |\n"
        ),
        (AUTUMN_HALF,),
    ),
    "two halves": (
        "Autumn term 1: 1 September 2026 to 23 October 2026\nAutumn term 2: 2 November 2026 to 18 December 2026\n",
        (
            Term(
                "Autumn term 2026",
                date(2026, 9, 1),
                date(2026, 12, 18),
                date(2026, 10, 24),
                date(2026, 11, 1),
            ),
        ),
    ),
    "six terms": (
        (
            "Term 1: 1 September to 23 October 2026\nTerm 2: 2 November to 18 December 2026\n"
            "Term 3: 4 January to 12 February 2027\nTerm 4: 22 February to 25 March 2027\n"
            "Term 5: 12 April to 28 May 2027\nTerm 6: 7 June to 21 July 2027\n"
        ),
        (
            Term("Term 1 2026", date(2026, 9, 1), date(2026, 10, 23)),
            Term("Term 2 2026", date(2026, 11, 2), date(2026, 12, 18)),
            Term("Term 3 2027", date(2027, 1, 4), date(2027, 2, 12)),
            Term("Term 4 2027", date(2027, 2, 22), date(2027, 3, 25)),
            Term("Term 5 2027", date(2027, 4, 12), date(2027, 5, 28)),
            Term("Term 6 2027", date(2027, 6, 7), date(2027, 7, 21)),
        ),
    ),
    "something short that is no term": (
        "Autumn term: 1 September to 18 December 2026\nYear 6 residential: 5 October to 9 October 2026\n",
        (AUTUMN,),
    ),
    "in Welsh": (
        "Tymor yr Hydref: 1 September 2026 - 18 December 2026\nGwyliau: 19 December 2026 - 3 January 2027\n",
        (AUTUMN,),
    ),
}


@pytest.mark.parametrize(("text", "terms"), LISTS.values(), ids=LISTS)
def test_lists_as_councils_write_them(text: str, terms: tuple[Term, ...]) -> None:
    assert parse_terms(text, today=AUGUST) == Terms(terms)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (
            "Autumn term: 1 September to 18 December 2026\nAutumn: 19 December 2026 to 3 January 2027",
            "terms_doubt",
            "19/12",
        ),
        (
            "Building work: 1 October to 18 December 2026\nAutumn term: 1 September to 18 December 2026",
            "terms_doubt",
            "Building",
        ),
        (
            "Autumn term: 1 September to 18 December 2026\nSpring term: 1 December to 25 March",
            "terms_line",
            "Spring",
        ),
        (
            "Autumn term: 1 September to 18 December 2026\nSpring term starts 4 January 2027",
            "terms_line",
            "Spring",
        ),
        ("Christmas holidays: 19 December 2026 to 3 January 2027", "terms_none", ""),
        ("Autumn term: 1 September 2026 to 31 February 2027", "terms_line", "31 February"),
        ("Autumn term: 1 September 2026 to 30 August 2027", "terms_doubt", "Autumn"),
        (" \n ", "terms_none", ""),
    ],
)
def test_what_could_be_either_is_asked_about_by_name(text: str, reason: str, line: str) -> None:
    refused = parse_terms(text, today=AUGUST)
    assert isinstance(refused, Refusal)
    assert refused.reason == f"dates.refused.{reason}"
    assert line in refused.fields.get("line", "")


def calendar(*events: str) -> str:
    inside = "".join(
        f"BEGIN:VEVENT\r\nUID:{at}\r\n{event}\r\nEND:VEVENT\r\n" for at, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//council//EN\r\n{inside}END:VCALENDAR\r\n"


TERM_EVENT = "SUMMARY:Autumn term\r\nDTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261219"


@pytest.mark.parametrize(
    "event",
    [
        TERM_EVENT,
        "SUMMARY:Autumn term\r\nDTSTART;VALUE=DATE:20260901\r\nDURATION:P109D",
        # Midnight in the United Kingdom, written in UTC; the first of these is in summer time.
        "SUMMARY:Autumn term\r\nDTSTART:20260831T230000Z\r\nDTEND:20261219T000000Z",
        "SUMMARY:Autumn term\r\nDTSTART:20260901T000000Z\r\nDTEND:20261219T000000Z",
        "SUMMARY:Autumn term\r\nDTSTART:20260901T080000Z\r\nDTEND:20261218T153000Z",
        "SUMMARY:Autumn term\r\nDTSTART;TZID=Europe/London:20260901T000000\r\nDTEND;TZID=Europe/London:20261219T000000",
    ],
)
def test_days_of_a_calendar_are_the_days_that_were_meant(event: str) -> None:
    assert parse_terms(calendar(event), today=AUGUST) == Terms((AUTUMN,))


def test_a_calendar_of_terms_and_holidays() -> None:
    holidays = "SUMMARY:Christmas holidays\r\nDTSTART;VALUE=DATE:20261219\r\nDTEND;VALUE=DATE:20270104"
    half = "SUMMARY:Half term\r\nDTSTART;VALUE=DATE:20261026\r\nDTEND;VALUE=DATE:20261031"
    assert parse_terms(calendar(holidays, TERM_EVENT, half), today=AUGUST) == Terms((AUTUMN_HALF,))
    refused = parse_terms(calendar(holidays), today=AUGUST)
    assert isinstance(refused, Refusal)
    assert refused.reason == "dates.refused.terms_none"


@pytest.mark.parametrize(
    "damaged",
    [
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:20270199\r\nDTEND;VALUE=DATE:20270326",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:tomorrow\r\nDTEND;VALUE=DATE:20270326",
        "SUMMARY:Spring term\r\nDTEND;VALUE=DATE:20270326",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:20270104\r\nDTEND;VALUE=DATE:2027",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:20270104\r\nDURATION:P999999999D",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:20270104\r\nDURATION:-P999999999D",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:00010101\r\nDTEND;VALUE=DATE:00010101",
        "SUMMARY:Spring term\r\nDTSTART:00010101T000000Z\r\nDTEND:00010301T000000Z",
        "SUMMARY:Spring term\r\nDTSTART;TZID=Etc/GMT+12:99991231T235959\r\nDTEND;TZID=Etc/GMT+12:99991231T235959",
        "SUMMARY:Spring term\r\nDTSTART;VALUE=DATE:99990901\r\nDTEND;VALUE=DATE:99991219",
        f"SUMMARY:Spring term\r\nDTSTART;TZID={'a/' * 5000}:20270104T000000",
    ],
)
def test_one_damaged_date_leaves_nothing_half_taken(damaged: str) -> None:
    refused = parse_terms(calendar(TERM_EVENT, damaged), today=AUGUST)
    assert isinstance(refused, Refusal)
    assert refused.reason == "dates.refused.terms_file"
