"""Rules over pieces for days: 'in three weeks', 'a week on Thursday', 'first Monday of December', ranges of days."""

from dataclasses import replace
from typing import Final

from bot.domain.when.agreement import Agreed
from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.days import Calendar, Coming, EitherDay, FromToday, InWeek, Shifted, WeekRef
from bot.domain.when.holidays import Holiday
from bot.domain.when.lexer import Token
from bot.domain.when.months import (
    ANY_DAY,
    DayInMonthWeek,
    DayOfMonth,
    EndOfMonth,
    MonthRef,
    MonthWeek,
    Nth,
    NthOfMonth,
)
from bot.domain.when.nth_weekday import NthWeekday
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import DateSpan, Note, Stretch
from bot.domain.when.words import kind, number, piece, token

_FEASTS: Final = {"easter": "easter sunday", "christmas": "christmas day", "xmas": "christmas day"}


def day_at(match: Match, name: str) -> DateExpr | None:
    """Return the day called `name`; next to 'before' and 'after' a feast means its main day."""
    item = match.get(name)
    if isinstance(item, Token) and item.kind == "FEAST":
        return Holiday(_FEASTS[item.name])
    return item if isinstance(item, DateExpr) else None


def _in_stretch(match: Match) -> FromToday | None:
    stretch = piece(match, "stretch", Stretch)
    return None if stretch is None else FromToday(stretch.plus_days, stretch.plus_months, stretch.doubtful)


def _in_about(match: Match) -> FromToday | None:
    made = _in_stretch(match)
    return None if made is None else replace(made, doubtful=True)


def _stretch_from(match: Match) -> DateExpr | None:
    """'A week on Thursday', 'two weeks from Tuesday', 'a fortnight today', 'two days after Christmas Day'."""
    base = day_at(match, "day")
    unit = match.get("stretch")
    stretch = unit if isinstance(unit, Stretch) else Stretch(1, kind(match, "stretch"))
    if base is None or (isinstance(unit, Token) and unit.text.lower().endswith("s")):
        return None
    link = kind(match, "link")
    if not link and not (
        isinstance(base, FromToday) or (isinstance(base, Coming) and isinstance(unit, Stretch))
    ):
        return None  # 'strike week Tuesday' is not a week from Tuesday
    if (link == "ON" and stretch.unit == "DAYW") or (isinstance(unit, Token) and link in ("BEFORE", "AFTER")):
        return None  # 'week before Christmas' is that week
    sign = -1 if link == "BEFORE" else 1
    return Shifted(base, sign * stretch.plus_days, sign * stretch.plus_months)


def _weekday_in(match: Match) -> DateExpr | None:
    """'Thursday in two weeks': that day of the week two weeks ahead, or two weeks after the coming one."""
    day, stretch = piece(match, "day", Coming), piece(match, "stretch", Stretch)
    if day is None or stretch is None or not stretch.plus_days or stretch.plus_days % 7:
        return None
    weeks = stretch.plus_days // 7
    return EitherDay((InWeek(day.weekday, WeekRef(weeks)), Shifted(day, weeks * 7)), "dates.ask.weeks")


def _in_week(match: Match) -> InWeek | None:
    day, week = piece(match, "day", Coming), piece(match, "week", WeekRef)
    return None if day is None or week is None else InWeek(day.weekday, week)


def _in_month_week(match: Match) -> DayInMonthWeek | None:
    day, week = piece(match, "day", Coming), piece(match, "week", MonthWeek)
    return None if day is None or week is None else DayInMonthWeek(day.weekday, week)


def _week_of(match: Match) -> DateExpr | None:
    """'Week commencing 30 November', a week; with a weekday, a day."""
    of, day = day_at(match, "of"), piece(match, "day", Coming)
    if of is None or (day is None and match.get("day") is not None):
        return None
    return WeekRef(of=of) if day is None else InWeek(day.weekday, WeekRef(of=of, begins=True))


def _nth_of(match: Match) -> NthOfMonth | None:
    nth, month = piece(match, "nth", Nth), piece(match, "month", MonthRef)
    return None if nth is None or month is None else NthOfMonth(nth, month)


