"""A guild's term dates, from what people have at hand: a pasted list, or the .ics file of a school or council.

Autumn term: 1 September 2026 to 18 December 2026
Half term: 26 to 30 October
Spring term starts 4 January 2027
Spring term ends 25 March 2027
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.context import Context, DateExpr
from bot.domain.when.grammar import LONGEST, parse
from bot.domain.when.kinds import SETS
from bot.domain.when.marks import DateSpan
from bot.domain.when.readings import Refusal
from bot.domain.when.terms import Term, Terms

_LONGEST_LIST: Final = 200_000
_MOST_LINES: Final = 400
_ZONE: Final = ZoneInfo("Europe/London")
_HALF: Final = re.compile(r"half[\s-]*term", re.IGNORECASE)
_STARTS: Final = re.compile(r"\b(?:starts?|begins?|opens?|first day|commences?)\b", re.IGNORECASE)
_ENDS: Final = re.compile(r"\b(?:ends?|closes?|last day|finish(?:es)?)\b", re.IGNORECASE)
_SEASON: Final = re.compile(r"\b(autumn|winter|spring|summer)\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(20[0-9]{2})\b")
_DATES: Final = re.compile(
    r"\b(?:[0-9]|(?:mon|tues?|wed(?:nes)?|thurs?|fri|satur|sun)(?:day)?\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One entry of a list: its words, and its first and last day; the last is None where one day was given."""

    label: str
    first: date
    last: date | None


def parse_terms(text: str, *, today: date) -> Terms | Refusal:
    """Return the terms in a pasted list or in the text of an .ics file.

    Dates without a year are taken as the next after the entry before them, the first one as the next after
    the last August (a school year). A Refusal names the first line that has dates but can't be placed.
    """
    if len(text) > _LONGEST_LIST:
        return Refusal(
            "dates.refused.terms_long", {"example": "Autumn term: 1 September to 18 December 2026"}
        )
    if "BEGIN:VCALENDAR" in text[:2000].upper():
        return _collected(_from_calendar(text))
    lines: list[_Line] = []
    before = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
    for words in re.split(r"[\n;]", text)[:_MOST_LINES]:
        if not _DATES.search(words):
            continue
        line = _line(words[:LONGEST], before)
        if isinstance(line, Refusal):
            return line
        if line is not None:
            lines.append(line)
            before = line.first
    return _collected(lines)


def _line(words: str, before: date) -> _Line | Refusal | None:
    """Read one line; None where it only heads others ('Autumn term 2026')."""
    label, colon, rest = words.partition(":")
    if not colon or not _DATES.search(rest):
        found = _DATES.search(words)
        at = found.start() if found else 0
        label, rest = words[:at], words[at:]
    if _YEAR.sub("", rest).strip(" \t-–—/.,()0123456789") == "" and not re.search(
        r"[0-9]\s*[./-]\s*[0-9]{1,2}\s*[./-]", rest
    ):
        return None
    days = _days(rest, before)
    if days is None:
        return Refusal(
            "dates.refused.terms_line",
            {"line": words.strip()[:80], "example": "Autumn term: 1 September to 18 December 2026"},
        )
    return _Line(label.strip(" -–—,.\t"), *days)


def _days(words: str, before: date) -> tuple[date, date | None] | None:
    """Return the one or two days in `words`, years that were not said counted on from `before`."""
    context = Context(datetime.combine(before, time(), _ZONE), _ZONE, None)
    items = parse(words)
    span = next((item for item in items if isinstance(item, DateSpan)), None)
    named = (
        [span.first, span.last]
        if span
        else [item for item in items if isinstance(item, DateExpr) and item.kind == "DATE"]
    )
    if not 1 <= len(named) <= 2 or any(item.kind in SETS["NUMBER"] for item in items):
        return None
    found: list[date] = []
    for one in named:
        options = one.days(context, None)
        if isinstance(options, Refusal) or len(options.days) != 1:
            return None
        found.append(options.days[0])
        context = replace(context, now=datetime.combine(options.days[0], time(), _ZONE))
    if len(found) == 1:
        return found[0], None
    return (found[0], found[1]) if found[0] <= found[1] else None


def _from_calendar(text: str) -> list[_Line] | Refusal:
    """Read the events of a calendar file; an event of whole days ends on the day before its DTEND (RFC 5545)."""
    import icalendar  # slow to import, and only the one who sets terms up needs it

    try:
        calendar = icalendar.Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError):
        return Refusal(
            "dates.refused.terms_file", {"example": "Autumn term: 1 September to 18 December 2026"}
        )
    lines: list[_Line] = []
    for event in calendar.walk("VEVENT"):
        start, end = event.get("DTSTART"), event.get("DTEND")
        first = _day(getattr(start, "dt", None))
        last = _day(getattr(end, "dt", None))
        if first is None:
            continue
        if last is not None and not isinstance(getattr(end, "dt", None), datetime):
            last -= timedelta(days=1)
        lines.append(
            _Line(str(event.get("SUMMARY", "")), first, last if last is not None and last > first else None)
        )
    return sorted(lines, key=lambda line: line.first)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _collected(lines: Iterable[_Line] | Refusal) -> Terms | Refusal:
    """Put lines together: ranges are terms, single days their edges, half terms belong to the term around them."""
    if isinstance(lines, Refusal):
        return lines
    terms: list[Term] = []
    halves: list[_Line] = []
    open_term: tuple[str, date] | None = None
    for line in lines:
        if _HALF.search(line.label):
            halves.append(line)
        elif line.last is not None:
            if (line.last - line.first).days >= 14:
                terms.append(Term(_name(line), line.first, line.last))
        elif _STARTS.search(line.label):
            open_term = (_name(line), line.first)
        elif _ENDS.search(line.label) and open_term is not None and open_term[1] < line.first:
            terms.append(Term(open_term[0], open_term[1], line.first))
            open_term = None
    if not terms:
        return Refusal(
            "dates.refused.terms_none", {"example": "Autumn term: 1 September to 18 December 2026"}
        )
    terms.sort(key=lambda term: term.starts)
    return Terms(tuple(_with_half(term, halves) for term in terms))


def _name(line: _Line) -> str:
    season = _SEASON.search(line.label)
    if season is not None:
        return f"{season[1].capitalize()} term {line.first.year}"
    part = "Autumn" if line.first.month >= 8 else "Spring" if line.first.month <= 3 else "Summer"
    return f"{part} term {line.first.year}"


def _with_half(term: Term, halves: Iterable[_Line]) -> Term:
    for half in halves:
        if term.starts < half.first < term.ends:
            return replace(term, half_term_starts=half.first, half_term_ends=half.last or half.first)
    return term
