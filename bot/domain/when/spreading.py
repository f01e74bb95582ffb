"""Repeats a month, week or half of the day given once for several next to each of them.

'1, 8 and 15 December' is '1 December or 8 December or 15 December', 'Thursday 5 or 6pm' is 'Thursday 5pm or 6pm': so
the rules find whole days and times, and none is read without what was given for it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.when.lexer import Token
from bot.domain.when.wordlists import words

_LINKS: Final = frozenset(words("COMMA AND OR SLASHMARK SEMICOLON"))
_RANGES: Final = frozenset(words("TO TIL DASH"))
_CLOCKS: Final = frozenset(words("TIME TIMEH DOTTIME DOTBOTH HHMM HMM NOON MIDNIGHT"))
_DAYS: Final = frozenset(words("N12 N23 N31 LEAD ORD"))
_NOT_BEFORE_A_LIST: Final = frozenset(
    words("AT LABEL TO TIL DASH FROM FOR BETWEEN HALF QUARTER PAST TIME TIMEH DOTTIME MONTH EVERY")
)
_NO_DAY_BEFORE: Final = frozenset(
    words("MONTH MERIDIEM OCLOCK OF HOURW MINUTE NOUN NOON MIDNIGHT FOR DASH TO TIL ISH UNIT DAYW WEEK")
)
_DATE: Final = (
    r"(?:(?:N12|N23|N31|LEAD|ORD)(?: OF)? MONTH(?: YEAR)?|MONTH (?:N12|N23|N31|LEAD|ORD)(?: YEAR)?"
    r"|SLASH|NUMDATE|DOTDATE|DOTBOTH|ORD)"
)
_WEEK: Final = (
    rf"(?:(?:NEXT|THIS) WEEK|WEEK AFTER NEXT|(?:IN |OF |ON )?(?:WC|WEEK OF) {_DATE}"
    r"|IN (?:A|N12|W12|A? ?COUPLE(?: OF)?) (?:WEEK|FORTNIGHT)(?: TIMEW)?"
    r"|(?:IN |OF )?(?:ORD|LAST) WEEK (?:OF|IN) MONTH(?: YEAR)?)"
)
"""A week, as kinds of tokens: 'next week', 'w/c 7 Dec', 'in two weeks', 'in the second week of January'."""
_WEEK_BEHIND: Final = re.compile(_WEEK + r"(?= |$)")
_WEEK_BEFORE: Final = re.compile(r"(?:^| )(?P<week>" + _WEEK + r")(?: COMMA| ON)?$")
_LONGEST_WEEK: Final = 9


def spread(tokens: list[Token], kinds: Collection[str]) -> list[Token]:
    """Return `tokens` (of these kinds) with shared words repeated for each."""
    if _LINKS.isdisjoint(kinds) and _RANGES.isdisjoint(kinds):
        return tokens
    if "N12" in kinds:
        tokens = _halves_spread(tokens)
    if "MONTH" in kinds:
        tokens = _months_spread(tokens)
    return _weeks_spread(tokens) if "WEEKDAY" in kinds else tokens


def _halves_spread(tokens: Sequence[Token]) -> list[Token]:
    """'5 or 6pm', '6/7pm', '6 or 6.30': times offered side by side."""
    tokens = _hours_listed(tokens)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1 : at + 4]
        if token.kind == "N12" and len(after) > 1 and after[0].kind == "OR" and _is_hour(tokens, at):
            made = _beside(token, after[1], tokens)
            if made is not None:
                out.append(made)
                continue
        out.append(token)
    return out


def _hours_listed(tokens: Sequence[Token]) -> list[Token]:
    """'At 4, 5 or 6': each hour but the last is offered with the next, so the commas between them mean 'or'."""
    out = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind != "OR" or at + 1 >= len(tokens) or tokens[at + 1].kind not in ("N12", "TIMEH"):
            continue
        first = at - 1
        while first > 1 and tokens[first].kind == "N12" and tokens[first - 1].kind == "COMMA":
            first -= 2
        if first < at - 1 and tokens[first].kind == "N12" and first and tokens[first - 1].kind == "AT":
            last = tokens[at + 1]
            bare = at + 2 >= len(tokens) or tokens[at + 2].kind not in _NO_DAY_BEFORE
            for place in range(first + 1, at, 2):
                out[place] = Token("OR", tokens[place].text)
            for place in range(first, at + 2, 2) if last.kind == "N12" and bare else ():
                hour = tokens[place]
                out[place] = Token("TIME", hour.text, numbers=(hour.number, 0, 0, 0))
    return out


def hour_token(hour: int, half: int) -> Token:
    """Return the token of an hour of the twelve-hour clock; `half` is 1 for am, 2 for pm."""
    return Token("TIMEH", f"{hour}{'am' if half == 1 else 'pm'}", numbers=(hour, 0, 0, half))


def _is_hour(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    return (
        before is None
        or before.kind in ("WEEKDAY", "AT", "COMMA", "TOMORROW", "TODAY", "OR", "MONTH")
        or (before.kind in ("TIME", "TIMEH"))
    )


def _beside(token: Token, other: Token, tokens: Sequence[Token]) -> Token | None:
    """Return an hour offered next to another time; None where it may be a day."""
    if other.kind in ("TIMEH", "TIME") and other.numbers[3] in (1, 2) and token.number <= 12:
        hour, half = other.numbers[0], other.numbers[3]
        if token.number % 12 > hour % 12:
            half = 3 - half
        return hour_token(token.number, half)
    near = other.kind in ("N12", "DOTBOTH", "DOTTIME") and not any(one.kind == "MONTH" for one in tokens)
    if near:
        hour = other.numbers[0] if other.numbers else other.number
        if 0 <= (hour - token.number) % 12 <= 2:
            return Token("TIME", token.text, numbers=(token.number, 0, 0, 0))
    return None


def _months_spread(tokens: Sequence[Token]) -> list[Token]:
    """Repeat the month (and year) of a list or range of days next to each of its days."""
    insert: dict[int, list[Token]] = {}
    links: set[int] = set()
    tokens = _months_first(tokens)
    for at, token in enumerate(tokens):
        if token.kind == "MONTH":
            _backwards(tokens, at, insert, links)
            _forwards(tokens, at, insert, links)
    if not insert:
        return list(tokens)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        if at not in links:
            out.append(token)
        elif at - 1 not in links:
            out.append(Token("OR", token.text))  # an offer each, whatever was between them
        out += insert.get(at, ())
    return out


def _months_first(tokens: Sequence[Token]) -> Sequence[Token]:
    """'Jan 12, Jan 25': the comma separates two days, so the 12 does not belong to the month after it."""
    out = list(tokens)
    for at in range(len(tokens) - 4):
        kinds = [token.kind for token in tokens[at : at + 5]]
        pair = kinds[0] == kinds[3] == "MONTH" and kinds[1] in _DAYS and kinds[4] in _DAYS
        if pair and kinds[2] == "COMMA" and (at == 0 or tokens[at - 1].kind not in _DAYS):
            out[at + 2] = Token("OR", tokens[at + 2].text)
    return out


def _backwards(tokens: Sequence[Token], month: int, insert: dict[int, list[Token]], links: set[int]) -> None:
    """'8th, 15th and 22nd January', 'Mon 1, Sat 27 Feb', 'Tues 1 to Thurs 3 Dec'."""
    last = month - 1
    if last >= 0 and tokens[last].kind == "OF":
        last -= 1
    if last < 0 or tokens[last].kind not in _DAYS:
        return
    said = _month_and_year(tokens, month)
    at = last
    days: list[int] = []
    between: dict[int, range] = {}
    while True:
        start = at - 1 if at and tokens[at - 1].kind == "WEEKDAY" else at
        link = start - 1
        while link >= 0 and tokens[link].kind in _LINKS:
            link -= 1
        if link == start - 1:  # no link: perhaps a range of days with their weekdays
            kinds = [token.kind for token in tokens[max(link - 2, 0) : link + 1]]
            if len(kinds) == 3 and kinds[0] == "WEEKDAY" and kinds[1] in _DAYS and kinds[2] in _RANGES:
                insert.setdefault(link - 1, said)
            break
        if link < 0 or tokens[link].kind not in _DAYS or _belongs(tokens, link):
            break
        days.append(link)
        between[link] = range(link + 1, start)
        at = link
    first = days[-1] if days else last
    opening = first - 2 if first and tokens[first - 1].kind == "WEEKDAY" else first - 1
    if (
        days
        and opening >= 0
        and tokens[opening].kind in _NOT_BEFORE_A_LIST
        and tokens[first - 1].kind != "WEEKDAY"
    ):
        days.pop()
    for day in days:
        insert.setdefault(day, said)
        links.update(between[day])


def _belongs(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is the day of a month before it: 'December 3, 5 January'."""
    return at > 0 and tokens[at - 1].kind in ("MONTH", "LABEL", "AMOUNT")


