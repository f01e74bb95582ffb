"""Zones as people write them, and the instants that a local time has in them.

An abbreviation names an offset, but people write the one they are used to all year round: BST in
winter, GMT or CET in summer. So an abbreviation counts if its zone uses it on that day, and is asked
otherwise. Abbreviations that several countries share (IST, CST) are always asked.
Source: the IANA time zone database, through zoneinfo.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.context import Piece
from bot.domain.when.days import make_date

# Abbreviation: minutes from UTC, and the zone that uses it for part of the year ('' when it never changes).
ABBREVIATIONS: Final[dict[str, tuple[int, str]]] = {
    "utc": (0, ""),
    "z": (0, ""),
    "gmt": (0, "Europe/London"),
    "bst": (60, "Europe/London"),
    "wet": (0, "Europe/Lisbon"),
    "west": (60, "Europe/Lisbon"),
    "cet": (60, "Europe/Brussels"),
    "cest": (120, "Europe/Brussels"),
    "eet": (120, "Europe/Athens"),
    "eest": (180, "Europe/Athens"),
    "msk": (180, "Europe/Moscow"),
    "est": (-300, "America/New_York"),
    "edt": (-240, "America/New_York"),
    "cdt": (-300, "America/Chicago"),
    "mst": (-420, "America/Denver"),
    "mdt": (-360, "America/Denver"),
    "pst": (-480, "America/Los_Angeles"),
    "pdt": (-420, "America/Los_Angeles"),
    "sast": (120, ""),
    "eat": (180, ""),
    "wat": (60, ""),
    "cat": (120, ""),
    "jst": (540, ""),
    "hkt": (480, ""),
    "pkt": (300, ""),
    "aest": (600, "Australia/Sydney"),
    "aedt": (660, "Australia/Sydney"),
    "zulu": (0, ""),
    "awst": (480, ""),
    "sgt": (480, ""),
    "pht": (480, ""),
    "kst": (540, ""),
    "wib": (420, ""),
    "ict": (420, ""),
    "npt": (345, ""),
    "trt": (180, ""),
    "brt": (-180, ""),
    "art": (-180, ""),
    "clt": (-240, "America/Santiago"),
    "clst": (-180, "America/Santiago"),
    "cot": (-300, ""),
    "pet": (-300, ""),
    "vet": (-240, ""),
    "bot": (-240, ""),
    "hst": (-600, ""),
    "nzst": (720, "Pacific/Auckland"),
    "nzdt": (780, "Pacific/Auckland"),
}
SHARED: Final[dict[str, tuple[str, ...]]] = {
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
REGIONS: Final[dict[str, str]] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
# These are also words: a zone only in capitals.
CASED: Final = frozenset(
    (
        "west",
        "wet",
        "eat",
        "cat",
        "wat",
        "art",
        "cot",
        "pet",
        "vet",
        "bot",
        "et",
        "ct",
        "mt",
        "pt",
        "ast",
        "z",
    )
)
PLACES: Final[dict[str, str]] = {
    "uk": "Europe/London",
    "british": "Europe/London",
    "london": "Europe/London",
    "english": "Europe/London",
    "welsh": "Europe/London",
    "scottish": "Europe/London",
    "cardiff": "Europe/London",
    "belfast": "Europe/London",
    "edinburgh": "Europe/London",
    "irish": "Europe/Dublin",
    "dublin": "Europe/Dublin",
    "central european": "Europe/Brussels",
    "brussels": "Europe/Brussels",
    "geneva": "Europe/Zurich",
    "paris": "Europe/Paris",
    "french": "Europe/Paris",
    "berlin": "Europe/Berlin",
    "german": "Europe/Berlin",
    "madrid": "Europe/Madrid",
    "barcelona": "Europe/Madrid",
    "spanish": "Europe/Madrid",
    "lisbon": "Europe/Lisbon",
    "rome": "Europe/Rome",
    "italian": "Europe/Rome",
    "athens": "Europe/Athens",
    "kyiv": "Europe/Kyiv",
    "istanbul": "Europe/Istanbul",
    "turkish": "Europe/Istanbul",
    "moscow": "Europe/Moscow",
    "eastern": "America/New_York",
    "new york": "America/New_York",
    "washington": "America/New_York",
    "central": "America/Chicago",
    "chicago": "America/Chicago",
    "pacific": "America/Los_Angeles",
    "havana": "America/Havana",
    "cuban": "America/Havana",
    "bogota": "America/Bogota",
    "bogotá": "America/Bogota",
    "colombian": "America/Bogota",
    "caracas": "America/Caracas",
    "mexico city": "America/Mexico_City",
    "buenos aires": "America/Argentina/Buenos_Aires",
    "santiago": "America/Santiago",
    "jerusalem": "Asia/Jerusalem",
    "ramallah": "Asia/Hebron",
    "gaza": "Asia/Gaza",
    "palestine": "Asia/Gaza",
    "beirut": "Asia/Beirut",
    "cairo": "Africa/Cairo",
    "nairobi": "Africa/Nairobi",
    "lagos": "Africa/Lagos",
    "accra": "Africa/Accra",
    "johannesburg": "Africa/Johannesburg",
    "delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "kolkata": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "dhaka": "Asia/Dhaka",
    "karachi": "Asia/Karachi",
    "kathmandu": "Asia/Kathmandu",
    "manila": "Asia/Manila",
    "tokyo": "Asia/Tokyo",
    "sydney": "Australia/Sydney",
}


@dataclass(frozen=True, slots=True)
class Wall:
    """The instants that a local time means, in the asked zone; `ask` as in Options."""

    moments: tuple[datetime, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Zone(Piece):
    """A zone that was named: an abbreviation, a place, an offset in minutes; 'local' is the asked one."""

    name: str
    offset: int | None = None
    kind = "ZONE"


def wall(day: date, second: int, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the instants when clocks in `zone` show that second of `day`: none, one or two.

    24:00 is the next midnight. A local time inside the spring change does not exist.
    """
    days, second = divmod(second, 86_400)
    real = make_date(day.year, day.month, day.day)
    if real is None:
        return ()
    base = datetime(real.year, real.month, real.day, tzinfo=zone) + timedelta(days=days)
    first = base.replace(hour=second // 3600, minute=second // 60 % 60, second=second % 60, fold=0)
    later = first.replace(fold=1)
    if first.utcoffset() == later.utcoffset():
        return (first,)
    exists = first.astimezone(UTC).astimezone(zone).replace(fold=0) == first
    return (first, later) if exists else ()


def instants(day: date, second: int, asked: ZoneInfo, named: tuple[Zone, ...]) -> Wall:
    """Return the instants meant by a local time with the zones named next to it."""
    if not named:
        return _in_zone(day, second, asked, asked)
    if len(named) == 2:
        return _agreed(day, second, asked, named)
    return _named(day, second, asked, named[0])


def _in_zone(day: date, second: int, zone: tzinfo, asked: ZoneInfo) -> Wall:
    found = wall(day, second, zone)
    if found:
        return Wall(
            tuple(one.astimezone(asked) for one in found), "dates.ask.twice" if len(found) > 1 else ""
        )
    # Skipped by the spring change: offer what the clocks show an hour later.
    before, after = wall(day, second - 3600, zone), wall(day, second + 3600, zone)
    return Wall(tuple(one.astimezone(asked) for one in (*before[:1], *after[:1])), "dates.ask.skipped")


def _at_offset(day: date, second: int, minutes: int, asked: ZoneInfo) -> Wall:
    return _in_zone(day, second, timezone(timedelta(minutes=minutes)), asked)


def _named(day: date, second: int, asked: ZoneInfo, zone: Zone) -> Wall:
    if zone.offset is not None:
        return _at_offset(day, second, zone.offset, asked)
    if zone.name == "local":
        return _in_zone(day, second, asked, asked)
    if zone.name in SHARED:
        each = [_in_zone(day, second, ZoneInfo(name), asked) for name in SHARED[zone.name]]
        return Wall(tuple(dict.fromkeys(one.moments[0] for one in each if one.moments)), "dates.ask.zone")
    if zone.name not in ABBREVIATIONS:
        return _in_zone(day, second, ZoneInfo(zone.name), asked)
    offset, home = ABBREVIATIONS[zone.name]
    literal = _at_offset(day, second, offset, asked)
    if not home:
        return literal
    usual = wall(day, second, ZoneInfo(home))
    if any(one.utcoffset() == timedelta(minutes=offset) for one in usual):
        return literal
    meant = _in_zone(day, second, ZoneInfo(home), asked)
    return Wall(tuple(dict.fromkeys((*literal.moments, *meant.moments))), "dates.ask.zone")


def _agreed(day: date, second: int, asked: ZoneInfo, named: tuple[Zone, ...]) -> Wall:
    """A zone and its offset, as in 'UK time, BST': the offset decides which pass of a repeated hour."""
    one, other = (_named(day, second, asked, zone) for zone in named)
    contested = "dates.ask.zone" in (one.ask, other.ask)
    both = tuple(moment for moment in one.moments if any(_same(moment, again) for again in other.moments))
    if len(both) == 1 and not contested:
        return Wall(both)
    return Wall(tuple(dict.fromkeys((*one.moments, *other.moments))), "dates.ask.zone")


def _same(one: datetime, other: datetime) -> bool:
    return one.astimezone(UTC) == other.astimezone(UTC)