def _nth_beside(match: Match) -> NthWeekday | None:
    base, nth, day = day_at(match, "base"), piece(match, "nth", Nth), piece(match, "day", Coming)
    sign = -1 if kind(match, "side") == "BEFORE" else 1
    if base is None:
        return None
    if day is not None:
        return NthWeekday(sign, day.weekday, base)
    if nth is None or len(nth.numbers) != 1:
        return None
    count = nth.numbers[0]
    if count == -1:  # 'the last Thursday before Christmas'
        return NthWeekday(-1, nth.what, base) if sign < 0 else None
    return NthWeekday(sign * count, nth.what, base)


def _day_beside(match: Match) -> NthWeekday | None:
    base = day_at(match, "base")
    return None if base is None else NthWeekday(-1 if kind(match, "side") == "BEFORE" else 1, ANY_DAY, base)


def _day_of(match: Match) -> DateExpr | None:
    """'The 3rd of next month'; 'the 1st of the month' is the next one ahead."""
    day, month = piece(match, "day", Calendar), piece(match, "month", MonthRef)
    if day is None or month is None or day.month is not None:
        return None
    if month.month is not None:
        return Calendar(day.day, month.month, month.year)
    bare = month.plus == 0 and not month.new_year and kind(match, "month") == "MONTHREF"
    return day if bare else DayOfMonth(day.day, month)


def _end_of(match: Match) -> DateExpr | None:
    month = piece(match, "month", MonthRef)
    week = piece(match, "week", WeekRef)
    if month is not None:
        return EndOfMonth(month)
    week = week or WeekRef()
    return EitherDay((InWeek(4, week), InWeek(6, week)), "dates.ask.end_of_week")


def _agreed(match: Match) -> Agreed | None:
    names = [item for item in match.items if isinstance(item, DateExpr)]
    weekdays = {name.weekday for name in names if isinstance(name, Coming)}
    exact = [name for name in names if not isinstance(name, Coming)]
    if len(weekdays) > 1 or (len(exact) > 1 and any(item.kind == "COMMA" for item in match.items)):
        return None
    return Agreed(tuple(names))


def _days(match: Match) -> DateSpan | None:
    first, last = day_at(match, "a"), day_at(match, "b")
    if first is None or last is None:
        return None
    doubtful = match.items[0].kind == "BETWEEN"
    if (
        isinstance(first, Calendar)
        and isinstance(last, Calendar)
        and first.month_first
        and last.month is None
    ):
        last = replace(last, month=first.month, year=first.year)  # 'January 13th - 15th'
    return DateSpan(_like(first, last), last, doubtful)


def _like(first: DateExpr, last: DateExpr) -> DateExpr:
    """'14th to 16th May': the first takes the month and year of the last."""
    if isinstance(last, Agreed):
        last = next((name for name in last.names if isinstance(name, Calendar)), last)
    if isinstance(first, Agreed):
        return Agreed(tuple(_like(name, last) for name in first.names))
    if isinstance(first, Calendar) and isinstance(last, Calendar):
        if first.month is None:
            return replace(first, month=last.month, year=last.year)
        if first.year is None and last.year is not None:
            return replace(first, year=last.year)
    return first


def _numbered_days(match: Match) -> DateSpan | None:
    """'14 to 16 May', 'Thursday 10 - 12 December'."""
    day, last, weekday = number(match, "a"), piece(match, "b", Calendar), piece(match, "day", Coming)
    exact = piece(match, "b", Agreed)
    if last is None and exact is not None:
        last = next((name for name in exact.names if isinstance(name, Calendar)), None)
    if last is None or last.month is None or (match.get("day") is not None and weekday is None):
        return None
    first: DateExpr = Calendar(day, last.month, last.year)
    if weekday is not None:
        first = Agreed((weekday, first))
    return DateSpan(first, piece(match, "b", DateExpr) or last, match.items[0].kind == "BETWEEN")


def _dotted_days(match: Match) -> DateSpan | None:
    """'5.12 - 6.12.26'."""
    first, last = token(match, "a"), piece(match, "b", Calendar)
    if first is None or last is None or last.month is None:
        return None
    day, month = first.numbers
    return DateSpan(_like(Calendar(day, month), last), last)


