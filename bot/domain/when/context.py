"""The context a phrase is read in, and the types that every part of a reading shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from bot.domain.when.readings import Refusal
from bot.domain.when.terms import Terms

# Whether the time that was named is still to come on a day; None when no time was named.
Ahead: TypeAlias = Callable[[date], bool] | None

FARTHEST = 2100  # no meeting is planned later; arithmetic before it can't overflow


@dataclass(frozen=True, slots=True)
class Context:
    """The instant of speaking, in the asked zone (aware), that zone, and the guild's terms."""

    now: datetime
    zone: ZoneInfo
    terms: Terms | None

    @property
    def today(self) -> date:
        """The day of speaking, in the asked zone."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Options:
    """The days or times that something can mean; `ask` is the question to ask, even where only one is left."""

    days: tuple[date, ...]
    ask: str = ""


class Piece:
    """Something that a rule has made from tokens; every subclass has its own kind."""

    __slots__ = ()
    kind: ClassVar[str] = "NOISE"


class DateExpr(Piece):
    """Words that name a day."""

    __slots__ = ()
    kind: ClassVar[str] = "DATE"

    def days(self, context: Context, ahead: Ahead) -> "Options | Refusal":
        """Return the days meant, seen from `context`."""
        raise NotImplementedError


class TimeExpr(Piece):
    """Words that name a time of day, or a stretch of one."""

    __slots__ = ()
    kind: ClassVar[str] = "CLOCK"

    def spans(self, part: str | None) -> "TimeOptions":
        """Return the times meant, in seconds from midnight, given the part of the day named with them."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class TimeOptions:
    """Starts and ends in seconds from midnight (an end may lie after 24:00); `ask` as in Options."""

    spans: tuple[tuple[int, int | None], ...]
    ask: str = ""
