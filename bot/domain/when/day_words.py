"""Rules for days: weekdays, relative days, calendar dates, weeks and months, days with names."""

from dataclasses import replace
from typing import Final

from bot.domain.when.context import DateExpr
from bot.domain.when.days import (
    Calendar,
    Coming,
    EitherDay,
    FromToday,
    InWeek,
    NextWeekday,
    Shifted,
    WeekRef,
    make_date,
)
from bot.domain.when.holidays import Holiday
from bot.domain.when.lexer import Token
from bot.domain.when.months import ANY_DAY, WORKING_DAY, MonthRef, MonthWeek, Nth, NthOfMonth
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import Note
from bot.domain.when.words import kind, number, text, token

_FRACTIONS: Final = ("1/2", "1/3", "2/3", "1/4", "3/4")
_NO_SUCH_DAY: Final = Note("dates.refused.no_such_day", "Thursday 3 December, 6pm")


def _coming(match: Match) -> Coming:
    item = token(match, "day")
    return Coming(number(match, "day"), possessive=item is not None and item.possessive)


def _next(match: Match) -> NextWeekday:
    return NextWeekday(number(match, "day"))


def _after_next(match: Match) -> NextWeekday:
    return NextWeekday(number(match, "day"), extra_weeks=1)


def _week_after_next(match: Match) -> InWeek:
    return InWeek(number(match, "day"), WeekRef(2))


def _weekday_week(match: Match) -> DateExpr | None:
    if text(match, "unit").endswith("s"):
        return None
    days = 14 if kind(match, "unit") == "FORTNIGHT" else 7
    if kind(match, "day") == "WEEKDAY":
        return Shifted(Coming(number(match, "day")), days)
    return FromToday(days + (1 if kind(match, "day") == "TOMORROW" else 0))


def _relative(match: Match) -> FromToday:
    item = token(match, "day")
    days = {"TOMORROW": 1, "OVERMORROW": 2, "YESTERDAY": -1}.get(kind(match, "day"), 0)
    # 'Tomorrow's agenda' and 'later today' need a time to be a day.
    return FromToday(days, possessive=item is not None and (item.possessive or item.name == "later"))


def _year(match: Match) -> int | None:
    """Return the year; four digits below 2000 are a time of day ('3 Dec 1900')."""
    year = number(match, "year")
    return year + 2000 if 0 < year < 100 else year or None


def _calendar(match: Match) -> DateExpr | Note | None:
    year, day, month = _year(match), number(match, "day"), number(match, "month")
    item = token(match, "year")
    if item is not None and item.kind == "YH" and item.number < 2000:
        return None
    if item is not None and (item.number < 24 or 99 < item.number < 1900):
        return None
    if day == 0 or day > 31 or make_date(year or 2024, month, day) is None:
        return _NO_SUCH_DAY
    # '3 Dec 2030' may be half past eight: a date only next to a time or a weekday
    return Calendar(day, month, year, doubtful=year is not None and year >= 2030 and year % 5 == 0)


def _month_first(match: Match) -> DateExpr | Note | None:
    item = token(match, "month")
    if item is not None and item.possessive:
        return None  # 'December's second Tuesday'
    made = _calendar(match)
    return replace(made, month_first=True) if isinstance(made, Calendar) else made


def _figures(match: Match) -> Calendar | Note:
    item = token(match, "date")
    numbers = () if item is None else item.numbers
    if len(numbers) == 3:
        day, month, year = numbers
        return Calendar(day, month, year) if year >= 1900 and make_date(year, month, day) else _NO_SUCH_DAY
    if item is None or len(numbers) != 2:
        return _NO_SUCH_DAY
    day, month = numbers
    if make_date(2024, month, day) is None:
        return _NO_SUCH_DAY
    doubtful = item.kind == "DOTDATE" or item.text == "24/7" or item.text in _FRACTIONS
    return Calendar(day, month, doubtful=doubtful)


def _spaced(match: Match) -> Calendar | None:
    day, month, year = number(match, "day"), number(match, "month"), number(match, "year")
    return Calendar(day, month, year) if make_date(year, month, day) else None


