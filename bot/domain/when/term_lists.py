"""A guild's term dates from what people have to hand: a pasted list, or a school's or council's .ics file.

Autumn term: 1 September 2026 to 18 December 2026 (half term 26 to 30 October)
Christmas holidays: 19 December 2026 to 3 January 2027
Spring term starts 4 January 2027
Spring term ends 25 March 2027

Councils' lists have holidays, INSET days and bank holidays among the terms: a line's label decides what it
is, and a line that could be either is asked about by name. Nothing is partly accepted.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.domain.when.agreement import CONFLICT
from bot.domain.when.context import Context, DateExpr
from bot.domain.when.grammar import LONGEST, parse
from bot.domain.when.joined_series import Since, Until
from bot.domain.when.kinds import SETS
from bot.domain.when.readings import Refusal
from bot.domain.when.term_calendars import Entry, entries_of
from bot.domain.when.terms import Term, Terms
from bot.domain.when.tokens import DateSpan, Note

_LONGEST_LIST: Final = 200_000
_MOST_LINES: Final = 400
_ZONE: Final = ZoneInfo("Europe/London")
_SHORTEST_TERM: Final = timedelta(days=20)
_LONGEST_TERM: Final = timedelta(days=150)
_HALVES_APART: Final = timedelta(days=23)
"""A half of a term begins at most this long after the end of the previous half."""

_HALF: Final = re.compile(r"half[\s-]*term|mid[\s-]*term|hanner tymor", re.IGNORECASE)
_FREE: Final = re.compile(
    r"holidays?\b|\bhols?\b|\bbreaks?\b|\bclos(?:ed|ure|es)\b|vacation|recess|\bbank hol"
    r"|\beaster\b|\bchristmas\b|\bxmas\b|gwyliau|\bno school\b|\boff\b",
    re.IGNORECASE,
)
_SINGLE: Final = re.compile(
    r"\binset\b|training|\bpd days?\b|non[\s-]*pupil|staff (?:day|only)|development day|\bpolling\b|hyfforddiant",
    re.IGNORECASE,
)
_TERM: Final = re.compile(r"\bterms?\b|\bsemesters?\b|\btymor\b|\bhalf\b", re.IGNORECASE)
_STARTS: Final = re.compile(r"\b(?:starts?|begins?|opens?|first day|commences?|return)\b", re.IGNORECASE)
_ENDS: Final = re.compile(r"\b(?:ends?|closes?|last day|finish(?:es)?|break up)\b", re.IGNORECASE)
_SEASON: Final = re.compile(r"\b(autumn|winter|spring|summer)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\bterm\s*([1-6])\b", re.IGNORECASE)
_PART: Final = re.compile(r"\b(?:first|second|1st|2nd)\s+half\b|\bterm\s*[12]\b|\b[12]\b\s*$", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(20[0-9]{2})\b")
_DATES: Final = re.compile(
    r"\b(?:[0-9]|(?:mon|tues?|wed(?:nes)?|thurs?|fri|satur|sun)(?:day)?\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
_FULL: Final = re.compile(r"[0-9]\s*[./-]\s*[0-9]{1,2}\s*[./-]")
_CLOCK: Final = re.compile(
    r"(?:\s*[-–—@]|,?\s*\bat)?\s*\b[0-9]{1,2}(?:(?:[:.][0-9]{2})?\s*[ap]\.?m\b\.?|:[0-9]{2}\b)", re.IGNORECASE
)
"""The time when school begins or ends on a day: 'Friday 18 December 2026 at 1.50pm'."""
_YEAR_OF: Final = re.compile(r"^20[0-9]{2}\s+(?=(?:starts?|begins?|runs?|from|opens?)\b)", re.IGNORECASE)
_BEHIND: Final = re.compile(r"(?:20[0-9]{2})[\s,|:)–-]*([A-Za-z][A-Za-z' -]{3,})$")
"""The label of a line with its dates first: 'Tuesday 1 September 2026 Inset Day'."""
_ASIDE: Final = re.compile(
    r"[(\[](?P<inside>[^)\]]*)[)\]]|[,;]?\s*(?P<behind>half[\s-]*term\b.*)", re.IGNORECASE
)

What = Literal["term", "half", "free", "doubtful"]


def parse_terms(text: str, *, today: date) -> Terms | Refusal:
    """Return the terms in a pasted list or in the text of an .ics file.

    Dates without a year are the next after the previous entry, the first one the next after
    the last August (a school year). A Refusal names the first line that has dates but can't be placed.
    """
    if len(text) > _LONGEST_LIST:
        return _refused("dates.refused.terms_long")
    if "BEGIN:VCALENDAR" in text[:2000].upper():
        entries = entries_of(text)
        return _refused("dates.refused.terms_file") if entries is None else _collected(entries)
    found: list[Entry] = []
    before = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
    for words in re.split(r"[\n;]", text)[:_MOST_LINES]:
        for part in _parts(words):
            entry = _entry(part[:LONGEST], before)
            if isinstance(entry, Refusal):
                return entry
            if entry is not None:
                found.append(entry)
                before = entry.first
    return _collected(found)


def _refused(reason: str, line: str = "") -> Refusal:
    fields = {"example": "Autumn term: 1 September to 18 December 2026"}
    return Refusal(reason, {"line": line.strip()[:80], **fields} if line else fields)


def _parts(words: str) -> list[str]:
    """Return a line's first part, and its half term where that is in brackets or follows."""
    if not _DATES.search(words):
        return []
    inside: list[str] = []
    if not _HALF.match(words.strip()):
        for found in _ASIDE.finditer(words):
            aside = found["inside"] or found["behind"] or ""
            follows = bool(_DATES.search(words[: found.start()]))
            if follows and _HALF.search(aside) and _DATES.search(_HALF.sub("", aside)):
                inside.append(aside)
                words = words.replace(found[0], " ", 1)
    return [words, *inside]


