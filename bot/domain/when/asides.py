"""Tokens before the rules: words whose meaning depends on their neighbours.

'Venue TBC' says nothing about the time, 'Thursday 6pm TBC' does; 'after school' next to a clock is not a clock; 'not
July' excludes July. What casts doubt on a time becomes a MAYBE, which asks.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final

from bot.domain.when.lexer import Token
from bot.domain.when.wordlists import words

_OPEN: Final = frozenset(words("tbc tba tbd"))
_OPEN_THINGS: Final = frozenset(
    words(
        "venue location place room speaker speakers details agenda link format address host chair title topic"
    )
)
_LESSONS: Final = frozenset(words("school work college lessons classes"))
_TO_LEAVE_OUT: Final = frozenset(words("MONTH WEEKDAY WEEKDAYS ORD HOLIDAY"))
_SAID_AGAIN: Final = frozenset(words("EVERY FREQ WEEKDAYS ALTERNATE"))
_CLOCKS: Final = frozenset(words("TIME TIMEH DOTTIME HHMM NOON"))
_BEHIND_A_DAY: Final = frozenset(words("TIME TIMEH DOTTIME HHMM NOON AT N12 N23 N31 ORD"))
_LISTS: Final = frozenset(words("AND OR COMMA SLASHMARK"))
_HOURS: Final = frozenset(words("DOTBOTH N12 W12 HMM HALF QUARTER"))
_COUNTS: Final = frozenset(words("N12 W12 N23"))
_DAYS: Final = frozenset(
    words(
        "WEEKDAY WEEKDAYS MONTH NUMDATE SLASH ISO ORD TODAY TOMORROW TONIGHT OVERMORROW HOLIDAY FEAST DOTDATE EVERY "
        "FREQ WEEK FORTNIGHT DAYW MONTHW WEEKENDW WEEKDAYW NOW N31 N23"
    )
)
WATCHED: Final = frozenset(
    words("VAGUE ISH ON STREET FILLER APPROX MAYBE AFTER BEFORE BARRED MERIDIEM WEEKDAYS MONTHW UNKNOWN FREQ")
)
"""The kinds without which nothing here applies."""


def aside(tokens: Sequence[Token], kinds: Set[str]) -> list[Token]:
    """Return `tokens` (of these kinds) with such words replaced by their meaning in context."""
    found = list(tokens)
    if kinds & {"FILLER", "ON", "STREET"}:
        found = _short(found, kinds)
    if "MAYBE" in kinds:
        found = _open(found)
    if "APPROX" in kinds and "FOR" in kinds:
        found = _about_so_long(found)
    if "VAGUE" in kinds or "ISH" in kinds:
        found = _about_then(found, kinds)
    if "AFTER" in kinds or "BEFORE" in kinds:
        found = _around_school(found)
    if "BARRED" in kinds or "FREQ" in kinds:
        found = _named(found, kinds)
    if "MERIDIEM" in kinds or "UNKNOWN" in kinds:
        found = _halves(found)
    if "WEEKDAYS" in kinds:
        found = _counted(found, kinds)
    return _monthly(found) if "MONTHW" in kinds else found


def _short(tokens: Sequence[Token], kinds: Set[str]) -> list[Token]:
    """'We 12.30', 'on 6pm', 'St 11pm', 'my 4th': perhaps a day or a month with a letter missing, so it is asked."""
    dayless = _DAYS.isdisjoint(kinds)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        linked = token.name == "we" and before is not None and before.kind in _LISTS
        day = (dayless or linked) and _is_short_day(token, before, after)
        if day or _is_short_name(token, before, tokens[at + 1 :]):
            token = replace(token, kind="MAYBE")
        out.append(token)
    return out


def _is_short_day(token: Token, before: Token | None, after: Token | None) -> bool:
    """Whether a small word takes the place of a missing weekday: 'We 20.15', 'five to eight on'."""
    alone = after is None and before is not None
    timed = after is not None and (after.kind in _CLOCKS or after.kind in _HOURS)
    return (token.kind == "ON" or token.name == "we") and (
        alone or timed or (after is not None and after.kind == "AT")
    )


def _is_short_name(token: Token, before: Token | None, behind: Sequence[Token]) -> bool:
    """'My 4th at 6pm' may be May's, 'first St' a Saturday, and 'looking good friday' any Friday."""
    after = behind[0] if behind else None
    if token.name == "my":
        timed = len(behind) > 1 and (behind[1].kind in ("AT", "COMMA") or behind[1].kind in _CLOCKS)
        return timed and behind[0].kind == "ORD"
    if token.kind == "STREET":
        return token.name == "st" and (before is None or before.kind == "ORD")
    if token.text == "Good":
        near = behind[1:3] if after is not None and after.kind != "COMMA" else ()
        return any(one.name == "friday" for one in near)
    return token.text == "good" and before is not None and after is not None and after.name == "friday"


def _open(tokens: Sequence[Token]) -> list[Token]:
    """'Venue TBC' is not about the time; 'time TBC' is."""
    out: list[Token] = []
    for token in tokens:
        before = out[-1] if out else None
        if token.name in _OPEN and before is not None:
            if before.kind == "VENUE" or before.name in _OPEN_THINGS:
                token = replace(token, kind="FILLER")
            elif before.kind == "TIMEW":
                out[-1] = replace(before, kind="FILLER")
        out.append(token)
    return out


def _about_so_long(tokens: Sequence[Token]) -> list[Token]:
    """'For about an hour': an hour, asked."""
    out: list[Token] = []
    for at, token in enumerate(tokens):
        lengthy = at + 2 < len(tokens) and tokens[at + 2].kind in ("HOURW", "MINUTE", "A")
        if token.kind == "APPROX" and out and out[-1].kind == "FOR" and lengthy:
            out[-1:] = [replace(token, kind="MAYBE"), out[-1]]
        else:
            out.append(token)
    return out


