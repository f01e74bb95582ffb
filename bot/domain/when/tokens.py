"""Pieces that carry neither a day nor a time themselves: parts, lengths, ends, notes."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.readings import Refusal


@dataclass(frozen=True, slots=True)
class Note(Piece):
    """Words that make the phrase unusable: a text key of the refusal, and a phrase that would work."""

    reason: str
    example: str = "Thursday 6pm"
    word: str = "That"
    kind = "NOTE"

    def refusal(self) -> Refusal:
        """Return the refusal of the phrase."""
        return Refusal(self.reason, {"word": self.word, "example": self.example})


@dataclass(frozen=True, slots=True)
class Noise(Piece):
    """Numbers that are not about time: room 4, 12 people; `words` when they may still matter."""

    words: bool = False
    kind = "NOISE"


@dataclass(frozen=True, slots=True)
class AllDay(Piece):
    """'All day'."""

    kind = "NOISE"


@dataclass(frozen=True, slots=True)
class PartOfDay(Piece):
    """Morning, evening and the like; `today` for 'this evening' and 'tonight'."""

    name: str
    today: bool = False
    kind = "PART"


@dataclass(frozen=True, slots=True)
class Length(Piece):
    """A duration of hours and minutes, in minutes."""

    minutes: int
    doubtful: bool = False
    kind = "LENGTH"


@dataclass(frozen=True, slots=True)
class Stretch(Piece):
    """So many days, weeks or months."""

    number: int
    unit: str
    doubtful: bool = False
    kind = "STRETCH"

    @property
    def plus_days(self) -> int:
        """The number of days, 0 for months and years."""
        return self.number * {"DAYW": 1, "WEEK": 7, "FORTNIGHT": 14}.get(self.unit, 0)

    @property
    def plus_months(self) -> int:
        """The number of months, 0 for days and weeks."""
        return self.number * {"MONTHW": 1, "YEARW": 12}.get(self.unit, 0)


@dataclass(frozen=True, slots=True)
class Elapsed(Piece):
    """So many minutes from now: elapsed time, whatever the clocks do."""

    minutes: int
    doubtful: bool = False
    kind = "ELAPSED"


@dataclass(frozen=True, slots=True)
class SameTime(Piece):
    """'This time' tomorrow or next week: the present time of day; 'the same time' may be that of a meeting."""

    doubtful: bool = False
    kind = "SAMETIME"


@dataclass(frozen=True, slots=True)
class Instant(Piece):
    """An exact instant, typed as ISO 8601 with an offset."""

    at: datetime
    kind = "INSTANT"


@dataclass(frozen=True, slots=True)
class DateSpan(Piece):
    """From one day to another, the last one included."""

    first: DateExpr
    last: DateExpr
    doubtful: bool = False
    kind = "DATES"


@dataclass(frozen=True, slots=True)
class Counted(Piece):
    """How often something recurs ('6 times'), or for how long ('for 6 weeks')."""

    times: int = 0
    stretch: Stretch | None = None
    kind = "COUNTED"


@dataclass(frozen=True, slots=True)
class Without(Piece):
    """What a series leaves out: days, weekdays (0 to 6), or whole months (1 to 12)."""

    days: tuple[DateExpr, ...] = ()
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    kind = "WITHOUT"


@dataclass(frozen=True, slots=True)
class LastOne(Piece):
    """'Final session', 'last meeting': next to a day it ends a series, elsewhere it is a title."""

    kind = "LASTONE"


@dataclass(frozen=True, slots=True)
class Months(Piece):
    """The months to which a series is limited: 'September to May', 'in March and April'."""

    first: DateExpr
    last: DateExpr
    kind = "MONTHS"
