"""Rules over pieces for the ends of a series: 'from 3 December', 'until the end of March', '6 times'."""

from dataclasses import dataclass
from typing import Final

from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.days import FromToday
from bot.domain.when.joined_days import day_at
from bot.domain.when.marks import Counted, Stretch
from bot.domain.when.months import EndOfMonth, MonthRef
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.words import kind, number, piece


@dataclass(frozen=True, slots=True)
class Until(Piece):
    """The last day on which a series may still happen."""

    last: DateExpr
    kind = "UNTIL"


@dataclass(frozen=True, slots=True)
class Since(Piece):
    """The first day on which a series may happen."""

    first: DateExpr
    kind = "SINCE"


def _until(match: Match) -> Until | None:
    day = day_at(match, "day")
    return None if day is None else Until(day)


def _until_end(match: Match) -> Until | None:
    month = piece(match, "month", MonthRef)
    if kind(match, "month") == "YEARW":
        month = MonthRef(12)
    return None if month is None else Until(EndOfMonth(month))


def _since(match: Match) -> Since | None:
    day = day_at(match, "day")
    return None if day is None else Since(day)


def _from_now(_: Match) -> Since:
    return Since(FromToday())


@dataclass(frozen=True, slots=True)
class Within(Piece):
    """The month that a series is confined to: 'every Thursday in December'."""

    month: MonthRef
    kind = "WITHIN"


def _within(match: Match) -> Within | None:
    month = piece(match, "month", MonthRef)
    return None if month is None else Within(month)


def _times(match: Match) -> Counted | None:
    count = number(match, "n")
    return Counted(count) if 1 <= count <= 400 else None


def _for(match: Match) -> Counted | None:
    stretch = piece(match, "stretch", Stretch)
    return None if stretch is None else Counted(stretch=stretch)


LINKS: Final = (
    Rule("(TIL | ENDING) (ON | IN | AT)? day=(DATE | MONTHREF | WEEKREF | FEAST)", _until),
    Rule("(TIL | ENDING) (IN | AT)? END OF? (THIS)? month=(MONTHREF | YEARW)", _until_end),
    Rule("(FROM | STARTING) (FROM | ON | IN | AT)? day=(DATE | MONTHREF | WEEKREF)", _since),
    Rule("(FROM | STARTING) NOW", _from_now),
    Rule("TO day=DATE", _until),
    Rule("IN month=MONTHREF", _within),
    Rule("FOR? n=COUNT TIMES", _times),
    Rule("TIMES n=COUNT", _times),
)

# Before anything is counted from a stretch: 'for 6 weeks from 3 December'.
RULES: Final = (Rule("FOR NEXT? stretch=STRETCH", _for),)
