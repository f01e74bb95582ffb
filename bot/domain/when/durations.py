"""Lengths: `duration:` in words."""

import re
from datetime import timedelta
from typing import Final

from bot.domain.when.grammar import LONGEST, parse
from bot.domain.when.readings import Refusal
from bot.domain.when.tokens import Length, Stretch

_UNREAD: Final = Refusal("dates.refused.length", {"example": "90 minutes"})
_FIGURES: Final = re.compile(r"([0-9]):([0-5][0-9])|([0-9])\.(5|25|75)")
_PARTS: Final = {"5": 30, "25": 15, "75": 45}
_HARMLESS: Final = ("FILLER", "COMMA", "FOR", "AND", "EVENT")
_LONGEST: Final = timedelta(days=31)


def read_duration(words: str) -> timedelta | Refusal:
    """Return the length in `words`: '1h30', '90 minutes', 'an hour and a half', '2 days'; '1:30' and '1.5' are hours.

    A number alone is refused, since '2' may be hours and '90' minutes.
    """
    if len(words) > LONGEST:
        return _UNREAD
    figures = _FIGURES.fullmatch(words.strip())
    if figures is not None:
        hours, minutes = (
            int(figures[1] or figures[3]),
            int(figures[2] or 0) or _PARTS.get(figures[4] or "", 0),
        )
        return timedelta(hours=hours, minutes=minutes) or _UNREAD
    found: list[timedelta] = []
    for item in parse(words):
        length = _length(item)
        if length is not None:
            found.append(length)
        elif item.kind not in _HARMLESS:
            return _UNREAD
    if len(found) != 1 or not timedelta() < found[0] <= _LONGEST:
        return _UNREAD
    return found[0]


def _length(item: object) -> timedelta | None:
    if isinstance(item, Length) and not item.doubtful:
        return timedelta(minutes=item.minutes)
    if isinstance(item, Stretch) and not item.doubtful and item.plus_days and item.number <= 31:
        return timedelta(days=item.plus_days)
    return None
