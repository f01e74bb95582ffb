"""Every example that the bot prints can be typed back to it, on any day."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.when import Choice, Refusal, read, read_duration, read_options, read_period, read_repeat
from bot.domain.when.fresh import fresh
from tests.domain.when.scoring import LONDON, OWN, rows_of
from tests.domain.when.test_terms import TERMS
from tests.uses import ROOT

CONTENT = ROOT / "bot/content/en-GB"
DAYS = [datetime(2026, 11, 30, 10, 30, tzinfo=UTC) + timedelta(days=days) for days in range(0, 760, 19)]
Reader = Callable[[str, datetime], object]


def a_time(words: str, now: datetime) -> object:
    return read(words, now=now, zone=LONDON, terms=TERMS)


def times(words: str, now: datetime) -> object:
    readings = read_options(words, now=now, zone=LONDON)
    return next((one for one in readings if isinstance(one, Choice | Refusal)), readings)


def a_length(words: str, _: datetime) -> object:
    return read_duration(words)


def a_period(words: str, now: datetime) -> object:
    return read_period(words, now=now, zone=LONDON)


def a_repeat(words: str, now: datetime) -> object:
    start = read("second Thursday of next month 6pm", now=now, zone=LONDON)
    assert not isinstance(start, Choice | Refusal)
    return read_repeat(words, cast("Any", start))


READERS: dict[str, Reader] = {
    "when": a_time, "date": a_time, "deadline": a_time, "closes": a_time, "apply": a_time, "renews": a_time,
    "begins": a_time, "next": a_time, "options": times, "duration": a_length, "period": a_period, "repeat": a_repeat,
    "past": a_time, "one_day": a_time, "no_time": a_time, "not_one_time": a_time, "too_few": times, "range": a_length,
}  # fmt: skip
"""By the last name of a text's key: how what it gives as an example is read."""
SAID = re.compile(r"[Ff]or example:? (?P<words>.+?)(?:\. |\.$|$)")
APART = re.compile(r"; |, or:? | or: ")
ON_THE_DAY = frozenset({"dates.ask.today_or_week", "dates.ask.next_year", "dates.ask.today_or_month"})
"""Questions that any day by its name or date calls for on that day, or just after it."""
NONE = frozenset({"none", "usual", "a week later"})
"""Words that the option itself knows, or that are counted from a meeting."""


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each text below a folder with its key."""
    for path in sorted(folder.rglob("*.toml")):
        found = tomllib.loads(path.read_text("utf-8"))
        yield from walk(found, path.stem)


def walk(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inside in cast("dict[str, object]", value).items():
            yield from walk(inside, f"{key}.{name}")


def printed() -> Iterator[tuple[str, str]]:
    for key, text in texts(CONTENT):
        name = key.removesuffix(".hint").rpartition(".")[2]
        found = SAID.search(text)
        if found is None or name not in READERS or "{" in found["words"] or "http" in found["words"]:
            continue
        match name:
            case "options" | "too_few":
                apart = [found["words"]]
            case "period":
                apart = found["words"].partition(";")[0].split(", ")
            case _:
                apart = APART.split(found["words"])
        for words in apart:
            words = words.strip().removeprefix("or: ")
            if words not in NONE and "term" not in words:
                yield name, words


@pytest.mark.parametrize(("name", "words"), sorted(set(printed())))
def test_every_example_in_the_content_is_read(name: str, words: str) -> None:
    for now in DAYS:
        reading = READERS[name](words, now)
        asked = isinstance(reading, Choice) and reading.reason not in ON_THE_DAY
        assert not asked, (words, now, reading)
        assert not isinstance(reading, Refusal), (words, now, reading)


def test_there_are_examples_to_try() -> None:
    assert len(set(printed())) > 15


@pytest.mark.parametrize("phrase", [row.phrase for row in rows_of(OWN)][::3])
def test_what_a_refusal_suggests_is_read_that_very_day(phrase: str) -> None:
    for now in DAYS[::7]:
        reading = read(phrase, now=now, zone=LONDON)
        if isinstance(reading, Refusal):
            again = read(reading.fields["example"], now=now, zone=LONDON, terms=TERMS)
            assert not isinstance(again, Refusal), (phrase, now, reading.fields["example"], again)


def test_days_are_moved_by_weeks_and_keep_their_weekday() -> None:
    refusal = Refusal("dates.refused.past", {"example": "Thursday 3 December, 6pm"})
    assert (
        fresh(refusal, datetime(2027, 6, 2, tzinfo=UTC).date()).fields["example"] == "Thursday 17 June, 6pm"
    )
    assert fresh(Refusal("x", {"example": "every Thursday at 6pm"}), DAYS[3].date()).fields["example"] == (
        "every Thursday at 6pm"
    )