def _forwards(tokens: Sequence[Token], month: int, insert: dict[int, list[Token]], links: set[int]) -> None:
    """'February 9th or 24th 6pm', 'January 5, 12 and 19'."""
    at = month + 1
    if at >= len(tokens) or tokens[at].kind not in _DAYS or (month and tokens[month - 1].kind in _DAYS):
        return
    timed = any(token.kind in _CLOCKS for token in tokens)
    while True:
        link = at + 1
        if link < len(tokens) and tokens[link].kind in ("YEAR", "YH"):
            link += 1
        linked = link
        while linked < len(tokens) and tokens[linked].kind in _LINKS:
            linked += 1
        sure = any(token.kind in ("AND", "OR") for token in tokens[link:linked])
        if linked == link or linked >= len(tokens) or tokens[linked].kind not in _DAYS:
            return
        day, after = tokens[linked], tokens[linked + 1] if linked + 1 < len(tokens) else None
        if after is not None and after.kind in _NO_DAY_BEFORE:
            return
        if not (sure or timed or day.kind == "ORD" or day.number > 12):
            return
        insert.setdefault(linked, [replace(tokens[month], glued=False)])
        links.update(range(link, linked))
        at = linked


def _month_and_year(tokens: Sequence[Token], month: int) -> list[Token]:
    said = [replace(tokens[month], glued=False)]
    if (
        month + 1 < len(tokens)
        and tokens[month + 1].kind in ("YEAR", "YH")
        and tokens[month + 1].number >= 2000
    ):
        said.append(tokens[month + 1])
    return said