def _bad(_: Match) -> Note:
    return _NO_SUCH_DAY


def _mixed(match: Match) -> Note | None:
    """'6 1/2': a number and a half, not a sixth."""
    return (
        Note("dates.refused.leftover", "Thursday 6:30pm", text(match, "part"))
        if text(match, "part") in _FRACTIONS
        else None
    )


def _ordinal(match: Match) -> Calendar:
    """'The 14th'; 'first' and 'second' in words are days only with a time."""
    return Calendar(number(match, "day"), doubtful=text(match, "day").isalpha())


def _month(match: Match) -> MonthRef | None:
    item = token(match, "month")
    year = number(match, "year") or None
    if year is not None and year < 2000:
        return None
    return MonthRef(number(match, "month"), year, possessive=item is not None and item.possessive)


def _this_month(match: Match) -> MonthRef:
    item = token(match, "unit")
    plus = 1 if kind(match, "which") == "NEXT" else 0
    bare = match.get("which") is None
    return MonthRef(plus=plus, possessive=item is not None and item.possessive, bare=bare)


def _month_after_next(_: Match) -> MonthRef:
    return MonthRef(plus=2)


def _new_year(match: Match) -> MonthRef | None:
    return MonthRef(new_year=True) if number(match, "new") else None


def _week(match: Match) -> WeekRef:
    return WeekRef({"NEXT": 1, "AFTER": 2}.get(kind(match, "which"), 0))


def _nth(match: Match) -> Nth | None:
    said = [item for item in match.all("ORD", "LAST") if isinstance(item, Token)]
    numbers = tuple(
        dict.fromkeys(-(item.number or 1) if item.kind == "LAST" else item.number for item in said)
    )
    day = token(match, "day")
    if day is None:
        return None
    what = day.number if day.kind == "WEEKDAY" else ANY_DAY if day.kind == "DAYW" else WORKING_DAY
    if match.get("working") is not None:
        what = WORKING_DAY
    return Nth(numbers, what) if all(one <= 5 or what >= ANY_DAY for one in numbers) else None


def _last_few(match: Match) -> Nth | None:
    """'Last two Thursdays'."""
    count = number(match, "n")
    return Nth(tuple(range(-count, 0)), number(match, "day")) if 2 <= count <= 4 else None


def _week_of_month(match: Match) -> MonthWeek:
    """'First week of December', 'last week in January'."""
    number_of = -1 if kind(match, "n") == "LAST" else number(match, "n")
    return MonthWeek(number_of, MonthRef(number(match, "month"), number(match, "year") or None))


def _nth_of(match: Match) -> NthOfMonth | None:
    """In one step, so that the number after the month is not taken as its day: 'first Monday of December 6-8pm'."""
    nth, month = _nth(match), _month(match)
    return None if nth is None or month is None else NthOfMonth(nth, month)


def _month_nth(match: Match) -> NthOfMonth | None:
    """'December, first Thursday'; with a figure it is a date and its weekday: 'December 3rd, Thursday'."""
    return _nth_of(match) if text(match, "n").isalpha() else None


def _holiday(match: Match) -> Holiday:
    item = token(match, "name")
    return Holiday("" if item is None else item.name, number(match, "year") or None)


def _past(_: Match) -> Note:
    return Note("dates.refused.past", "next Thursday, 6pm")


def _weekend(match: Match) -> DateExpr | Note | None:
    """Saturday or Sunday, which is asked; 'next weekend' is the coming one to some and the one after to others."""
    which = kind(match, "which")
    if which == "EVERY":
        return None
    if which == "LAST":
        return Note("dates.refused.past", "Saturday 11am")
    days: list[DateExpr] = (
        [Coming(5), Coming(6)] if which != "THIS" else [InWeek(5, WeekRef()), InWeek(6, WeekRef())]
    )
    if which == "NEXT":
        days += [Shifted(Coming(5), 7), Shifted(Coming(6), 7)]
    return EitherDay(tuple(days), "dates.ask.weekend")


_NOT_A_YEAR: Final = "!(NOUN | MONTH | MINUTE | HOURW | UNIT | OCLOCK | MERIDIEM)"

