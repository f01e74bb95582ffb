"""Phrases changed in small ways: the same reading, a question or a refusal comes of it, never another reading.

A word that is inserted is in test_accounting.py. Here letters of a weekday or month are lost or swapped, and two
phrases stand together: if they say different times or weekdays, neither may be dropped unasked.
"""

import os
import random
import re
from datetime import datetime

import pytest

from bot.domain.when import Choice, Moment, Refusal, Series, Span, read
from bot.domain.when.names import MONTHS, WEEKDAYS
from bot.domain.when.readings import Resolved
from tests.domain.when.scoring import LONDON, Row
from tests.domain.when.test_accounting import readable

SAMPLES = int(os.environ.get("WHEN_SAMPLES", "3000"))
"""How many phrases are changed; 20,000 in the run whose figures docs/dates.md gives."""
LONG = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS) if len(name) > 5)
JOINS = (" and ", " or ", "; ", "\n", ", ", " / ", " then ", " plus ")
DAY = re.compile(
    r"mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|/", re.IGNORECASE
)
ZONE = re.compile(r"[A-Z]{3}|[0-9T][+-]\d|gmt|utc|time")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one letter lost, doubled or swapped with its neighbour, the first one aside."""
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(3):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def test_a_misspelt_weekday_or_month_is_read_or_asked_about() -> None:
    chance = random.Random(3)
    base = [(row, found) for row, found in readable() if not LONG.isdisjoint(row.phrase.lower().split())]
    changed: dict[str, object] = {}
    for _ in range(SAMPLES):
        row, before = chance.choice(base)
        parts = row.phrase.split()
        at = chance.choice([at for at, one in enumerate(parts) if one.lower() in LONG])
        parts[at] = misspelt(parts[at], chance)
        reading = read(" ".join(parts), now=row.now, zone=LONDON)
        same_lines = "\n" not in row.phrase
        if same_lines and not isinstance(reading, Choice | Refusal) and reading != before:
            changed[" ".join(parts)] = reading
    assert changed == {}


def begin(reading: Resolved) -> datetime | None:
    match reading:
        case Moment(at):
            return at
        case Span(start):
            return start.at
        case Series(first=first):
            return begin(first)
        case _:
            return None


def weekdays(reading: Resolved) -> set[int]:
    """Return the weekdays on which a reading happens; all of them where its rule names none."""
    at = begin(reading)
    if isinstance(reading, Series):
        named = {day for day, code in enumerate(CODES) if code in reading.rule}
        return named or set(range(7))
    return set() if at is None else {at.weekday()}


def test_two_phrases_that_differ_are_not_taken_for_one() -> None:
    chance = random.Random(4)
    # '3.12' is a time alone and a date beside a time; '6pm' alone names no day; a zone said once holds for both.
    base: list[tuple[Row, Resolved]] = [
        (row, found)
        for row, found in readable()
        if begin(found) is not None
        and not re.search(r"\d\.\d", row.phrase)
        and DAY.search(row.phrase)
        and not ZONE.search(row.phrase)
    ]
    dropped: dict[str, object] = {}
    for _ in range(SAMPLES):
        (row, one), (other_row, other) = chance.choice(base), chance.choice(base)
        if other_row.now != row.now:
            continue
        phrase = row.phrase + chance.choice(JOINS) + other_row.phrase
        reading = read(phrase, now=row.now, zone=LONDON)
        at, before, after = (
            None if isinstance(it, Choice | Refusal) else begin(it) for it in (reading, one, other)
        )
        if isinstance(reading, Choice | Refusal) or at is None or before is None or after is None:
            continue
        kept = {at.time(), before.time(), after.time()} == {at.time()}
        named = weekdays(one) | weekdays(other)
        if not kept or (len(named) < 7 and not named <= weekdays(reading)):
            dropped[phrase] = reading
    assert dropped == {}


@pytest.mark.parametrize(
    "phrase",
    [
        "every weeks Tuesday 4pm", "every Thursday 6pm for a", "a on Tuesday 6pm", "We 12.30", "on 6pm",
        "five to eight on", "my 4th at 6pm", "first St every month 11am", "Monday 6pm then every Thursday at 6pm",
        "Friday teatime, every 2 weeks Tuesday 4pm", "Thursdays in January 6pm for 6 weeks", "weekly on Mon & We 6pm",
        "2026-12-03T18:00:00+05:30 / 5-6 December", "every two alternate months on the first Tuesday 6pm",
        "the yesterday week of 7 December, Wednesday 7pm", "Thursday 9am-12 speakers", "3rd, leaflet 6pm",
        "3 Dec 6pm / every Friday 6pm", "Mon 7th-Fri 11th Dec and monthly on the first Monday 6pm",
    ],
)  # fmt: skip
def test_what_is_cut_off_or_says_two_things_is_not_read_unasked(phrase: str) -> None:
    now = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)
    assert isinstance(read(phrase, now=now, zone=LONDON), Choice | Refusal)