def _entry(words: str, before: date) -> Entry | Refusal | None:
    """Read one line; None where it is only a heading ('Autumn term 2026')."""
    words = _CLOCK.sub(" ", words).rstrip(" |.,;")
    label, colon, rest = words.partition(":")
    if not colon or not _DATES.search(rest):
        label, rest = _label_of(words)
    bare = _YEAR.sub("", rest).strip(" \t-–—/.,()0123456789")
    if bare == "" and not _FULL.search(rest):
        return None
    days = _days(rest, before)
    if days is None:
        # An unreadable holiday or INSET day ('INSET days: to be confirmed') does not affect the terms.
        return (
            None
            if _what(label.strip() or words) == "free" and not _HALF.search(label.strip() or words)
            else _refused("dates.refused.terms_line", words)
        )
    return Entry(label.strip(" -–—,.\t"), *days)


def _label_of(words: str) -> tuple[str, str]:
    """Split a line without a colon: 'Term 1 Tuesday 1 September - ...' is called 'Term 1'."""
    start = 0
    numbered = _NUMBER.search(words)
    if numbered is not None and not _DATES.search(words[: numbered.start()]):
        start = numbered.end()
    found = _DATES.search(words, start)
    at = found.start() if found else 0
    label, rest = words[:at], _YEAR_OF.sub("", words[at:])
    behind = _BEHIND.search(rest)
    if not label.strip(" |") and behind is not None and not _DATES.search(behind[1]):
        return behind[1], rest[: behind.start(1)]
    return label, rest


def _days(words: str, before: date) -> tuple[date, date | None] | None:
    """Return the one or two days in `words`; missing years follow on from `before`."""
    context = Context(datetime.combine(before, time(), _ZONE), _ZONE, None)
    items = parse(words)
    if any(isinstance(item, Note) for item in items):
        return None
    span = next((item for item in items if isinstance(item, DateSpan)), None)
    named = (
        [span.first, span.last]
        if span
        else [item.first for item in items if isinstance(item, Since)]
        + [item for item in items if isinstance(item, DateExpr) and item.kind == "DATE"]
        + [item.last for item in items if isinstance(item, Until)]
    )
    if not 1 <= len(named) <= 2 or any(item.kind in SETS["NUMBER"] for item in items):
        return None
    found: list[date] = []
    for one in named:
        options = one.days(context, None)
        if isinstance(options, Refusal) or len(options.days) != 1 or options.ask == CONFLICT:
            return None
        found.append(options.days[0])
        context = replace(context, now=datetime.combine(options.days[0], time(), _ZONE))
    if len(found) == 1:
        return found[0], None
    return (found[0], found[1]) if found[0] <= found[1] else None