def _about_then(tokens: Sequence[Token], kinds: Set[str]) -> list[Token]:
    """'First thing, 8.30am', 'noon-ish': around that time."""
    timed = not _CLOCKS.isdisjoint(kinds)
    out: list[Token] = []
    for token in tokens:
        first = token.kind == "VAGUE" and token.text.lower() in ("first thing", "last thing") and timed
        ish = token.kind == "ISH" and bool(out) and out[-1].kind == "NOON"
        out.append(replace(token, kind="MAYBE") if first or ish else token)
    return out


def _around_school(tokens: Sequence[Token]) -> list[Token]:
    """'3.45pm straight after school', 'before school': an approximate time."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind in ("AFTER", "BEFORE") and after is not None and after.name in _LESSONS:
            if out and out[-1].name in ("straight", "right", "just", "directly", "immediately"):
                out.pop()
            out.append(Token("MAYBE", f"{token.text} {after.text}", name="school"))
            at += 2
            continue
        out.append(token)
        at += 1
    return out


def _named(tokens: Sequence[Token], kinds: Set[str]) -> list[Token]:
    """'The regular meeting is every Thursday', 'annual conference 5 April', 'not in July or August'."""
    repeated = not _SAID_AGAIN.isdisjoint(kinds)
    dated = bool({"MONTH", "NUMDATE", "SLASH"} & set(kinds))
    out: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None or token.kind not in ("BARRED", "FREQ"):
            pass
        elif token.name in ("regular", "usual") and repeated and after.kind == "EVENT":
            token = replace(token, kind="FILLER")
        elif token.name == "not" and at and (after.kind in _TO_LEAVE_OUT or _is_date(tokens, at + 1)):
            token = replace(token, kind="EXCEPT")
        elif token.text.lower() == "annual" and dated and (after.kind == "EVENT" or after.name == "general"):
            token = replace(token, kind="MAYBE", number=0)
        out.append(token)
    return out


def _is_date(tokens: Sequence[Token], at: int) -> bool:
    pair = tokens[at : at + 2]
    return len(pair) == 2 and pair[0].kind in ("N12", "N23", "N31", "LEAD") and pair[1].kind == "MONTH"


_ENDS_A_DAY: Final = ("WEEKDAY", "MONTH", "YEAR", "ORD", "SLASH", "NUMDATE", "TODAY", "TOMORROW")


def _halves(tokens: Sequence[Token]) -> list[Token]:
    """'Thurs pm 4' is 4pm, and 'Fri am' a part of the day; 'Th 6pm' is a Thursday."""
    timed = any(token.kind in _CLOCKS or token.kind == "N12" for token in tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        before = out[-1] if out else None
        day_before = before is not None and before.kind in _ENDS_A_DAY
        ends = at + 2 >= len(tokens) or tokens[at + 2].kind in ("COMMA", "FOR")
        if token.kind == "MERIDIEM" and day_before and after is not None and after.kind == "N12" and ends:
            text = f"{after.text}{token.text}"
            out.append(Token("TIMEH", text, numbers=(after.number, 0, 0, token.number)))
            at += 2
            continue
        if (
            token.kind == "MERIDIEM"
            and day_before
            and after is not None
            and after.kind in ("TIME", "DOTTIME")
        ):
            if after.numbers[3:] in ((), (0,)) and after.numbers[0] <= 12:
                out.append(Token("TIME", after.text, numbers=(*after.numbers[:2], 0, token.number)))
                at += 2
                continue
        elif token.kind == "MERIDIEM" and day_before and not timed:
            token = Token("PARTW", token.text, name="morning" if token.number == 1 else "afternoon")
        first = before is None or before.kind in ("ON", "COMMA", "OR", "AND")
        if token.name == "th" and first and after is not None and after.kind in _BEHIND_A_DAY:
            token = Token("WEEKDAY", token.text, 3, "th")
        out.append(token)
        at += 1
    return out


def _counted(tokens: Sequence[Token], kinds: Set[str]) -> list[Token]:
    """'6 Thursdays from 7 January at 6pm': every Thursday, six times. Without a clock the number could be an hour."""
    if _CLOCKS.isdisjoint(kinds):
        return list(tokens)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        first = before is None or before.kind in ("COMMA", "FOR", "NEXT", "FILLER", "EVENT")
        several = token.kind in _COUNTS and token.number > 1
        if several and first and at + 1 < len(tokens) and tokens[at + 1].kind == "WEEKDAYS":
            if out and out[-1].kind in ("FOR", "NEXT"):
                out.pop()
            out += [token, Token("TIMES", "times")]
            continue
        out.append(token)
    return out


def _monthly(tokens: Sequence[Token]) -> list[Token]:
    """'Last Thursday of the month except December', 'first Tuesday of the month, Jan to June': of every month."""
    left_out = any(token.kind == "EXCEPT" for token in tokens)
    if not left_out and not _has_months(tokens):
        return list(tokens)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        nth = (
            at > 2
            and tokens[at - 1].kind in ("OF", "IN")
            and tokens[at - 2].kind in ("WEEKDAY", "WEEKDAYW", "DAYW")
        )
        if token.kind == "MONTHW" and nth and tokens[at - 3].kind in ("ORD", "LAST"):
            out.append(Token("EVERY", "every", name="every"))
        out.append(token)
    return out


def _has_months(tokens: Sequence[Token]) -> bool:
    """Whether months are named from one to another: 'January to June'."""
    return any(
        tokens[at].kind == "MONTH"
        and tokens[at + 1].kind in ("TO", "TIL", "DASH")
        and tokens[at + 2].kind == "MONTH"
        for at in range(len(tokens) - 2)
    )
