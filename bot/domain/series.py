"""Rules of series: which occurrences a repeat has, where it ends, and how a change from one on splits it.

A series is a first local time, a zone and an RFC 5545 rule. Occurrences are local times derived from these three each
time, never from the previous occurrence, so that nothing drifts: not at clock changes, and not after a month
without a 31st (RFC 5545, 3.3.10: such a month has none).
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.domain.local_time import local_time_of, local_to_utc
from bot.domain.when import Terms
from bot.domain.when.readings import parted
from bot.domain.when.termly import APART, days, frequency_of, is_termly, rules

# Occurrences are stored this long before they take place, and always at least the next one.
AHEAD = timedelta(days=63)
# The card of an occurrence is posted this long before it, but not before the previous one is over.
ANNOUNCED_AHEAD = timedelta(days=28)
ANNOUNCED_BEFORE = timedelta(minutes=5)
# Whether a series is still wanted is asked before every third occurrence, but not within eight weeks of the last time.
ASK_EVERY = 3
ASK_APART = timedelta(weeks=8)
ASK_AHEAD = timedelta(days=10)
MISSED_CHECKINS = 2
FARTHEST_YEAR = 2200

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Slot:
    """One occurrence as the rule gives it: its number from 1, its local time as text, and the instant in UTC."""

    number: int
    wall: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Pattern:
    """A series: local time of the first occurrence ('2026-11-26T18:00'), zone, and RRULE value.

    `rule` may have a part EXDATE with the days that were left out from the start (`Series.stored`).

    A rule that follows school terms (bot/domain/when/termly.py) has occurrences as far as `terms` are known.
    """

    first: str
    zone: ZoneInfo
    rule: str
    terms: Terms | None = None

    @property
    def by_terms(self) -> bool:
        """Whether the rule follows school terms."""
        return is_termly(self.rule)

    def slots(self) -> Iterator[Slot]:
        """Yield the occurrences in order; without end if the rule has none."""
        start = datetime.fromisoformat(self.first)
        stored, without = parted(self.rule)
        rule = _on_the_wall(stored, self.zone)
        walls: Iterable[datetime] = (
            _by_terms(rule, start, self.terms) if self.by_terms else rrulestr(rule, dtstart=start)
        )
        for number, wall in enumerate((wall for wall in walls if wall.date() not in without), 1):
            if wall.year >= FARTHEST_YEAR:
                return
            text = wall.strftime("%Y-%m-%dT%H:%M")
            yield Slot(number, text, local_to_utc(text, self.zone))

    def after(self, wall: str | None) -> Iterator[Slot]:
        """Yield the occurrences later than a local time; all when it is None.

        After the terms were edited, one may follow soon: one too close belongs to the same term.
        """
        apart = APART[frequency_of(self.rule)] if self.by_terms and wall is not None else timedelta()
        return (slot for slot in self.slots() if wall is None or _later(slot.wall, wall, apart))

    def up_to(self, wall: str) -> "Pattern | None":
        """Return the series that ends before the occurrence at `wall`; None when nothing is left of it."""
        before = None
        for slot in self.slots():
            if slot.wall >= wall:
                break
            before = slot
        if before is None:
            return None
        return self.ending_with(before)

    def from_on(self, wall: str, new: datetime | None = None) -> "Pattern | None":
        """Return the series from the occurrence at `wall` on, which takes place at `new` (aware) instead.

        None when the rule names several days, since it is unclear how it would move.
        """
        at = wall if new is None else local_time_of(new, self.zone)
        rule = self.rule if at[:10] == wall[:10] else self._carried(_day(wall), _day(at))
        if rule is None:
            return None
        parts = _parts(rule)
        if (left_out := _shifted(parts.pop("EXDATE", ""), _day(wall), _day(at))) != "":
            parts["EXDATE"] = left_out
        if "COUNT" in parts:
            gone = sum(
                1
                for _ in _until(
                    Pattern(self.first, self.zone, parted(self.rule)[0], self.terms).slots(), wall
                )
            )
            parts["COUNT"] = str(int(parts["COUNT"]) - gone)
        elif "UNTIL" in parts:
            shift = local_to_utc(at, self.zone) - local_to_utc(wall, self.zone)
            if shift > timedelta():
                parts["UNTIL"] = f"{_until_at(parts['UNTIL'], self.zone) + shift:%Y%m%dT%H%M%SZ}"
        return Pattern(at, self.zone, _text(parts), self.terms)

    def _carried(self, old: date, new: date) -> str | None:
        if not self.by_terms:
            return _carried(self.rule, old, new)
        found = rules(new, self.terms, frequency_of(self.rule))
        return _text(_parts(self.rule) | _parts(found[0])) if found else None

    def ending_with(self, last: Slot) -> "Pattern":
        """Return the series that ends with an occurrence."""
        until = f"{_endless(self.rule)};UNTIL={last.starts_at:%Y%m%dT%H%M%SZ}"
        return Pattern(self.first, self.zone, until, self.terms)

    def asked(self, upto: str, before: int = 0) -> set[str]:
        """Return the local times up to `upto` before which is asked whether the series is still wanted.

        `before` is how many occurrences it had before it was split off another series.
        """
        asked, last, since = set[str](), -before, _day(self.first)
        for slot in self.slots():
            if slot.wall > upto:
                break
            day = _day(slot.wall)
            if slot.number - last >= ASK_EVERY and day - since >= ASK_APART:
                asked.add(slot.wall)
                last, since = slot.number, day
        return asked

    def first_slots(self, many: int) -> list[Slot]:
        """Return the first occurrences."""
        return list(islice(self.slots(), many))


def months_without(pattern: Pattern) -> list[int]:
    """Return the months (1 to 12), in order, without an occurrence because they lack such a day."""
    parts = _parts(pattern.rule)
    day = parts.get("BYMONTHDAY", "")
    if not day.isdecimal() or int(day) < 29 or parts.get("FREQ") not in ("MONTHLY", "YEARLY"):
        return []
    step = int(parts.get("INTERVAL", "1")) * (12 if parts["FREQ"] == "YEARLY" else 1)
    begin = _day(pattern.first)
    at = range(begin.year * 12 + begin.month - 1, (begin.year + 8) * 12, step)
    return sorted({month % 12 + 1 for month in at if monthrange(month // 12, month % 12 + 1)[1] < int(day)})


def announced_at(starts_at: datetime, before: datetime | None, now: datetime) -> datetime:
    """Return when to post the card of an occurrence: not before the previous one is over (`before`), nor late."""
    at = max(now, before or now, starts_at - ANNOUNCED_AHEAD)
    return min(at, max(now, starts_at - ANNOUNCED_BEFORE))


def _later(wall: str, before: str, apart: timedelta) -> bool:
    if wall <= before:
        return False
    return not apart or _day(wall) - _day(before) >= apart


def _by_terms(rule: str, start: datetime, terms: Terms | None) -> Iterator[datetime]:
    until = _parts(rule).get("UNTIL")
    for day in days(rule, terms, start.date()):
        wall = datetime.combine(day, start.time())
        if until is not None and f"{wall:%Y%m%dT%H%M%S}" > until:
            return
        yield wall


def _until(slots: Iterator[Slot], wall: str) -> Iterator[Slot]:
    for slot in slots:
        if slot.wall >= wall:
            return
        yield slot


def _day(wall: str) -> date:
    return date.fromisoformat(wall[:10])


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";") if "=" in part)


def _text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _endless(rule: str) -> str:
    return _text({name: value for name, value in _parts(rule).items() if name not in ("COUNT", "UNTIL")})


def _until_at(until: str, zone: ZoneInfo) -> datetime:
    if "T" not in until:
        return datetime.strptime(until + "235959", "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    return datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _shifted(left_out: str, old: date, new: date) -> str:
    """Return the days left out after `old`, moved along with it to `new`."""
    days = [date.fromisoformat(day) for day in left_out.split(",") if day]
    return ",".join(f"{day + (new - old):%Y%m%d}" for day in days if day > old)


def _on_the_wall(rule: str, zone: ZoneInfo) -> str:
    """Return the rule with UNTIL in local time, like the occurrences, since dateutil wants both alike."""
    parts = _parts(rule)
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until_at(parts['UNTIL'], zone).astimezone(zone):%Y%m%dT%H%M%S}"
    return _text(parts)


def _carried(rule: str, old: date, new: date) -> str | None:
    """Return a rule that fits `old` changed to fit `new`: another weekday, another day of the month."""
    parts = _parts(rule)
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    if len(days) > 1 or "," in parts.get("BYMONTHDAY", "") or "BYSETPOS" in parts:
        return None
    if days and days[0][:-2]:
        last = days[0].startswith("-") and (new + timedelta(days=7)).month != new.month
        parts["BYDAY"] = f"{-1 if last else (new.day - 1) // 7 + 1}{_CODES[new.weekday()]}"
        if not last and new.day > 28:
            parts["BYDAY"] = f"-1{_CODES[new.weekday()]}"  # a fifth one is missing in most months
    elif days:
        parts["BYDAY"] = _CODES[new.weekday()]
    if "BYMONTHDAY" in parts:
        last = parts["BYMONTHDAY"] == "-1" and (new + timedelta(days=1)).month != new.month
        parts["BYMONTHDAY"] = "-1" if last else str(new.day)
    if "BYMONTH" in parts:
        parts["BYMONTH"] = str(new.month)
    return _text(parts) if old != new else rule
