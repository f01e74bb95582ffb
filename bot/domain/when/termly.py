"""'Termly' and 'every half term': the second Thursday of every term, by the term dates of a server.

RFC 5545 has no word for terms, so these are our own rules in its syntax: 'FREQ=TERMLY;BYDAY=2TH' and
'FREQ=HALFTERMLY;BYDAY=-1FR', with UNTIL if they end. They only make sense with terms, which may be edited later.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.domain.when.names import WEEKDAYS, ordinal
from bot.domain.when.terms import Terms

DAY: Final = timedelta(days=1)
CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = ("TERMLY", "HALFTERMLY")
APART: Final = {"TERMLY": timedelta(weeks=8), "HALFTERMLY": timedelta(weeks=3)}
"""Two occurrences are never closer than this, so that editing the terms never gives one term two."""

_EVERY = r"(?:every|each|once (?:a|an|per|every|each))"
_TERMLY: Final = re.compile(rf"(?:termly|{_EVERY} (?:school )?term)(?P<end>.*)", re.IGNORECASE)
_HALVES: Final = re.compile(rf"(?:half[- ]?termly|{_EVERY} half[- ]?term)(?P<end>.*)", re.IGNORECASE)
_BYDAY: Final = re.compile(r"(-?\d{1,2})(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Said:
    """What words about terms say: 'TERMLY' or 'HALFTERMLY', and what follows ('until 17 July')."""

    frequency: str
    end: str


def said(words: str) -> Said | None:
    """Return what words say about terms, None if nothing."""
    plain = " ".join(words.split())
    for frequency, pattern in (("HALFTERMLY", _HALVES), ("TERMLY", _TERMLY)):
        found = pattern.fullmatch(plain)
        if found is not None:
            return Said(frequency, found["end"].strip(" ,"))
    return None


def is_termly(rule: str) -> bool:
    """Whether a rule needs terms."""
    return rule.startswith(("FREQ=TERMLY", "FREQ=HALFTERMLY"))


def frequency_of(rule: str) -> str:
    """Return 'TERMLY' or 'HALFTERMLY' of such a rule."""
    return rule.partition(";")[0].removeprefix("FREQ=")


def periods(terms: Terms | None, frequency: str) -> list[tuple[date, date]]:
    """Return the terms, or the halves of terms, as first and last days in order; without half term, whole."""
    found: list[tuple[date, date]] = []
    for term in sorted(terms.terms if terms is not None else (), key=lambda one: one.starts):
        if (
            frequency == "HALFTERMLY"
            and term.half_term_starts is not None
            and term.half_term_ends is not None
        ):
            found += [(term.starts, term.half_term_starts - DAY), (term.half_term_ends + DAY, term.ends)]
        else:
            found.append((term.starts, term.ends))
    return found


def rules(day: date, terms: Terms | None, frequency: str) -> list[str]:
    """Return the rules that fit `day`: which weekday of its term it is, near the end also counted from there.

    Empty where the day is in no term. A number that a shorter term does not have is left out.
    """
    known = periods(terms, frequency)
    inside = next(((first, last) for first, last in known if first <= day <= last), None)
    if inside is None:
        return []
    code = CODES[day.weekday()]
    ahead = len(_weekdays(day, inside[1], day.weekday()))
    number = len(_weekdays(inside[0], day, day.weekday()))
    fewest = min(len(_weekdays(first, last, day.weekday())) for first, last in known)
    numbers = ([number] if number <= fewest else []) + ([-ahead] if ahead <= 2 else [])
    numbers = numbers or [-ahead]
    return [f"FREQ={frequency};BYDAY={one}{code}" for one in numbers]


def days(rule: str, terms: Terms | None, since: date) -> Iterator[date]:
    """Yield the days of such a rule from `since` on (inclusive), one a term or half, as far as terms are known."""
    found = _BYDAY.search(rule)
    if found is None:
        return
    number, weekday = int(found[1]), CODES.index(found[2])
    before: date | None = None
    for first, last in periods(terms, frequency_of(rule)):
        there = _weekdays(first, last, weekday)
        at = number - 1 if number > 0 else number
        if not -len(there) <= at < len(there):
            continue
        day = there[at]
        if day >= since and (before is None or day - before >= APART[frequency_of(rule)]):
            before = day
            yield day


def _weekdays(first: date, last: date, weekday: int) -> Sequence[date]:
    start = first + timedelta(days=(weekday - first.weekday()) % 7)
    return [start + timedelta(weeks=count) for count in range(max(0, (last - start).days // 7 + 1))]


def in_words(rule: str) -> str:
    """Return 'second Thursday of every term'."""
    found = _BYDAY.search(rule)
    which = "every term" if frequency_of(rule) == "TERMLY" else "each half of every term"
    if found is None:
        return which
    number, name = int(found[1]), WEEKDAYS[CODES.index(found[2])]
    place = (
        "last but one"
        if number == -2
        else ordinal(number)
        if number >= -1
        else f"{ordinal(-number)} from last"
    )
    return f"{place} {name} of {which}"