def _what(label: str) -> What:
    """Return what a line is, by its label."""
    if _HALF.search(label):
        return "half"
    if _FREE.search(label) or _SINGLE.search(label):
        return "free"
    if _TERM.search(label) or _SEASON.search(label) or not label.strip():
        return "term"
    return "doubtful"


@dataclass(slots=True)
class _Collection:
    """The terms found so far, half terms to insert, and a term that began on a separate line."""

    terms: list[Term]
    halves: list[Entry]
    begun: Entry | None = None


def _collected(entries: Sequence[Entry]) -> Terms | Refusal:
    """Combine lines: ranges are terms, single days their edges, half terms belong to the term around them."""
    found = _Collection([], [])
    for entry in entries:
        refused = _take(entry, found)
        if refused is not None:
            return refused
    if found.begun is not None:
        return _refused("dates.refused.terms_line", found.begun.label or found.begun.first.isoformat())
    if not found.terms:
        return _refused("dates.refused.terms_none")
    terms = _halves_joined(sorted(found.terms, key=lambda term: term.starts))
    for one, other in pairwise(terms):
        if other.starts <= one.ends:
            return _refused("dates.refused.terms_line", f"{one.name}, {other.name}")
    return Terms(tuple(_with_half(term, found.halves) for term in terms))


def _take(entry: Entry, found: _Collection) -> Refusal | None:
    """Add one entry; return a Refusal for one that could be a term or a holiday."""
    what = _what(entry.label)
    if what == "half":
        found.halves.append(entry)
    elif what == "free":
        pass
    elif entry.last is not None:
        length = entry.last - entry.first
        if what == "doubtful" and length < _SHORTEST_TERM:
            return None  # 'Year 6 residential: 3 to 7 May'
        if what == "doubtful" or not _SHORTEST_TERM <= length <= _LONGEST_TERM:
            return _refused(
                "dates.refused.terms_doubt", f"{entry.label}: {entry.first:%d/%m/%Y} to {entry.last:%d/%m/%Y}"
            )
        found.terms.append(Term(_name(entry), entry.first, entry.last))
    elif _STARTS.search(entry.label):
        if found.begun is not None:
            return _refused("dates.refused.terms_line", found.begun.label or found.begun.first.isoformat())
        found.begun = entry
    elif _ENDS.search(entry.label) and found.begun is not None and found.begun.first < entry.first:
        found.terms.append(Term(_name(found.begun), found.begun.first, entry.first))
        found.begun = None
    elif what == "term" and entry.label.strip():
        return _refused("dates.refused.terms_line", f"{entry.label}: {entry.first:%d/%m/%Y}")
    return None


def _halves_joined(terms: list[Term]) -> list[Term]:
    """'Autumn term 1' and 'Autumn term 2' are one term, with half term between them."""
    out: list[Term] = []
    for term in terms:
        before = out[-1] if out else None
        near = before is not None and term.starts - before.ends <= _HALVES_APART
        if before is not None and near and before.name == term.name and before.half_term_starts is None:
            out[-1] = Term(
                term.name,
                before.starts,
                term.ends,
                before.ends + timedelta(days=1),
                term.starts - timedelta(days=1),
            )
        else:
            out.append(term)
    return out


def _name(entry: Entry) -> str:
    """Return a term's name: its season or number from the line, else by when it begins."""
    season, number = _SEASON.search(entry.label), _NUMBER.search(entry.label)
    if season is not None:
        return f"{season[1].capitalize()} term {entry.first.year}"
    if number is not None:
        return f"Term {number[1]} {entry.first.year}"
    part = "Autumn" if entry.first.month >= 8 else "Spring" if entry.first.month <= 3 else "Summer"
    return f"{part} term {entry.first.year}"


def _with_half(term: Term, halves: Iterable[Entry]) -> Term:
    for half in halves:
        if term.half_term_starts is None and term.starts < half.first < term.ends:
            return replace(term, half_term_starts=half.first, half_term_ends=half.last or half.first)
    return term
