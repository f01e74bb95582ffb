"""Rules for zones and for exact instants: BST, GMT+1, Paris time, 2026-12-03T18:00Z."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.when.context import FARTHEST
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import Instant, Note
from bot.domain.when.words import text, token
from bot.domain.when.zones import ABBREVIATIONS, SHARED, Zone

_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*([+-])\s*([0-9]{1,2}):?([0-9]{2})?", re.IGNORECASE)
_UNREADABLE: Final = Note("dates.refused.no_such_day", "2026-12-03 18:00")


def zone_called(name: str) -> ZoneInfo | None:
    """Return the zone with that IANA name, in any case; None where there is none."""
    parts = [
        "_".join(word.capitalize() if word not in ("of", "es", "au") else word for word in part.split("_"))
        for part in name.lower().split("/")
    ]
    for spelling in dict.fromkeys((name, name.upper(), "/".join(parts))):
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _zone(match: Match) -> Zone | Note:
    item = token(match, "zone")
    name = "" if item is None else item.name
    if "/" in name:
        zone = zone_called(name)
        return Note("dates.refused.zone", "Thursday 6pm UK time") if zone is None else Zone(zone.key)
    known = name in ABBREVIATIONS or name in SHARED or name == "local"
    return Zone(name) if known else Note("dates.refused.zone", "Thursday 6pm UK time")


def _offset(match: Match) -> Zone | None:
    found = _OFFSET.fullmatch(text(match, "zone"))
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    return Zone("offset", (hours * 60 + minutes) * (-1 if found[1] == "-" else 1))


def _instant(match: Match) -> Instant | Note:
    words, _, bracket = text(match, "iso").partition("[")
    if bracket and zone_called(bracket.rstrip("]")) is None:
        return Note("dates.refused.zone", "2026-12-03T18:00+00:00")
    try:
        at = datetime.fromisoformat(words.replace(" ", "T", 1).replace(" ", "").upper())
    except ValueError:
        return _UNREADABLE
    return Instant(at.replace(microsecond=0)) if 1900 < at.year < FARTHEST else _UNREADABLE


RULES: Final = (
    Rule("zone=ZONEW", _zone),
    Rule("zone=OFFSET", _offset),
    Rule("iso=ISO", _instant),
)
