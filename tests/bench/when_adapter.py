"""`read(phrase, now)` in the form that the corpus scorer takes: `score.py tests.bench.when_adapter:read`."""

from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.domain import when
from bot.domain.when import Choice, Day, Days, Moment, Reading, Refusal, Series, Settled, Span

_LONDON = ZoneInfo("Europe/London")

Instant: TypeAlias = datetime | date
Scored: TypeAlias = Instant | tuple[Instant, Instant] | dict[str, object] | None


def read(phrase: str, now: datetime) -> Scored:
    """Read `phrase` as a member in the United Kingdom who typed it at `now` (aware)."""
    return scored(
        when.read(phrase, now=now, zone=now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else _LONDON)
    )


def scored(reading: Reading) -> Scored:
    """Return a reading in the scorer's form."""
    match reading:
        case Refusal():
            return None
        case Choice(readings):
            return {"ambiguous": [_settled(one) for one in readings]}
        case _:
            return _settled(reading)


def _settled(reading: Settled) -> Scored:
    match reading:
        case Moment(at):
            return at
        case Day(on):
            return on
        case Span(start, end):
            return (start.at, end.at)
        case Days(first, last):
            return (first, last)
        case Series(rule, first):
            return _series(rule, first)


def _series(rule: str, first: Moment | Span | Day) -> dict[str, object]:
    match first:
        case Span(start, end):
            return {"rrule": rule, "start": start.at, "end": end.at}
        case Moment(at):
            return {"rrule": rule, "start": at}
        case Day(on):
            return {"rrule": rule, "start": on}
