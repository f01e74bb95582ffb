"""Whether a reading is what a row of a corpus wants; the forms of a row are told in docs/dates.md."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.domain.when import Choice, Day, Days, Moment, Reading, Refusal, Series, Span, read, read_options
from bot.domain.when.readings import Resolved

LONDON = ZoneInfo("Europe/London")
OWN = Path(__file__).with_name("corpus_own.jsonl")
PUBLIC = Path(__file__).with_name("corpus_public.jsonl")
FRESH = Path(__file__).with_name("corpus_fresh.jsonl")


@dataclass(frozen=True, slots=True)
class Row:
    """One phrase, when it was said, and every answer that is right; None among them is a refusal."""

    name: str
    phrase: str
    now: datetime
    wanted: tuple[Any, ...]
    contestable: bool
    poll: bool = False


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a corpus file."""
    found: list[Row] = []
    for line in path.read_text("utf-8").splitlines():
        fields = cast("dict[str, Any]", json.loads(line))
        instant = re.fullmatch(r"(.+?)\[(.+)\]", fields["now"])
        assert instant is not None
        now = datetime.fromisoformat(instant[1]).astimezone(ZoneInfo(instant[2]))
        wanted = (fields["expect"], *fields.get("accept", []))
        tags = cast("list[str]", fields.get("tags", []))
        poll = fields.get("category") == "poll"
        found.append(Row(fields["id"], fields["phrase"], now, wanted, "contestable" in tags, poll))
    return found


def outcome(row: Row) -> str:
    """Return 'right', 'refused' (or asked though plain), or what was wrongly answered."""
    reading = read(row.phrase, now=row.now, zone=LONDON)
    if isinstance(reading, Choice) and reading.reason == "dates.ask.word":
        # One press on the right reading, which the question shows.
        return "right" if _is_any(reading, row) else f"asked: {reading}"
    if isinstance(reading, Refusal | Choice):
        asked = isinstance(reading, Choice) and row.contestable
        fine = any(want is None or (isinstance(want, dict) and "ambiguous" in want) for want in row.wanted)
        return "right" if asked or fine else f"refused: {reading}"
    return "right" if any(_is(reading, want) for want in row.wanted) else f"wrong: {reading}"


def verdict(row: Row) -> str:
    """Return 'right', 'shown' (asked, with the right one among the answers), 'refused', 'asked wrongly' or 'silent'."""
    refusable = any(want is None for want in row.wanted)
    askable = refusable or any(isinstance(want, dict) and "ambiguous" in want for want in row.wanted)
    if row.poll:
        options = read_options(row.phrase, now=row.now, zone=LONDON)
        wanted = [cast("list[Any]", want) for want in row.wanted if isinstance(want, list)]
        shown = [one.readings if isinstance(one, Choice) else (one,) for one in options]
        hit = any(
            len(shown) == len(want)
            and all(
                any(not isinstance(one, Refusal) and _is(one, w) for one in s)
                for s, w in zip(shown, want, strict=True)
            )
            for want in wanted
        )
        plain = all(isinstance(one, Moment | Span) for one in options)
    else:
        reading = read(row.phrase, now=row.now, zone=LONDON)
        options = [reading]
        plain = not isinstance(reading, Choice | Refusal)
        offered = (
            ()
            if isinstance(reading, Refusal)
            else reading.readings
            if isinstance(reading, Choice)
            else (reading,)
        )
        hit = any(_is(one, want) for one in offered for want in row.wanted)
    if hit:
        return "right" if plain else "shown"
    if any(isinstance(one, Refusal) for one in options):
        return "right" if refusable or askable else "refused"
    # In a poll a day without a time and a series are asked about before anything is posted.
    return "silent" if plain else "right" if askable else "asked wrongly"


def _is_any(choice: Choice, row: Row) -> bool:
    return any(want is None or any(_is(one, want) for one in choice.readings) for want in row.wanted)


def _is(reading: Resolved, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return _same(_start(reading), wanted) and not isinstance(reading, Series)
    want = cast("dict[str, Any]", wanted or {"ambiguous": []})
    if "ambiguous" in want:
        return False
    if "window" in want:
        return isinstance(reading, Day) and _same(reading.on, want["window"][0][:10])
    if "rrule" in want:
        return isinstance(reading, Series) and _is_series(reading, want)
    match reading:
        case Span(start, end):
            return _same(start.at, want["start"]) and _same(end.at, want["end"])
        case Days(first, last):
            return _same(first, want["start"]) and _same(last, want["end"])
        case _:
            return False


def _is_series(reading: Series, want: dict[str, Any]) -> bool:
    start = _start(reading.first)
    if not _same(start, want["start"]):
        return False
    if [day.isoformat() for day in reading.without] != want.get("without", []):
        return False
    if "end" in want and not (isinstance(reading.first, Span) and _same(reading.first.end.at, want["end"])):
        return False
    return occurrences(reading.rule, start) == occurrences(want["rrule"], start)


def occurrences(rule: str, start: datetime | date, most: int = 14) -> list[datetime]:
    """Return the first times of a series, by dateutil."""
    if not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day, tzinfo=UTC)
        rule = re.sub(r"UNTIL=(\d{8})(?=;|$)", r"UNTIL=\1T235959Z", rule)
    found: list[datetime] = []
    for one in rrulestr(rule, dtstart=start):
        found.append(one.astimezone(UTC))
        if len(found) == most:
            break
    return found


def _start(reading: Resolved | Reading) -> datetime | date:
    match reading:
        case Moment(at):
            return at
        case Day(on):
            return on
        case Span(start):
            return start.at
        case Days(first):
            return first
        case Series(first=first):
            return _start(first)
        case _:
            raise TypeError(reading)


def _same(got: datetime | date, want: str) -> bool:
    if len(want) == 10:
        day = got.astimezone(LONDON).date() if isinstance(got, datetime) else got
        return day == date.fromisoformat(want)
    return isinstance(got, datetime) and got.astimezone(UTC) == datetime.fromisoformat(want).astimezone(UTC)


def day_after(day: date) -> date:
    """Return the next day."""
    return day + timedelta(days=1)
