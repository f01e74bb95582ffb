"""Rules over pieces for times: ranges, '7 for 7.30', 'starts 6 ends 8', 'in an hour'."""

from dataclasses import dataclass
from typing import Final

from bot.domain.when.clock_words import clock_of
from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.length_words import soon
from bot.domain.when.lexer import Token
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.times import Clock, ClockSpan, EitherTime
from bot.domain.when.tokens import Elapsed, Length, Note
from bot.domain.when.words import kind, piece, text, token
from bot.domain.when.zones import Zone

_FIGURES: Final = ("N12", "N23", "LEAD", "W12")


@dataclass(frozen=True, slots=True)
class FullSpan(Piece):
    """From a time on one day to a time on another."""

    first: DateExpr
    start: Clock
    last: DateExpr
    end: Clock
    zones: tuple[Zone, ...] = ()
    end_zones: tuple[Zone, ...] = ()
    kind = "SPAN"


def clock_at(match: Match, name: str) -> Clock | None:
    """Return the time called `name`: a piece, or a bare number where only a time can be."""
    item = match.get(name)
    if isinstance(item, Clock):
        return item
    if isinstance(item, Token) and item.kind == "YH" and item.number % 5:
        return None  # 2026 is a year
    return clock_of(item) if isinstance(item, Token) else None


def _range(match: Match) -> ClockSpan | EitherTime | Clock | None:
    start, end = clock_at(match, "a"), clock_at(match, "b")
    if start is None or end is None or start.is_midnight:
        return None
    kinds = {kind(match, "a"), kind(match, "b")}
    if "YH" in kinds and kinds & {*_FIGURES, "DOTBOTH"}:
        return None  # '2025-06' is a month
    bare = kind(match, "a") in _FIGURES and kind(match, "b") in _FIGURES
    dotted = (kind(match, "a"), kind(match, "b")) == ("DOTBOTH", "DOTBOTH") and match.items[
        0
    ].kind == "DOTBOTH"
    span = ClockSpan(start, end, doubtful=match.items[0].kind == "BETWEEN", bare=bare, dotted=dotted)
    before = token(match, "a")
    if before is None or match.items[0].kind in ("FROM", "BETWEEN") or kind(match, "to") != "TO":
        return span
    # '10 to 4' in figures is ten minutes to four as well
    if (
        before.kind in ("N12", "N23")
        and before.number in (5, 10, 20, 25)
        and end.minute == 0
        and end.half != 3
    ):
        minutes_to = Clock(
            end.hour - 1 or 12, 60 - before.number, half=_half_before(end), approximate=end.approximate
        )
        return EitherTime((span, minutes_to)) if before.number <= 12 else minutes_to
    return span


def _dashed(match: Match) -> Clock | None:
    """'6-30' and '6-45' are not ranges."""
    hour, minute = token(match, "a"), token(match, "b")
    if hour is None or minute is None or minute.number not in (30, 45):
        return None
    return Clock(hour.number, minute.number, figures=True)


def _half_before(end: Clock) -> int:
    return 3 - end.half if end.hour == 12 and end.half in (1, 2) else end.half


def _minutes_to(match: Match) -> Clock | None:
    before, end = token(match, "a"), clock_at(match, "b")
    if before is None or end is None or before.number != 25 or end.minute or end.half == 3:
        return None
    return Clock(end.hour - 1 or 12, 35, half=_half_before(end), approximate=end.approximate)


def _doors(match: Match) -> Clock | None:
    """'7 for 7.30': doors at seven, start at half past."""
    doors, start = clock_at(match, "a"), clock_at(match, "b")
    if doors is None or start is None or (doors.hour > 12) != (start.hour > 12):
        return None
    ahead = ((start.hour - doors.hour) * 60 + start.minute - doors.minute) % 720
    if not 0 < ahead <= 120:
        return None
    # am or pm given only with the doors ('6.30pm for 7') applies to the start, except across noon
    half = start.half or (
        doors.half if doors.hour % 12 <= start.hour % 12 or not doors.half else 3 - doors.half
    )
    approximate = start.approximate or doors.approximate
    return Clock(start.hour, start.minute, half=half, figures=start.figures, approximate=approximate)


