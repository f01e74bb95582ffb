"""Every word is accounted for: an inserted one never changes a reading silently, one about time is never ignored."""

import os
import random
import re

import pytest

from bot.domain.when import Choice, Refusal, read
from bot.domain.when.accounting import uses
from bot.domain.when.grammar import taken_apart
from bot.domain.when.lexer import plain, tokens_of
from bot.domain.when.readings import Resolved
from tests.domain.when.everyday import PLAIN, TIMELY
from tests.domain.when.scoring import FRESH, LONDON, OWN, PUBLIC, Row, rows_of

SAMPLES = int(os.environ.get("WHEN_SAMPLES", "3000"))
"""How many phrases are changed; 20,000 in the run whose figures docs/dates.md gives."""

COUNTED = frozenset(["speakers"])
"""What a number before it counts: '8 speakers' is no time."""
LEAVES_OUT = frozenset(["except", "excluding", "excl", "excluded", "omitting", "save", "without", "unless"])
LEFT_OUT = re.compile(r"\b(not|no|excl|except|excluding|skip|skipping|without|apart)\b", re.IGNORECASE)
"""Said twice over, 'not July or excl August' is what it was."""


def readable() -> list[tuple[Row, Resolved]]:
    """Return the phrases of the corpora that are read without a question."""
    found: list[tuple[Row, Resolved]] = []
    for row in (*rows_of(OWN), *rows_of(PUBLIC), *rows_of(FRESH)):
        reading = (
            read(row.phrase, now=row.now, zone=LONDON) if len(row.phrase) < 100 and not row.poll else None
        )
        if reading is not None and not isinstance(reading, Choice | Refusal):
            found.append((row, reading))
    return found


def changed(words: tuple[str, ...], seed: int) -> list[tuple[str, str, Row, Resolved]]:
    """Return phrases with one of `words` put somewhere into them."""
    chance, base = random.Random(seed), readable()
    found: list[tuple[str, str, Row, Resolved]] = []
    for _ in range(SAMPLES):
        row, reading = chance.choice(base)
        parts, word = row.phrase.split(), chance.choice(words)
        at = chance.randint(0, len(parts))
        if at and parts[at - 1].isdigit() and word in COUNTED:
            at = len(parts)
        found.append((" ".join((*parts[:at], word, *parts[at:])), word, row, reading))
    return found


def test_an_everyday_word_never_changes_a_reading_unasked() -> None:
    assert len(PLAIN) > 450
    silent: dict[str, object] = {}
    for phrase, _, row, before in changed(PLAIN, 1):
        reading = read(phrase, now=row.now, zone=LONDON)
        if not isinstance(reading, Choice | Refusal) and reading != before:
            silent[phrase] = reading
    assert silent == {}


def test_a_word_about_time_is_never_ignored() -> None:
    ignored: dict[str, object] = {}
    for phrase, word, row, before in changed(TIMELY, 2):
        reading = read(phrase, now=row.now, zone=LONDON)
        said = word.lower() in row.phrase.lower() or (word in LEAVES_OUT and LEFT_OUT.search(row.phrase))
        if reading == before and not said:
            ignored[phrase] = reading
    assert ignored == {}


@pytest.mark.parametrize(
    ("phrase", "roles"),
    [
        ("Pride march 27 June 12pm", ["title", "title", "date", "clock"]),
        ("KS2 meeting Thursday 4pm", ["title", "title", "date", "clock"]),
        ("strike week Tuesday", ["unknown", "noise", "date"]),
        ("Thursday 6pm with Rosa", ["date", "clock", "noise", "unknown"]),
        ("meeting with Rosa on Thursday 6pm", ["title", "noise", "title", "noise", "date", "clock"]),
        ("please, every Thursday at 6pm", ["noise", "noise", "repeat", "clock"]),
        ("room 4, Thursday 6pm", ["noise", "noise", "date", "clock"]),
    ],
)
def test_each_word_says_what_it_was_used_for(phrase: str, roles: list[str]) -> None:
    assert [use.role for use in uses(taken_apart(tokens_of(plain(phrase))))] == roles


@pytest.mark.parametrize("phrase", ["Thursday 6pm with Rosa", "Y9 Thursday 4pm", "hullabaloo Thursday 6pm"])
def test_a_word_that_nobody_can_place_is_asked_about_by_name(phrase: str) -> None:
    reading = read(phrase, now=rows_of(OWN)[0].now, zone=LONDON)
    assert isinstance(reading, Choice)
    assert (len(reading.readings), reading.reason) == (1, "dates.ask.word")
    assert reading.fields["word"] in phrase
