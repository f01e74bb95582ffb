"""Several times offered at once, for a poll: 'Tue 6pm, Wed 7pm or Thu lunchtime' gives three readings."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.bare_numbers import resolved_numbers
from bot.domain.when.context import Context, Piece
from bot.domain.when.fresh import fresh
from bot.domain.when.grammar import LONGEST, parse
from bot.domain.when.reader import read
from bot.domain.when.readings import Reading, Refusal
from bot.domain.when.resolve_dates import resolve_segment
from bot.domain.when.segments import segments_of
from bot.domain.when.spans import each_offered
from bot.domain.when.terms import Terms
from bot.domain.when.tokens import Length
from bot.domain.when.unused_words import Rest, check

_MOST_LINES: Final = 25
_POINTS: Final = ("DATE", "CLOCK", "SPANC", "PART", "ZONE", "LENGTH", "NOISE")


def read_options(words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None = None) -> list[Reading]:
    """Return one reading for each time offered, as ordered; a single Refusal when one can't be read.

    Lines are separate offers. Inside a line commas, 'or' and 'and' separate them; a day or time given once applies
    to its neighbours ('Tuesday or Wednesday 6pm'), and a range of days with a time is an offer each
    ('Monday to Wednesday 6pm'). A reading may itself be a Choice.
    """
    lines = [line for line in words.splitlines() if line.strip()][:_MOST_LINES]
    readings = [reading for line in lines for reading in _freshened(line, now, zone, terms)]
    refused = next((one for one in readings if isinstance(one, Refusal)), None)
    if refused is not None:
        return [refused]
    return (
        list(dict.fromkeys(readings))
        if readings
        else [Refusal("dates.refused.unread", {"example": "Thursday 6pm"})]
    )


def _freshened(words: str, now: datetime, zone: ZoneInfo, terms: Terms | None) -> list[Reading]:
    together = _line(words, now, zone, terms)
    if together is None:
        return [read(words, now=now, zone=zone, terms=terms)]
    today = now.astimezone(zone).date()
    return [fresh(one, today) if isinstance(one, Refusal) else one for one in together]


def _line(words: str, now: datetime, zone: ZoneInfo, terms: Terms | None) -> list[Reading] | None:
    """Return what one line offers; None where it offers one thing, to be read by itself."""
    if len(words) > LONGEST:
        return [Refusal("dates.refused.long", {"example": "Thursday 6pm"})]
    context = Context(now.astimezone(zone), zone, terms)
    items = parse(words)
    each = each_offered(items, context)
    if each is not None:
        return each
    if any(isinstance(item, Piece) and item.kind not in _POINTS for item in items):
        return None
    items = resolved_numbers(items, context)[0]
    rest = check(items)
    if isinstance(rest, Refusal):
        return [rest]
    lengths = {item.minutes for item in items if isinstance(item, Length)}
    segments = segments_of(items)
    if len(segments) < 2 or len(lengths) > 1:
        return None
    minutes = next(iter(lengths), None)
    return [
        resolve_segment(segment, context, Rest(rest.unknown, rest.maybe), minutes) for segment in segments
    ]
