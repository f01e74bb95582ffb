"""Periods to list meetings for: 'this month', 'next week', 'December', 'the next 30 days', 'until 17 December'."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.context import FARTHEST, Context, DateExpr
from bot.domain.when.days import WeekRef, add_months, coming, monday_of
from bot.domain.when.grammar import LONGEST, Parsed, parse
from bot.domain.when.joined_series import Until, Within
from bot.domain.when.lexer import Token, plain, tokens_of
from bot.domain.when.months import MonthRef
from bot.domain.when.readings import Days, Refusal
from bot.domain.when.school import period_of_term
from bot.domain.when.spans import days_between
from bot.domain.when.terms import Terms
from bot.domain.when.tokens import DateSpan, Stretch
from bot.domain.when.unused_words import Rest

_UNREAD: Final = Refusal("dates.refused.period", {"example": "this month"})
_DAY: Final = timedelta(days=1)
_ASIDE: Final = ("COMMA", "IN", "ON", "FOR", "FILLER", "EVENT", "OF", "AT")


def read_period(words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None = None) -> Days | Refusal:
    """Return the first and last day (inclusive) of a named period; a week is Monday to Sunday, even if partly past.

    Refuse a feast without a date ('until Christmas') and seasons, with a phrase that works.
    """
    if len(words) > LONGEST:
        return _UNREAD
    context = Context(now.astimezone(zone), zone, terms)
    tokens = [token for token in tokens_of(plain(words)) if token.kind not in _ASIDE]
    named = _NAMED.get(" ".join(token.kind for token in tokens))
    if named is not None:
        return named(context.today)
    if any(token.kind in ("TERMW", "HALFTERM") for token in tokens):
        return period_of_term(tokens, context)
    if len(tokens) == 1 and tokens[0].kind in ("YH", "YEAR"):
        return _year(tokens[0].number)
    if any(token.kind in ("FEAST", "BY") for token in tokens):
        return _UNREAD
    return _of_pieces([item for item in parse(words) if item.kind not in _ASIDE], context)


def _of_pieces(items: Parsed, context: Context) -> Days | Refusal:
    today = context.today
    if len(items) == 2 and isinstance(items[0], Token) and items[0].kind == "NEXT":
        items = items[1:]
    if len(items) != 1:
        return _UNREAD
    match items[0].month if isinstance(items[0], Within) else items[0]:
        case WeekRef() as week:
            mondays = week.mondays(context)
            return mondays if isinstance(mondays, Refusal) else _week(mondays.days[0])
        case MonthRef() as month:
            firsts = [
                first for first in month.firsts(context) if _end_of_month(first) >= today
            ] or month.firsts(context)
            return Days(firsts[0], _end_of_month(firsts[0]))
        case Stretch(number, _, False) as stretch if number:
            return _ahead(today, stretch)
        case DateSpan() as span:
            found = days_between(span, context, Rest(0, maybe=False))
            return found if isinstance(found, Days | Refusal) else _UNREAD
        case Until(last):
            return _until(last, context)
        case DateExpr() as day:
            found = day.days(context, None)
            if isinstance(found, Refusal):
                return found
            return Days(found.days[0], found.days[0]) if len(found.days) == 1 and not found.ask else _UNREAD
        case _:
            return _UNREAD


def _until(named: DateExpr, context: Context) -> Days | Refusal:
    found = named.days(context, None)
    if isinstance(found, Refusal):
        return found
    ahead = [day for day in found.days if day >= context.today]
    return Days(context.today, ahead[0]) if len(found.days) == 1 and ahead else _UNREAD


def _ahead(today: date, stretch: Stretch) -> Days | Refusal:
    months = add_months(today, stretch.plus_months) if stretch.plus_months <= 120 else None
    if months is None or stretch.plus_days > 3660:
        return _UNREAD
    return Days(today, months + timedelta(days=stretch.plus_days) - _DAY)


def _week(monday: date) -> Days:
    return Days(monday, monday + 6 * _DAY)


def _end_of_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _year(year: int) -> Days | Refusal:
    return Days(date(year, 1, 1), date(year, 12, 31)) if 2000 <= year < FARTHEST else _UNREAD


def _weekend(today: date) -> Days:
    """Return the current weekend, else the coming one."""
    saturday = monday_of(today) + 5 * _DAY if today.weekday() >= 5 else coming(today, 5)
    return Days(saturday, saturday + _DAY)


def _last_month(today: date) -> Days:
    last = today.replace(day=1) - _DAY
    return Days(last.replace(day=1), last)


_NAMED: Final[dict[str, Callable[[date], Days | Refusal]]] = {
    "TODAY": lambda today: Days(today, today),
    "LAST WEEK": lambda today: _week(monday_of(today) - 7 * _DAY),
    "LAST MONTHW": _last_month,
    "LAST YEARW": lambda today: _year(today.year - 1),
    "THIS YEARW": lambda today: _year(today.year),
    "NEXT YEARW": lambda today: _year(today.year + 1),
    "WEEKENDW": _weekend,
    "THIS WEEKENDW": _weekend,
    "COMING WEEKENDW": _weekend,
    "NEXT FORTNIGHT": lambda today: Days(today, today + 13 * _DAY),
    "MONTHW": lambda today: Days(today.replace(day=1), _end_of_month(today)),
    "WEEK": lambda today: _week(monday_of(today)),
}
