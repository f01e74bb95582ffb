"""The check that nothing meaningful is left over, and what numbers without a sign of their own stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.when.clock_words import clock_of
from bot.domain.when.context import Context, DateExpr, Piece
from bot.domain.when.days import Calendar, Coming, InWeek, WeekRef
from bot.domain.when.grammar import Parsed
from bot.domain.when.lexer import Token
from bot.domain.when.marks import Noise
from bot.domain.when.months import MonthRef, Nth, NthOfMonth
from bot.domain.when.readings import Refusal
from bot.domain.when.times import Clock
from bot.domain.when.wordlists import words

_HARMLESS: Final = frozenset(
    words(
        "COMMA SEMICOLON FILLER EVENT NOUN STREET LABEL A FOR IN ON AT OF AMOUNT MAYBE OR AND SLASHMARK DASH"
    )
)
_TIMES: Final = frozenset(words("CLOCK SPANC SPAN ELAPSED INSTANT SAMETIME"))
_DAYS: Final = frozenset(words("DATE REPEAT NTH PART SINCE UNTIL DATES"))
_NUMBERS: Final = frozenset(words("N12 W12 N23 N31 LEAD DOTBOTH HMM YH"))
_PAIRS: Final = frozenset(words("TO TIL AND OR DASH"))
_NO_TERMS: Final = frozenset(words("TERMW HALFTERM"))


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left besides the pieces: how many words nobody knows, and whether a 'maybe' was among them."""

    unknown: int
    maybe: bool


def settled_numbers(items: Parsed, context: Context) -> list[Parsed]:
    """Turn the bare numbers beside a day into times or days of the month; both, where 'Monday 7' can be either."""
    if not any(item.kind in _NUMBERS for item in items):
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
        if isinstance(item, Token) and item.kind in _NUMBERS:
            made = _settled(item, _neighbour(items, at, -1), _neighbour(items, at, 1), timed=timed)
        timed = timed or (made is not None and made.kind == "CLOCK")
        out.append(item if made is None else made)
    return out


def _neighbour(items: Parsed, at: int, step: int) -> "Token | Piece | None":
    at += step
    while 0 <= at < len(items) and items[at].kind in ("COMMA", "AT", "ON", "DASH"):
        at += step
    return items[at] if 0 <= at < len(items) else None


def _settled(
    item: Token, before: "Token | Piece | None", after: "Token | Piece | None", *, timed: bool
) -> Piece | None:
    """Return what one number means between its neighbours; None leaves it over, which refuses the phrase."""
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


def check(items: Parsed) -> Rest | Refusal:
    """Refuse where a word or number that could carry a time was not used."""
    unknown, maybe = sum(isinstance(item, Noise) and item.words for item in items), False
    for at, item in enumerate(items):
        if not isinstance(item, Token):
            continue
        if item.kind in ("UNKNOWN", "BACK"):
            unknown += 1
            if item.name in ("central", "mountain", "atlantic") and at and items[at - 1].kind == "CLOCK":
                return left_over(item)
        elif item.kind == "MAYBE":
            maybe = True
        elif item.kind == "OR":
            if _is_dangling(items, at):
                return left_over(item)
        elif item.kind in _NO_TERMS:
            return Refusal("dates.refused.terms", {"example": "Thursday 7 January, 6pm"})
        elif item.kind in (
            "TO",
            "FROM",
            "BY",
            "NEW",
            "APPROX",
            "DASH",
            "SLASHMARK",
            "NEXT",
            "THIS",
            "MERIDIEM",
        ):
            if not _is_aside(items, at):
                return left_over(item)
        elif item.kind == "BARRED":
            return Refusal("dates.refused.negation", {"word": item.text, "example": "Thursday 6pm"})
        elif item.kind in ("VAGUE", "FEW", "SAME", "FEAST"):
            return Refusal("dates.refused.vague", {"word": item.text, "example": "Thursday next week, 6pm"})
        elif item.kind not in _HARMLESS:
            return left_over(item)
    return Rest(unknown, maybe)


def joined_apart(items: Parsed) -> Parsed:
    """Join what belongs together over a time in between: 'Sat 11am next week', 'first Thursday 6pm, December'."""
    weekdays = [item for item in items if isinstance(item, Coming)]
    weeks = [item for item in items if isinstance(item, WeekRef)]
    nths = [item for item in items if isinstance(item, Nth)]
    months = [item for item in items if isinstance(item, MonthRef)]
    if len(weekdays) == len(weeks) == 1:
        made: Piece = InWeek(weekdays[0].weekday, weeks[0])
        return [made if item is weekdays[0] else item for item in items if item is not weeks[0]]
    if len(nths) == len(months) == 1:
        made = NthOfMonth(nths[0], months[0])
        return [made if item is nths[0] else item for item in items if item is not months[0]]
    return items


def left_over(item: Token) -> Refusal:
    """Return the refusal that names the word that could not be placed."""
    return Refusal("dates.refused.leftover", {"word": item.text[:40], "example": "Thursday 3 December, 6pm"})


def _is_dangling(items: Parsed, at: int) -> bool:
    """'Thursday or so': something was offered before, and nothing after."""
    before, after = (
        any(isinstance(one, Piece) and one.kind != "NOISE" for one in part)
        for part in (items[:at], items[at:])
    )
    return before and not after


def _is_aside(items: Parsed, at: int) -> bool:
    """Whether a link word stands among other words, not between two pieces where it would mean something."""
    item = items[at]
    before, after = (items[at - 1] if at else None), (items[at + 1] if at + 1 < len(items) else None)
    pieces = [isinstance(one, Piece) and one.kind != "NOISE" for one in (before, after)]
    if (
        isinstance(item, Token)
        and item.name == "minus"
        and after is not None
        and after.kind in ("LENGTH", "STRETCH")
    ):
        return False
    if item.kind in ("DASH", "SLASHMARK"):
        if all(pieces):
            kinds = {one.kind for one in (before, after) if one is not None}
            return len(kinds) > 1 or (item.kind == "SLASHMARK" and kinds <= {"DATE", "CLOCK", "INSTANT"})
        return not any(one is not None and one.kind in _NUMBERS for one in (before, after))
    if item.kind in ("NEXT", "THIS", "NEW"):
        return isinstance(after, Token) and after.kind in ("UNKNOWN", "FILLER", "EVENT", "NOUN")
    return isinstance(after, Token) and after.kind in ("UNKNOWN", "FILLER", "EVENT", "NOUN", "LABEL")


def of_kind(items: Sequence["Token | Piece"], *kinds: str) -> "list[Token | Piece]":
    """Return the items of these kinds."""
    return [item for item in items if item.kind in kinds]


def days_in(items: Sequence["Token | Piece"]) -> list[DateExpr]:
    """Return the days that were named."""
    return [item for item in items if isinstance(item, DateExpr) and item.kind == "DATE"]
