"""Lengths, lead times, quiet hours, periods and repeats by the rule for times: each word is used, or none is read."""

import os
import random
from collections.abc import Callable
from datetime import datetime

import pytest

from bot.domain.lead_times import read_lead_times
from bot.domain.quiet import read_quiet
from bot.domain.when import Choice, Refusal, read_duration, read_period, read_repeat
from tests.domain.when.everyday import PLAIN, TIMELY
from tests.domain.when.scoring import LONDON

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)
START = datetime(2026, 12, 3, 18, tzinfo=LONDON)
SAMPLES = int(os.environ.get("WHEN_SAMPLES", "3000"))
READERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "length": (
        read_duration,
        ("90 minutes", "1h30", "an hour and a half", "2 hours", "2 days", "half an hour", "1 hour 15 minutes"),
    ),
    "lead": (
        read_lead_times,
        ("7 days, 1 day, 1 hour", "1 week, 1 day and 2 hours", "1 day and 2 hours before", "2h30", "one week"),
    ),
    "quiet": (read_quiet, ("10pm to 7am", "22:00-07:00", "from 9pm until 8am", "midnight to 6am")),
    "period": (
        lambda words: read_period(words, now=NOW, zone=LONDON),
        ("this month", "next week", "December", "the next 30 days", "until 17 December", "from 1 to 12 December"),
    ),
    "repeat": (
        lambda words: read_repeat(words, START),
        (
            "weekly", "fortnightly", "monthly on the first Thursday", "every Thursday until 25 March", "every 3 weeks",
            "weekly except 24 December", "weekly for 6 weeks", "daily until 11 December", "weekly except August",
        ),
    ),
}  # fmt: skip


def answer(read: Callable[[str], object], words: str) -> object:
    """Return what was read, None where nothing was or a question is put."""
    try:
        found = read(words)
    except ValueError:
        return None
    return None if isinstance(found, Refusal | Choice) else found


@pytest.mark.parametrize("name", READERS)
def test_an_inserted_word_is_not_passed_over(name: str) -> None:
    read, phrases = READERS[name]
    chance = random.Random(name)
    silent: dict[str, object] = {}
    for _ in range(SAMPLES):
        phrase = chance.choice(phrases)
        before = answer(read, phrase)
        assert before is not None, phrase
        timely = chance.random() < 0.5
        word = chance.choice(TIMELY if timely else PLAIN)
        parts = phrase.split()
        at = chance.randint(0, len(parts))
        changed = " ".join((*parts[:at], word, *parts[at:]))
        found = answer(read, changed)
        # A reminder 'beforehand' is what a reminder is.
        meant = word == "beforehand" and name == "lead"
        if found is not None and not meant and (found == before) == timely:
            silent[changed] = found
    assert silent == {}


@pytest.mark.parametrize(
    "words",
    [
        "weekly from January", "weekly starting 7 January", "every Thursday in January", "weekly for stall 6 weeks",
        "weekly maybe", "weekly halfterm", "weekly or fortnightly", "every 3 weeks and every Thursday", "weekly at 7pm",
        "every 3 weeks; every Thursday", "weekly for 90 minutes", "Monday to Friday",
    ],
)  # fmt: skip
def test_a_repeat_that_says_more_is_not_read_unasked(words: str) -> None:
    assert isinstance(read_repeat(words, START), Refusal | Choice)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("weekly except August", "FREQ=WEEKLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYDAY=TH"),
        (
            "first Thursday of the month except August",
            "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYDAY=1TH",
        ),
        ("weekly, last session 17 December", "FREQ=WEEKLY;BYDAY=TH;UNTIL=20261217T235959Z"),
        ("same time every week", "FREQ=WEEKLY;BYDAY=TH"),
        ("weekly from 3 December", "FREQ=WEEKLY;BYDAY=TH"),
    ],
)
def test_a_repeat_with_its_bounds(words: str, rule: str) -> None:
    found = read_repeat(words, START)
    assert not isinstance(found, Refusal | Choice)
    assert found.rule == rule