def _weeks_spread(tokens: Sequence[Token]) -> list[Token]:
    """'Tuesday or Thursday the week after next', 'a week on Tues or Thurs', 'next Tuesday or Thursday'."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        days = _weekdays_from(tokens, at)
        if len(days) < 2:
            out.append(tokens[at])
            at += 1
            continue
        end = days[-1] + 1
        tail = _tail(tokens, end)
        head = _head(out) if not tail else []
        if (tail or head or _is_dated(out)) and "AND" not in {token.kind for token in tokens[days[0] : end]}:
            # Each is an offer of its own, whatever is between them.
            if out and out[-1].kind == "COMMA" and not head:
                out[-1] = Token("OR", out[-1].text)
            for number, place in enumerate(days):
                out += [Token("OR", "or"), *head] if number else []
                out += [tokens[place], *(tail if place != days[-1] else ())]
            at = end
            continue
        for place in range(days[0], end):
            if place in days[1:]:
                out += head
            out.append(tokens[place])
            if place in days[:-1]:
                out += tail
        at = end
    return out


def _is_dated(before: Sequence[Token]) -> bool:
    """Whether a date and a comma go before: 'Mon 7 Dec, Weds or Fri'."""
    return len(before) > 1 and before[-1].kind == "COMMA" and before[-2].kind in ("MONTH", "YEAR", "SLASH")


def _weekdays_from(tokens: Sequence[Token], at: int) -> list[int]:
    """Return the positions of the weekdays in a list that begins at `at`: 'Tuesday or Thursday'."""
    found: list[int] = []
    while at < len(tokens) and tokens[at].kind == "WEEKDAY":
        found.append(at)
        link = at + 1
        while link < len(tokens) and tokens[link].kind in ("COMMA", "OR", "AND", "SLASHMARK"):
            link += 1
        if link == at + 1:
            break
        at = link
    return found


def _tail(tokens: Sequence[Token], at: int) -> list[Token]:
    """Return the words for a week after a list of weekdays."""
    after = list(tokens[at : at + _LONGEST_WEEK])
    kinds = [token.kind for token in after]
    week = _WEEK_BEHIND.match(" ".join(kinds))
    if week is not None:
        return after[: len(week[0].split())]
    for pattern in (("WEEK",), ("FORTNIGHT",)):
        if tuple(kinds[: len(pattern)]) == pattern:
            if len(pattern) == 1 and len(kinds) > 1 and kinds[1] in ("ON", "OF", "FROM", "BACK", *_DAYS):
                return []
            return after[: len(pattern)]
    return []


def _head(before: Sequence[Token]) -> list[Token]:
    """Return the words for a week before a list of weekdays."""
    if before and before[-1].kind in ("NEXT", "THIS", "COMING"):
        return [before[-1]]
    near = before[-_LONGEST_WEEK:]
    week = _WEEK_BEFORE.search(" ".join(token.kind for token in near))
    if week is not None:
        end = len(near) - (near[-1].kind in ("COMMA", "ON"))
        return list(near[end - len(week["week"].split()) : end])
    if len(before) > 1 and before[-1].kind in ("ON", "FROM") and before[-2].kind in ("WEEK", "FORTNIGHT"):
        start = len(before) - 2
        if start and before[start - 1].kind in ("A", "N12", "W12", "COUPLE"):
            start -= 1
        repeated = start > 0 and before[start - 1].kind in ("EVERY", "OTHER", "ALTERNATE", "ORD", "ONCE")
        return [] if repeated else list(before[start:])
    return []
