"""What bare numbers mean next to a day, and which parts belong together across a time."""

from datetime import timedelta
from typing import Final

from bot.domain.when.clock_words import clock_of
from bot.domain.when.context import Context, Piece
from bot.domain.when.days import Calendar, Coming, InWeek, WeekRef
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_series import Within
from bot.domain.when.lexer import Token
from bot.domain.when.months import MonthRef, Nth, NthOfMonth
from bot.domain.when.times import Clock
from bot.domain.when.wordlists import words

NUMBERS: Final = frozenset(words("N12 W12 N23 N31 LEAD DOTBOTH HMM YH"))
_TIMES: Final = frozenset(words("CLOCK SPANC SPAN ELAPSED INSTANT SAMETIME"))
_DAYS: Final = frozenset(words("DATE REPEAT NTH PART SINCE UNTIL DATES"))


def resolved_numbers(items: Parsed, context: Context) -> list[Parsed]:
    """Turn the bare numbers next to a day into times or days of the month; both, where 'Monday 7' can be either."""
    if not any(item.kind in NUMBERS for item in items):
        return [items]
    as_times = _numbered(items)
    for at, item in enumerate(items):
        weekday = _neighbour(items, at, -1)
        if item.kind != "N12" or not isinstance(item, Token) or not isinstance(weekday, Coming):
            continue
        open_hour = isinstance(as_times[at], Clock) and not any(one.kind == "PART" for one in items)
        if open_hour and _is_near(context, item.number, weekday.weekday):
            return [as_times, [*items[:at], Calendar(item.number), *items[at + 1 :]]]
    return [as_times]


def _numbered(items: Parsed) -> Parsed:
    timed = any(item.kind in _TIMES for item in items)
    out: Parsed = []
    for at, item in enumerate(items):
        made: Piece | None = None
        if isinstance(item, Token) and item.kind in NUMBERS:
            made = _resolved(item, _neighbour(items, at, -1), _neighbour(items, at, 1), timed=timed)
        timed = timed or (made is not None and made.kind == "CLOCK")
        out.append(item if made is None else made)
    return out


def _neighbour(items: Parsed, at: int, step: int) -> "Token | Piece | None":
    at += step
    while 0 <= at < len(items) and items[at].kind in ("COMMA", "AT", "ON", "DASH"):
        at += step
    return items[at] if 0 <= at < len(items) else None


def _resolved(
    item: Token, before: "Token | Piece | None", after: "Token | Piece | None", *, timed: bool
) -> Piece | None:
    """Return what one number means between its neighbours; None leaves it unused, which refuses the phrase."""
    beside_day = any(one is not None and one.kind in _DAYS for one in (before, after))
    if any(one is not None and one.kind in ("UNKNOWN", "IN") for one in (before, after)):
        return None
    if after is not None and after.kind == "REPEAT" and (before is None or before.kind not in _DAYS):
        return None  # 'two Thursdays'
    if item.kind == "DOTBOTH":
        return _dotted(item, beside_day=beside_day, timed=timed)
    if timed:
        weekday_before = isinstance(before, Coming) and item.kind in ("N12", "N23", "N31")
        return Calendar(item.number) if weekday_before else None
    if not beside_day:
        return None
    if item.kind in ("N12", "W12"):
        return Clock(item.number)
    if item.kind in ("N23", "N31"):
        return Calendar(item.number) if isinstance(before, Coming) and item.number > 23 else None
    if item.kind == "LEAD":
        return None
    return clock_of(item) if item.number % 5 == 0 else None


def _dotted(item: Token, *, beside_day: bool, timed: bool) -> Piece | None:
    day, month = item.numbers
    if timed:
        return Calendar(day, month)
    return clock_of(item) if beside_day else None


def _is_near(context: Context, number: int, weekday: int) -> bool:
    """Whether the next `number`th is that weekday: 'Monday 7' can then be either."""
    days = (context.today + timedelta(days=ahead) for ahead in range(1, 32))
    return any(day.day == number and day.weekday() == weekday for day in days)


def joined_apart(items: Parsed) -> Parsed:
    """Join what belongs together across a time: 'Sat 11am next week', 'first Thursday 6pm, December'."""
    weekdays = [item for item in items if isinstance(item, Coming)]
    weeks = [item for item in items if isinstance(item, WeekRef)]
    nths = [item for item in items if isinstance(item, Nth)]
    months = [item for item in items if isinstance(item, MonthRef | Within)]
    if len(weekdays) == len(weeks) == 1:
        made: Piece = InWeek(weekdays[0].weekday, weeks[0])
        return [made if item is weekdays[0] else item for item in items if item is not weeks[0]]
    if len(nths) == len(months) == 1:
        month = months[0]
        made = NthOfMonth(nths[0], month.month if isinstance(month, Within) else month)
        return [made if item is nths[0] else item for item in items if item is not months[0]]
    return items
