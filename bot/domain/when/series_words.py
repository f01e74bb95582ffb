"""Rules for what recurs: every Thursday, alternate Tuesdays, monthly, every 31st, weekdays.

'Every second Thursday' is every other Thursday to some and the second of the month to others, 'bimonthly'
twice a month or every two (Oxford Learner's Dictionaries, 'bimonthly'): both readings are kept and asked.
"""

from dataclasses import dataclass
from typing import Final

from bot.domain.when.context import Piece
from bot.domain.when.lexer import Token
from bot.domain.when.months import ANY_DAY, WORKING_DAY
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import Note
from bot.domain.when.words import number, text, token


@dataclass(frozen=True, slots=True)
class Repeat(Piece):
    """How something recurs, as far as one group of words says.

    `weekdays` 0 to 6; `nth` are numbers (1 to 5, -1 the last) of `what` in a month; `days` of the month;
    `month` of the year; `months` where some are left out. `either` is another reading that must be asked.
    """

    unit: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    what: int = ANY_DAY
    days: tuple[int, ...] = ()
    month: int | None = None
    months: tuple[int, ...] = ()
    part: str | None = None
    either: "Repeat | None" = None
    kind = "REPEAT"


WORK_WEEK: Final = (0, 1, 2, 3, 4)
_UNITS: Final = {
    "DAYW": ("DAILY", 1),
    "WEEK": ("WEEKLY", 1),
    "FORTNIGHT": ("WEEKLY", 2),
    "MONTHW": ("MONTHLY", 1),
    "YEARW": ("YEARLY", 1),
    "QUARTER": ("MONTHLY", 3),
    "TERMW": ("TERMLY", 1),
    "HALFTERM": ("TERMLY", 2),
}
_TERMS: Final = Note("dates.refused.terms", "every Thursday at 6pm")
_VAGUE: Final = Note("dates.refused.which_days", "every Tuesday and Thursday at 6pm")


def _numbers(match: Match, *kinds: str) -> tuple[int, ...]:
    found = [item for item in match.all(*kinds) if isinstance(item, Token)]
    return tuple(dict.fromkeys(-(item.number or 1) if item.kind == "LAST" else item.number for item in found))


def _weekly(match: Match) -> Repeat:
    interval = 2 if match.all("OTHER", "ALTERNATE") else 1
    return Repeat("WEEKLY", interval, tuple(sorted(_numbers(match, "WEEKDAY", "WEEKDAYS"))))


