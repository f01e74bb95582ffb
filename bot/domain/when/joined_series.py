"""Rules over pieces for the ends of a series: 'from 3 December', 'until the end of March', '6 times'."""

from dataclasses import dataclass
from typing import Final

from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.days import Coming, FromToday
from bot.domain.when.joined_days import day_at
from bot.domain.when.months import EndOfMonth, MonthRef
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.series_words import Repeat
from bot.domain.when.tokens import Counted, Months, Stretch, Without
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
    """The month to which a series is limited: 'every Thursday in December'."""

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


def _without(match: Match) -> Without | None:
    """'Except 24 and 31 December', 'apart from August', 'not on Fridays'."""
    days: list[DateExpr] = []
    weekdays: list[int] = []
    months: list[int] = []
    for item in match.items:
        if isinstance(item, Within):
            item = item.month
        if isinstance(item, Coming):
            weekdays.append(item.weekday)
        elif isinstance(item, MonthRef):
            if item.month is None or item.year is not None:
                return None
            months.append(item.month)
        elif isinstance(item, Repeat):
            if item.unit != "WEEKLY" or item.interval != 1:
                return None
            weekdays += item.weekdays
        elif isinstance(item, DateExpr):
            days.append(item)
    return Without(tuple(days), tuple(weekdays), tuple(months))


def _months(match: Match) -> Months | None:
    first, last = match.get("a"), match.get("b")
    first = first.month if isinstance(first, Within) else first
    last = last.month if isinstance(last, Within) else last
    if not isinstance(first, MonthRef) or not isinstance(last, MonthRef):
        return None
    return Months(first, last) if first.month is not None and last.month is not None else None


_OUT: Final = "(DATE | MONTHREF | WITHIN | REPEAT)"

LINKS: Final = (
    Rule(
        f"EXCEPT FOR? (ON | IN)? {_OUT} ((COMMA | AND | OR | SLASHMARK)* (EXCEPT | ON | IN)? {_OUT})*",
        _without,
    ),
    Rule("(FROM | BETWEEN)? a=MONTHREF (UPTO | AND) b=MONTHREF", _months),
    Rule("IN a=MONTHREF (UPTO | AND) b=MONTHREF", _months),
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