def _days_after_month(match: Match) -> DateSpan | None:
    """'December 3-5'."""
    first, item = piece(match, "a", Calendar), token(match, "b")
    if first is None or item is None or not first.month_first or item.number <= first.day:
        return None
    year = number(match, "year") or first.year
    named = Calendar(first.day, first.month, year, month_first=True)
    return DateSpan(named, Calendar(item.number, first.month, year))


def _dotted_end(match: Match) -> DateSpan | None:
    """'10.1 - 10.12'."""
    first, item = piece(match, "a", Calendar), token(match, "b")
    if first is None or item is None or not first.doubtful or first.month is None:
        return None
    day, month = item.numbers
    return DateSpan(first, Calendar(day, month))


def _vague(_: Match) -> Piece:
    return Note("dates.refused.vague", "Thursday next week, 6pm")


RULES: Final = (
    Rule("IN stretch=STRETCH TIMEW?", _in_stretch),
    Rule("IN APPROX stretch=STRETCH TIMEW?", _in_about),
    Rule("stretch=STRETCH (FROM NOW | TIMEW)", _in_stretch),
    Rule("IN NEXT? FEW", _vague),
    Rule(
        "stretch=(STRETCH | WEEK | FORTNIGHT) link=(ON | FROM | AFTER | BEFORE)? day=(DATE | FEAST)",
        _stretch_from,
    ),
    Rule("ON? day=DATE IN stretch=STRETCH TIMEW?", _weekday_in),
    Rule("IN stretch=STRETCH TIMEW? ON? day=DATE", _weekday_in),
    Rule("day=DATE (OF | IN | ON)? week=WEEKREF", _in_week),
    Rule("week=WEEKREF (ON | OF)? day=DATE", _in_week),
    Rule("day=DATE (OF | IN | ON)? week=MONTHWEEK", _in_month_week),
    Rule("(IN | ON)? week=MONTHWEEK (ON | OF)? day=DATE", _in_month_week),
    Rule("WC of=DATE", _week_of),
    Rule("WEEK OF of=DATE", _week_of),
    Rule("day=DATE (OF | IN)? WEEK OF of=DATE", _week_of),
    Rule("day=DATE (OF | IN)? WC of=DATE", _week_of),
    Rule("WC of=DATE ON? day=DATE", _week_of),
    Rule("ON? nth=NTH (OF | IN)? month=MONTHREF", _nth_of),
    Rule("(IN | OF)? month=MONTHREF ON? nth=NTH", _nth_of),
    Rule("nth=NTH side=(AFTER | BEFORE) base=(DATE | FEAST)", _nth_beside),
    Rule("day=DATE side=(AFTER | BEFORE) base=(DATE | FEAST)", _nth_beside),
    Rule("A? DAYW side=(AFTER | BEFORE) base=(DATE | FEAST)", _day_beside),
    Rule("day=DATE (OF | IN)? month=MONTHREF", _day_of),
    Rule("IN? month=MONTHREF ON? day=DATE", _day_of),
    Rule("(AT | ON | IN)? END OF? month=MONTHREF", _end_of),
    Rule("(AT | ON | IN)? END OF? (week=WEEKREF | THIS? WEEK)", _end_of),
    Rule("ON? DATE (ON? DATE)+", _agreed),
)

RANGES: Final = (
    Rule("(FROM | STARTING)? a=DATE UPTO b=DATE", _days),
    Rule("BETWEEN a=DATE AND b=DATE", _days),
    Rule("FROM? a=(DAYNUM | ORD) UPTO b=DATE", _numbered_days),
    Rule("BETWEEN a=(DAYNUM | ORD) AND b=DATE", _numbered_days),
    Rule("a=DOTBOTH UPTO b=DATE", _dotted_days),
    Rule("FROM? day=DATE a=DAYNUM UPTO b=DATE", _numbered_days),
    Rule("FROM? a=DATE UPTO b=(DAYNUM | ORD) !(PART)", _days_after_month),
    Rule("FROM? a=DATE UPTO b=(DAYNUM | ORD) year=ANYYEAR", _days_after_month),
    Rule("a=DATE UPTO b=DOTBOTH", _dotted_end),
)
