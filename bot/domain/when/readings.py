"""What a phrase can mean: one small frozen type for each kind, to match on.

match read(words, now=now, zone=zone):
    case Moment(at): ...                  # an exact time
    case Day(on): ...                     # a day, no time was given: ask for one
    case Span(start, end): ...            # start and end, both Moments
    case Days(first, last): ...           # whole days, the last one included
    case Series(rule, first): ...         # RFC 5545 RRULE, first is a Moment, a Span or a Day
    case Choice(readings): ...            # put them to the person as buttons
    case Refusal(reason, fields): ...     # texts(reason, **fields); fields["example"] would work
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["morning", "lunchtime", "afternoon", "teatime", "evening", "night"]

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """An exact time. `at` is aware, in the asked zone, and exists on its clock; fold distinguishes repeated hours."""

    at: datetime

    @property
    def utc(self) -> datetime:
        """The same instant in UTC."""
        return self.at.astimezone(UTC)

    def __eq__(self, other: object) -> bool:
        # datetimes in one zone compare by local time, and would treat both passes of 01:30 as one
        return isinstance(other, Moment) and self.utc == other.utc

    def __hash__(self) -> int:
        return hash(self.utc)


@dataclass(frozen=True, slots=True)
class Day:
    """A day without a time; `part` is set when only a part of it was named ('tomorrow evening')."""

    on: date
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to a later one."""

    start: Moment
    end: Moment


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days from `first` to `last`, the last one included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Series:
    """Something that recurs: `rule` is an RFC 5545 RRULE value (no 'RRULE:'), `first` the first time.

    The rule is in local time of the zone of `first`. UNTIL is in UTC where `first` has a time, else a day.
    A Span as `first` gives the length of every occurrence; a Day means that no time was given. `without` are the days
    of the rule on which nothing happens (RFC 5545's EXDATE), in order.
    """

    rule: str
    first: "Moment | Span | Day"
    without: tuple[date, ...] = ()

    @property
    def stored(self) -> str:
        """Return the rule including the days left out ('EXDATE=20261224,20261231'): one text to store."""
        return self.rule + (
            f";EXDATE={','.join(f'{day:%Y%m%d}' for day in self.without)}" if self.without else ""
        )

    @classmethod
    def of_stored(cls, rule: str, first: "Moment | Span | Day") -> "Series":
        """Return the series that `stored` wrote."""
        rule, without = parted(rule)
        return cls(rule, first, without)


def parted(rule: str) -> tuple[str, tuple[date, ...]]:
    """Return a stored rule as the RRULE value and the days left out."""
    kept = [part for part in rule.split(";") if not part.startswith("EXDATE=")]
    days = [day for part in rule.split(";") if part.startswith("EXDATE=") for day in part[7:].split(",")]
    return ";".join(kept), tuple(date.fromisoformat(day) for day in days)


Resolved: TypeAlias = Moment | Day | Span | Days | Series


@dataclass(frozen=True, slots=True)
class Choice:
    """Several readings to choose from; `reason` is the text key of the question."""

    readings: tuple[Resolved, ...]
    reason: str = "dates.ask.which"
    fields: Mapping[str, str] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing usable: `reason` is a text key under 'dates.', `fields` fill it; 'example' is a phrase that works."""

    reason: str
    fields: Mapping[str, str] = field(default_factory=lambda: NO_FIELDS, hash=False)


Reading: TypeAlias = Moment | Day | Span | Days | Series | Choice | Refusal