def _weekday_range(match: Match) -> Repeat | None:
    """'Every Monday to Friday'."""
    first, last = number(match, "first"), number(match, "last")
    days = sorted((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
    return Repeat("WEEKLY", weekdays=tuple(days)) if first != last else None


def _nth(match: Match) -> Repeat | None:
    """'Every first Thursday', 'every first and third Thursday': of the month."""
    numbers = _numbers(match, "ORD", "LAST")
    day = token(match, "day")
    if day is None or any(one > 5 for one in numbers):
        return None
    what = (
        day.number if day.kind in ("WEEKDAY", "WEEKDAYS") else ANY_DAY if day.kind == "DAYW" else WORKING_DAY
    )
    if match.get("working") is not None:
        what = WORKING_DAY
    monthly = Repeat("MONTHLY", nth=numbers, what=what)
    every = match.items[0].kind == "EVERY"
    if match.get("of") is None and every and len(numbers) == 1 and 2 <= numbers[0] <= 5 and what < ANY_DAY:
        return Repeat("WEEKLY", numbers[0], (what,), either=monthly)
    if match.get("of") is None and every and what == ANY_DAY and numbers[0] > 1:
        return Repeat("DAILY", numbers[0])
    return monthly


def _unit(match: Match) -> Repeat | Note | None:
    item = token(match, "unit")
    if item is None:
        return None
    if item.kind in ("SCHOOLDAY", "TERMW", "HALFTERM"):
        return _TERMS
    if item.kind == "WEEKDAYW" or match.get("working") is not None:
        if match.get("n") is not None or match.all("OTHER", "ALTERNATE"):
            return _VAGUE
        return Repeat("WEEKLY", weekdays=WORK_WEEK)
    if item.kind not in _UNITS:
        return _VAGUE
    if match.get("n") is not None and match.all("OTHER", "ALTERNATE"):
        return _VAGUE  # 'every two alternate months'
    if match.get("n") is None and not match.all("OTHER", "ALTERNATE") and item.text.lower().endswith("s"):
        return _VAGUE  # 'every weeks' lost its number
    unit, each = _UNITS[item.kind]
    count = number(match, "n", 2 if match.all("OTHER", "ALTERNATE") else 1)
    return Repeat(unit, each * count) if 1 <= count <= 52 else _VAGUE


def _frequency(match: Match) -> Repeat | Note | None:
    item = token(match, "word")
    if item is None:
        return None
    if item.name in ("TERMLY", "HOURLY"):
        return _TERMS if item.name == "TERMLY" else _VAGUE
    if item.number == 0:
        return Repeat("MONTHLY", 2, either=Repeat("MONTHLY", 1))
    return Repeat(item.name, item.number)


def _weekdays(match: Match) -> Repeat | None:
    item = token(match, "word")
    return (
        Repeat("WEEKLY", weekdays=WORK_WEEK) if item is not None and item.text.lower().endswith("s") else None
    )


def _month_days(match: Match) -> Repeat | None:
    if text(match, "day") == "second":
        return None  # 'every second' of what?
    return Repeat("MONTHLY", days=_numbers(match, "ORD"))


def _yearly(match: Match) -> Repeat:
    day = number(match, "day")
    return Repeat("YEARLY", days=(day,) if day else (), month=number(match, "month"))


def _part(match: Match) -> Repeat:
    item = token(match, "part")
    return Repeat("DAILY", part="" if item is None else item.name)


def _weekends(_: Match) -> Repeat:
    """Both days, or one of them: asked."""
    return Repeat("WEEKLY", weekdays=(5, 6), either=Repeat("WEEKLY", weekdays=(5,)))


def _last_few(match: Match) -> Repeat | None:
    count = number(match, "n")
    return (
        Repeat("MONTHLY", nth=tuple(range(-count, 0)), what=number(match, "day")) if 2 <= count <= 4 else None
    )


def _refused(_: Match) -> Note:
    return _VAGUE


_NTH: Final = "(ORD | LAST) ((AND | SLASHMARK)? (ORD | LAST))* working=WORKING?"
_OF_MONTH: Final = "of=(OF | IN) (EVERY | THIS)? MONTHW"

_OF_EVERY: Final = "(OF | IN) EVERY MONTHW"

RULES: Final = (
    Rule("EVERY (OTHER | ALTERNATE)? (WEEKDAY | WEEKDAYS) ((AND | SLASHMARK)? (WEEKDAY | WEEKDAYS))*", _weekly),
    Rule("ALTERNATE (WEEKDAY | WEEKDAYS) ((AND | SLASHMARK)? (WEEKDAY | WEEKDAYS))*", _weekly),
    Rule("ON? WEEKDAYS ((AND | SLASHMARK)? WEEKDAYS)*", _weekly),
    Rule(f"EVERY {_NTH} day=(WEEKDAY | WEEKDAYS | DAYW | WEEKDAYW)", _nth),
    Rule(f"EVERY {_NTH} day=(WEEKDAY | WEEKDAYS | DAYW | WEEKDAYW) {_OF_MONTH}", _nth),
    Rule(f"{_NTH} day=WEEKDAYS", _nth),
    Rule(f"{_NTH} day=WEEKDAYS {_OF_MONTH}", _nth),
    Rule("EVERY n=(COUNT | ORD)? (OTHER | ALTERNATE)? working=WORKING? "
         "unit=(UNIT | WEEKDAYW | HOURW | MINUTE | QUARTER | SCHOOLDAY | TERMW | HALFTERM)", _unit),
    Rule("ALTERNATE unit=(UNIT | WEEKDAYW | SCHOOLDAY)", _unit),
    Rule("ONCE (A | EVERY)? n=(COUNT | ORD)? (OTHER | ALTERNATE)? unit=(UNIT | QUARTER | TERMW | HALFTERM)", _unit),
    Rule("TWICE (A | EVERY)? (UNIT | FREQ)?", _refused),
    Rule("COUNT TIMES (A | EVERY) UNIT", _refused),
    Rule("word=FREQ", _frequency),
    Rule("ON? word=WEEKDAYW", _weekdays),
    Rule("EVERY day=ORD ((AND | SLASHMARK)? ORD)* !(EVENT | NOUN | UNKNOWN | VENUE | MONTH)", _month_days),
    Rule("EVERY ORD ((AND | SLASHMARK)? ORD)* (OF | IN) (EVERY | THIS)? MONTHW", _month_days),
    Rule("EVERY day=(ORD | DAYNUM) OF? month=MONTH", _yearly),
    Rule("EVERY month=MONTH day=(ORD | DAYNUM)", _yearly),
    Rule("EVERY month=MONTH", _yearly),
    Rule("EVERY part=PARTW", _part),
    Rule("EVERY WEEKENDW", _weekends),
    Rule(f"last=LAST n=(N12 | W12) day=WEEKDAYS {_OF_EVERY}", _last_few),
    Rule("EVERY first=WEEKDAY (TO | TIL | DASH) last=WEEKDAY", _weekday_range),
    Rule("(FROM | EVERY)? first=WEEKDAYS (TO | TIL | DASH) last=WEEKDAYS", _weekday_range),
    Rule("EVERY (HOLIDAY | FEAST | TIMEW)", _refused),
)  # fmt: skip
