"""Whatever a member types into a form is read, or refused, within a tenth of a second of a processor."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.interests import read_languages
from bot.domain.keydates import read_ahead, read_date
from bot.domain.lead_times import read_lead_times
from bot.domain.links import read_link
from bot.domain.network import read_day
from bot.domain.quiet import read_quiet
from bot.domain.reports import read_goals
from bot.domain.when import read
from bot.domain.when.durations import read_duration
from bot.domain.when.offers import read_options
from bot.domain.when.term_lists import parse_terms

NOW, ZONE = datetime(2026, 3, 2, 10, tzinfo=UTC), ZoneInfo("Europe/London")
PARSERS: dict[str, Callable[[str], Any]] = {
    "languages": read_languages,
    "date": lambda words: read_date(words, now=NOW, zone=ZONE),
    "ahead": read_ahead,
    "leads": read_lead_times,
    "link": read_link,
    "day": read_day,
    "quiet": read_quiet,
    "goals": lambda words: read_goals(words, now=NOW, zone=ZONE),
    "when": lambda words: read(words, now=NOW, zone=ZONE),
    "duration": read_duration,
    "options": lambda words: read_options(words, now=NOW, zone=ZONE),
    "terms": lambda words: parse_terms(words, today=date(2026, 3, 2)),
}
PATTERNS = (
    "\n",
    "1\n",
    "a\n",
    "1",
    "31/12 ",
    "x; 20 march\n",
    "every second thursday ",
    ", ",
    "https://a.",
    "- ",
)


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_six_thousand_characters_take_no_time(parser: str, pattern: str) -> None:
    words = (pattern * 6_000)[:6_000]
    best = 1.0
    for _ in range(2):
        began = process_time()
        with suppress(ValueError):
            PARSERS[parser](words)
        best = min(best, process_time() - began)
    assert best < 0.1