def _about(match: Match) -> Clock | None:
    clock = clock_at(match, "a")
    return None if clock is None else clock.about()


def _open_end(match: Match) -> Clock | None:
    """'6pm til late': not a definite end, so the start is asked."""
    return _about(match) if text(match, "late") in ("late", "later", "eventually") else None


def _about_elapsed(match: Match) -> Elapsed | None:
    length = piece(match, "length", Length)
    return None if length is None else Elapsed(length.minutes, doubtful=True)


def _start(match: Match) -> Clock | None:
    return clock_at(match, "a")


def _bound(_: Match) -> Note:
    return Note("dates.refused.bound")


def _elapsed(match: Match) -> Elapsed | None:
    length = piece(match, "length", Length)
    return None if length is None else Elapsed(length.minutes, length.doubtful)


def _full(match: Match) -> FullSpan | Note | None:
    first, last = piece(match, "first", DateExpr), piece(match, "last", DateExpr)
    start, end = clock_at(match, "a"), clock_at(match, "b")
    if first is None or last is None or start is None or end is None:
        return None
    if kind(match, "a") in _FIGURES and kind(match, "b") in _FIGURES:
        return Note(
            "dates.refused.which_days", "Thursday 3 to Friday 4 December"
        )  # hours, or days of the month
    link = next(at for at, item in enumerate(match.items) if item.kind in ("TO", "TIL", "DASH"))
    before = tuple(item for item in match.items[:link] if isinstance(item, Zone))
    after = tuple(item for item in match.items[link:] if isinstance(item, Zone))
    return FullSpan(first, start, last, end, before or after, after or before)


def _two_times(_: Match) -> Note:
    return Note("dates.refused.two_times", "Thursday 9:00 to 11:30")


def _gone(_: Match) -> Note:
    return Note("dates.refused.past", "next Thursday, 6pm")


RULES: Final = (
    Rule("(FROM | STARTING)? a=CLOCKISH to=UPTO b=CLOCKISH", _range),
    Rule("BETWEEN a=CLOCKISH to=(AND | UPTO) b=CLOCKISH", _range),
    Rule("a=CLOCK (TIL | TO | DASH) late=VAGUE", _open_end),
    Rule("IN APPROX length=LENGTH TIMEW?", _about_elapsed),
    Rule("(STARTING | START)? a=CLOCKISH AND? ENDING AT? BY? b=CLOCKISH", _range),
    Rule("a=N31 TO b=CLOCKISH", _minutes_to),
    Rule("a=CLOCKISH FOR b=(CLOCK | N12 | W12 | DOTBOTH) !(TIMES | UNIT | HOURW | MINUTE)", _doors),
    Rule("APPROX a=CLOCKISH", _about),
    Rule("a=CLOCK APPROX", _about),
    Rule("TIMEW a=CLOCK", _start),
    Rule("a=CLOCK (FILLER? START | ONWARD)", _start),
    Rule("a=N12 to=DASH b=(N31 | N59)", _dashed),
    Rule("(START | STARTING) a=CLOCKISH", _start),
    Rule("IN length=LENGTH TIMEW?", _elapsed),
    Rule("length=LENGTH (FROM NOW | TIMEW)", _elapsed),
    Rule("(LENGTH | STRETCH) AGO", _gone),
    Rule("LENGTH (DASH | TO | TIL) CLOCKISH", _two_times),
)

LINKS: Final = (
    Rule("NOW", soon),
    Rule("FROM a=CLOCKISH", _start),
    Rule("AFTER a=CLOCK", _about),
    Rule("(BY | BEFORE | AFTER) (CLOCKISH | DATE | SPANC | NTH | MONTHREF | WEEKREF | FEAST)", _bound),
    Rule("(BY | BEFORE | AFTER) END OF? (MONTHREF | WEEKREF | WEEK | DAYW | YEARW)", _bound),
    Rule("first=DATE a=CLOCKISH ZONE* UPTO last=DATE b=CLOCKISH ZONE*", _full),
    Rule("FROM? a=CLOCK ZONE* ON? first=DATE UPTO b=CLOCK ZONE* ON? last=DATE", _full),
)