RULES: Final = (
    Rule("day=WEEKDAY", _coming),
    Rule("(THIS | COMING) COMING? day=WEEKDAY COMING?", _coming),
    Rule("day=WEEKDAY COMING", _coming),
    Rule("NEXT day=WEEKDAY", _next),
    Rule("day=WEEKDAY NEXT !(WEEK | FORTNIGHT | MONTHW | YEARW | MONTH | UNKNOWN | EVENT | VENUE)", _next),
    Rule("day=WEEKDAY AFTER NEXT", _after_next),
    Rule("NEXT? day=WEEKDAY NEXTBUT", _after_next),
    Rule("NEXTBUT day=WEEKDAY", _after_next),
    Rule("day=WEEKDAY (OF | IN)? WEEK AFTER NEXT", _week_after_next),
    Rule(
        "day=(WEEKDAY | TODAY | TOMORROW) unit=(WEEK | FORTNIGHT) "
        "!(ON | OF | FROM (NOW | TODAY | TOMORROW | WEEKDAY | DAYNUM MONTH | ORD | MONTH))",
        _weekday_week,
    ),
    Rule("day=(TODAY | TOMORROW | OVERMORROW | YESTERDAY)", _relative),
    Rule("which=(THIS | NEXT) WEEK", _week),
    Rule("WEEK which=AFTER NEXT", _week),
    Rule("(LAST | FOLLOWING) (WEEK | MONTHW | YEARW | FORTNIGHT)", _past),
    Rule("(AT | ON)? WEEKENDW", _weekend),
    Rule("(AT | ON)? which=(THIS | NEXT | COMING | LAST) WEEKENDW", _weekend),
    Rule("n=(ORD | LAST) WEEK (OF | IN) month=MONTH year=ANYYEAR?", _week_of_month),
    Rule("day=(ORD | DAYNUM) OF? month=MONTH !(ORD)", _calendar),
    Rule("day=(ORD | DAYNUM) OF? month=MONTH OF? year=ANYYEAR", _calendar),
    Rule(f"day=(ORD | DAYNUM) OF? month=MONTH year=YY {_NOT_A_YEAR}", _calendar),
    Rule(
        "month=MONTH day=(ORD | DAYNUM) !(NOUN | OCLOCK | MERIDIEM | HOURW | MINUTE | UNIT | MONTH)",
        _month_first,
    ),
    Rule("month=MONTH day=(ORD | DAYNUM) year=ANYYEAR", _month_first),
    Rule("day=(ZERO | N59 | N999) OF? month=MONTH", _bad),
    Rule("date=(NUMDATE | SLASH | DOTDATE)", _figures),
    Rule("AT? (N12 | W12) part=SLASH", _mixed),
    Rule("ON date=(DOTBOTH | DOTDATE)", _figures),
    Rule("day=DAYNUM month=(N12 | LEAD) year=ANYYEAR", _spaced),
    Rule("day=ORD !(EVENT | NOUN | UNKNOWN | VENUE)", _ordinal),
    Rule("month=MONTH OF? year=ANYYEAR?", _month),
    Rule("which=(THIS | NEXT) unit=MONTHW", _this_month),
    Rule("(OF | IN) unit=MONTHW", _this_month),
    Rule("(IN | OF)? MONTHW AFTER NEXT", _month_after_next),
    Rule("new=NEW", _new_year),
    Rule(
        "(ORD | LAST) ((AND | OR | SLASHMARK)? (ORD | LAST))* working=WORKING? day=(WEEKDAY | DAYW | WEEKDAYW)",
        _nth,
    ),
    Rule("last=LAST n=(N12 | W12) day=(WEEKDAYS | WEEKDAY)", _last_few),
    Rule(
        "n=(ORD | LAST) working=WORKING? day=(WEEKDAY | DAYW | WEEKDAYW) (OF | IN) month=MONTH year=ANYYEAR?",
        _nth_of,
    ),
    Rule("month=MONTH n=(ORD | LAST) day=WEEKDAY year=ANYYEAR?", _month_nth),
    Rule("name=HOLIDAY year=ANYYEAR?", _holiday),
)
