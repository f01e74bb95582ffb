"""How a meeting recurs, when its first time is known: `repeat:` in words."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.clauses import says_two
from bot.domain.when.context import Context, DateExpr, Piece
from bot.domain.when.days import Coming
from bot.domain.when.exceptions import are_among, days_of, left_out
from bot.domain.when.fresh import fresh
from bot.domain.when.grammar import LONGEST, Parsed, parse
from bot.domain.when.lexer import Token
from bot.domain.when.merge_repeats import merged
from bot.domain.when.months import Nth, NthOfMonth, nth_of_month
from bot.domain.when.readings import Choice, Moment, Refusal, Resolved, Series, Span
from bot.domain.when.resolve_dates import asked
from bot.domain.when.rules import holds, rule_text
from bot.domain.when.school import truly_refused
from bot.domain.when.series import bounds_of, ended, ending
from bot.domain.when.series_words import Repeat
from bot.domain.when.spans import EACH_DAY
from bot.domain.when.termly import Said, rules, said
from bot.domain.when.terms import Terms
from bot.domain.when.tokens import DateSpan, Note, Without
from bot.domain.when.unused_words import check
from bot.domain.when.wordlists import words

_USED: Final = frozenset(
    words("REPEAT NTH DATE DATES UNTIL SINCE COUNTED WITHIN MONTHS TERM WITHOUT PART NOISE MONTHREF SAMETIME")
)
"""The pieces that a repeat is made of: any other has a meaning, and is not dropped."""
_UNREAD: Final = Refusal("dates.refused.repeat", {"example": "every second Thursday of the month"})


def read_repeat(
    words: str, start: Moment | Span | datetime, *, terms: Terms | None = None
) -> Series | Choice | Refusal:
    """Return the series that begins with `start` (aware, in its zone) and recurs according to `words`.

    'weekly' uses the weekday of the start. 'monthly' can be by date or by weekday, so it is asked. A rule
    that does not fit the start is refused. 'Termly' and 'every half term' need `terms`.
    """
    first = Moment(start) if isinstance(start, datetime) else start
    at = first.at if isinstance(first, Moment) else first.start.at
    reading = _read(words, first, at, terms)
    return fresh(truly_refused(reading, terms), at.date()) if isinstance(reading, Refusal) else reading


def _read(words: str, first: Moment | Span, at: datetime, terms: Terms | None) -> Series | Choice | Refusal:
    if len(words) > LONGEST or not isinstance(at.tzinfo, ZoneInfo):
        return _UNREAD
    context = Context(at, at.tzinfo, terms)
    if (termly := said(words)) is not None and terms is not None and terms.terms:
        return _by_terms(termly, first, context)
    items = ended(parse(words))
    refused = _refused(items)
    if refused is not None:
        return refused
    if (days := _each_weekday(items, first, context)) is not None:
        return days
    repeats = _completed(items, context)
    if isinstance(repeats, Refusal):
        return repeats
    named = tuple(day for item in items if isinstance(item, Without) for day in item.days)
    without = days_of(named, context)
    if isinstance(without, Refusal):
        return without
    found: list[Resolved] = []
    for repeat in repeats:
        bounds = bounds_of(items, repeat, None, context)
        if isinstance(bounds, Refusal):
            return bounds
        if holds(repeat)(at.date()):
            found += [
                Series(rule_text(repeat) + ending(one, context, at.date(), timed=True), first, without)
                for one in bounds
                if one.since <= at.date()
                and all(day > at.date() for day in without)
                and are_among(without, repeat, at.date(), one.last)
            ]
    if not found:
        return Refusal("dates.refused.repeat_start", {"example": "weekly"})
    reading = asked(found, "dates.ask.series" if len(found) > 1 else "")
    return reading if isinstance(reading, Series | Choice | Refusal) else _UNREAD


def _by_terms(termly: Said, first: Moment | Span, context: Context) -> Series | Choice | Refusal:
    """'Termly until 17 July': which weekday of its term the first day is; near the end of one that is asked."""
    end = ""
    if termly.end:
        # The end is read as that of a daily repeat, since the frequency does not matter.
        bounds = read_repeat(f"daily {termly.end}", first, terms=context.terms)
        if not isinstance(bounds, Series) or "UNTIL" not in bounds.rule:
            return Refusal("dates.refused.repeat", {"example": "weekly"})
        end = bounds.rule[bounds.rule.index(";UNTIL") :]
    found = [Series(rule + end, first) for rule in rules(context.today, context.terms, termly.frequency)]
    if not found:
        return Refusal("dates.refused.outside_terms", {"example": "Thursday 14 January 2027, 6pm"})
    return found[0] if len(found) == 1 else Choice(tuple(found), "dates.ask.series")


def _refused(items: Parsed) -> Refusal | None:
    note = next((item for item in items if isinstance(item, Note)), None)
    if note is not None:
        return note.refusal()
    rest = check(items)
    if isinstance(rest, Refusal):
        return rest
    strange = any(isinstance(item, Piece) and item.kind not in _USED for item in items)
    either = any(isinstance(item, Token) and item.kind == "OR" for item in items)
    if rest.unknown or rest.maybe or strange or either or says_two(items):
        return _UNREAD
    return None


def _completed(items: Parsed, context: Context) -> list[Repeat] | Refusal:
    """Complete the repeat from the start; two or three where 'monthly' is ambiguous."""
    items = [item for item in items if item.kind != "PART"]
    if not any(isinstance(item, Repeat) for item in items):
        if not any(isinstance(item, Nth | NthOfMonth) for item in items):
            return _UNREAD
        items = [*items, Repeat("MONTHLY")]
    bare = next(item for item in items if isinstance(item, Repeat))
    plain = not (bare.weekdays or bare.nth or bare.days) and not any(
        isinstance(item, DateExpr) and item.kind in ("DATE", "NTH") for item in items
    )
    others = [item for item in items if isinstance(item, Repeat)]
    if plain and len(others) == 1:
        return _without(_from_start(bare, context), items)
    found = merged(
        [item for item in items if not (isinstance(item, Coming) and bare.unit != "WEEKLY")], context
    )
    if isinstance(found, Refusal):
        return found
    repeat, start = found
    if start is not None:
        return _UNREAD
    kept = left_out(items, repeat)
    if isinstance(kept, Refusal):
        return kept
    repeat = kept[0]
    return [repeat, *([repeat.either] if repeat.either else [])]


def _without(repeats: list[Repeat] | Refusal, items: Parsed) -> list[Repeat] | Refusal:
    """'Weekly except August': exceptions apply to what the start fills in, too."""
    if isinstance(repeats, Refusal):
        return repeats
    kept: list[Repeat] = []
    for one in repeats:
        rest = left_out(items, one)
        if isinstance(rest, Refusal):
            return rest
        kept.append(rest[0])
    return kept


def _each_weekday(items: Parsed, first: Moment | Span, context: Context) -> Choice | Refusal | None:
    """'Monday to Friday' by itself: those days each week, or once from first to last; asked."""
    spans = [item for item in items if isinstance(item, DateSpan)]
    if len(spans) != 1 or any(
        isinstance(item, Piece) and item.kind not in ("DATES", "NOISE") for item in items
    ):
        return None
    begin, end = spans[0].first, spans[0].last
    if not isinstance(begin, Coming) or not isinstance(end, Coming):
        return None
    ahead = (end.weekday - begin.weekday) % 7
    days = sorted((begin.weekday + one) % 7 for one in range(ahead + 1))
    left = (end.weekday - context.today.weekday()) % 7
    if context.today.weekday() not in days or not left:
        return Refusal("dates.refused.repeat_start", {"example": "weekly"})
    weekly = Series(rule_text(Repeat("WEEKLY", weekdays=tuple(days))), first)
    return Choice((weekly, Series(f"FREQ=DAILY;COUNT={left + 1}", first)), EACH_DAY)


def _from_start(repeat: Repeat, context: Context) -> list[Repeat] | Refusal:
    day = context.today
    if repeat.unit == "DAILY":
        return [repeat]
    if repeat.unit == "WEEKLY":
        return [replace(repeat, weekdays=(day.weekday(),))]
    if repeat.unit == "YEARLY":
        return [replace(repeat, days=(day.day,), month=day.month)]
    if repeat.unit != "MONTHLY":
        return _UNREAD
    nth = (day.day - 1) // 7 + 1
    found = [replace(repeat, nth=(nth,), what=day.weekday(), either=None)] if nth < 5 else []
    if nth_of_month(day.replace(day=1), -1, day.weekday()) == day:
        found.append(replace(repeat, nth=(-1,), what=day.weekday(), either=None))
    found.append(replace(repeat, days=(day.day,), either=None))
    if repeat.either is not None:
        return [*found, *(replace(one, interval=repeat.either.interval) for one in found)]
    return found
