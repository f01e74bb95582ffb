"""One phrase as JSON in, its reading as JSON out: for support, bug reports and scoring other programs."""

import json
import re
from datetime import UTC, datetime
from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.when.describe import describe
from bot.domain.when.reader import read
from bot.domain.when.readings import Choice, Day, Days, Moment, Reading, Refusal, Series, Span

_BRACKET: Final = re.compile(r"(.+?)(?:\[([\w/+-]+)\])?")


def answer(line: str, *, now: datetime) -> str:
    """Answer one line `{"phrase": ..., "now": ISO or absent, "zone": IANA name or absent}`.

    `now` is used where the line has none. Never raise: what can't be read is answered with {"error": ...}.
    """
    try:
        asked = cast("object", json.loads(line))
    except ValueError:
        return _out({"error": "this line is not JSON"})
    if not isinstance(asked, dict):
        return _out({"error": "this line is not a JSON object"})
    fields = cast("dict[str, object]", asked)
    phrase = fields.get("phrase")
    if not isinstance(phrase, str):
        return _out({"error": 'a line needs "phrase", a string'})
    try:
        at, zone = _moment(fields.get("now"), now), _zone(fields)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        return _out({"phrase": phrase, "error": f"now or zone can't be read: {error}"})
    reading = read(phrase, now=at, zone=zone)
    return _out({"phrase": phrase, "words": describe(reading), **_fields(reading)})


def _out(fields: dict[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _moment(text: object, now: datetime) -> datetime:
    if text is None:
        return now
    found = _BRACKET.fullmatch(str(text))
    at = datetime.fromisoformat(found[1] if found else str(text))
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _zone(fields: dict[str, object]) -> ZoneInfo:
    found = _BRACKET.fullmatch(str(fields.get("now", "")))
    inside = found[2] if found and found[2] else "Europe/London"
    return ZoneInfo(str(fields.get("zone") or inside))


def _fields(reading: Reading) -> dict[str, object]:
    """Return the parts of a reading for JSON; times are ISO 8601 with an offset."""
    match reading:
        case Moment(at):
            return {"kind": "moment", "at": at.isoformat()}
        case Day(on, part):
            return {"kind": "day", "on": on.isoformat(), **({"part": part} if part else {})}
        case Span(start, end):
            return {"kind": "span", "start": start.at.isoformat(), "end": end.at.isoformat()}
        case Days(first, last):
            return {"kind": "days", "first": first.isoformat(), "last": last.isoformat()}
        case Series(rule, first, without):
            left_out = {"without": [day.isoformat() for day in without]} if without else {}
            return {"kind": "series", "rule": rule, "first": _fields(first), **left_out}
        case Choice(readings, reason):
            return {"kind": "choice", "reason": reason, "readings": [_fields(one) for one in readings]}
        case Refusal(reason, fields):
            return {"kind": "refusal", "reason": reason, "fields": dict(fields)}
