"""Tokens before the rules: names that are not months, codes that are not numbers, context-dependent words."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.when.asides import WATCHED, aside
from bot.domain.when.lexer import Token
from bot.domain.when.spreading import hour_token, spread
from bot.domain.when.wordlists import words

_DAYS: Final = frozenset(words("N12 N23 N31 LEAD ORD"))
_RANGES: Final = frozenset(words("TO TIL DASH"))
_CLOCKS: Final = frozenset(words("TIME TIMEH DOTTIME DOTBOTH HHMM HMM NOON MIDNIGHT"))
_BEFORE_A_MONTH: Final = frozenset(
    words(
        "IN OF THIS NEXT LAST EVERY TIL FROM TO BY BEFORE AFTER START STARTING END ENDING DASH COMING FOLLOWING "
        "WEEKDAY WEEKDAYS EXCEPT ORD NUMDATE MONTH AND OR"
    )
)
_NAMES: Final = {
    "march": "EVENT",
    "may": "UNKNOWN",
    "june": "UNKNOWN",
    "april": "UNKNOWN",
    "august": "UNKNOWN",
}
_BEHIND_A_MONTH: Final = frozenset(words("N12 N23 N31 LEAD ORD YEAR YH OF TO DASH MONTH"))
_TOLD: Final = frozenset(words("leaves departs assembles gathers sets against route"))
_BEFORE_A_NAME: Final = frozenset(words("with by and says i we you they it he she who"))
_MODAL: Final = frozenset(words("i we you they it he she who"))
_SOFT: Final = frozenset(
    words(
        "change changes changed delay push shift shifts switch swap bump moves move amend delaying changing"
    )
)


def rewritten(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` with names and codes separated from times, and shared words repeated for each."""
    kinds = {token.kind for token in tokens}
    found = list(tokens)
    if not WATCHED.isdisjoint(kinds):
        found = aside(found, kinds)
        kinds = {token.kind for token in found}
    if "HOURW" in kinds:
        found = list(_hour_marks(found))
    if "UNKNOWN" in kinds or "A" in kinds:
        found = _coded(found)
    if "MONTH" in kinds:
        found = _named(found)
    if kinds & {"MOVE", "EXCEPT"}:
        found = _softened(found)
    if kinds & {"SLASH", "BADDATE"}:
        found = _slashes(found)
        kinds |= {token.kind for token in found}
    return spread(found, kinds)


def _hour_marks(tokens: Sequence[Token]) -> Sequence[Token]:
    """'9h30 - 11h00', 'Thursday 9h': times of the 24-hour clock, unless they are lengths next to another time."""
    marks = [at for at in range(len(tokens)) if _is_mark(tokens, at)]
    if not marks:
        return tokens
    clocks = any(token.kind in _CLOCKS for token in tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if at not in marks:
            out.append(tokens[at])
            at += 1
            continue
        end = at + 2
        minute = 0
        if (
            end < len(tokens)
            and tokens[end].glued
            and tokens[end].text.isdigit()
            and len(tokens[end].text) == 2
        ):
            minute, end = tokens[end].number, end + 1
        before = tokens[at - 1].kind if at else ""
        after = tokens[end].kind if end < len(tokens) else ""
        ranged = before in _RANGES or after in _RANGES or before == "AT"
        if minute < 60 and (ranged or (not clocks and len(marks) == 1 and tokens[at].number >= 6)):
            text = "".join(token.text for token in tokens[at:end])
            out.append(Token("TIME", text, numbers=(tokens[at].number, minute, 0, 3)))
        else:
            out += tokens[at:end]
        at = end
    return out


def _is_mark(tokens: Sequence[Token], at: int) -> bool:
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    figure = tokens[at].kind in ("N12", "LEAD", "N23", "ZERO") and tokens[at].text.isdigit()
    return (
        figure and after is not None and after.kind == "HOURW" and after.glued and after.text.lower() == "h"
    )


def _coded(tokens: Sequence[Token]) -> list[Token]:
    """'KS2', 'Y9', 'N30', 'Covid-19': a word with an attached number is a name."""
    out: list[Token] = []
    for token in tokens:
        before = out[-1] if out else None
        figure = token.kind.startswith("N") and token.text.isdigit() and token.glued
        if figure and before is not None and (before.kind == "UNKNOWN" or before.text.lower() == "a"):
            out[-1] = Token("UNKNOWN", before.text + token.text, name=(before.text + token.text).lower())
            continue
        if (
            token.text.isdigit()
            and len(out) > 1
            and before is not None
            and before.kind == "DASH"
            and before.glued
            and out[-2].kind == "UNKNOWN"
        ):
            name = f"{out[-2].text}-{token.text}"
            out[-2:] = [Token("UNKNOWN", name, name=name.lower())]
            continue
        out.append(token)
    return out


def _named(tokens: Sequence[Token]) -> list[Token]:
    """'Pride march 27 June', 'with June on Thursday': a month's word without a day is a name or an event."""
    if not any(token.kind == "MONTH" and token.name in _NAMES for token in tokens):
        return list(tokens)
    out: list[Token] = []
    for at, token in enumerate(tokens):
        kind = _NAMES.get(token.name) if token.kind == "MONTH" else None
        if kind is None or not _is_name(tokens, at):
            out.append(token)
        elif token.name == "may" and at and tokens[at - 1].name in _MODAL:
            out.append(replace(token, kind="MAYBE", number=0))
        else:
            out.append(replace(token, kind=kind, number=0))
    return out


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    number_after = after is not None and after.kind in _BEHIND_A_MONTH
    if before is not None and (before.kind in _DAYS or before.kind in _BEFORE_A_MONTH):
        return False
    token = tokens[at]
    titled = before is not None and before.kind in ("UNKNOWN", "EVENT")
    if token.name == "march":
        if at == 0 and after is not None and _is_told_of(after) and _has_other_month(tokens, at):
            return True
        if token.text[0].isupper() and not titled:
            return False
    elif before is None or before.name not in _BEFORE_A_NAME:
        return False
    if number_after and after is not None:
        # 'Pride march 27 June': the day belongs to the month after it
        third = tokens[at + 2] if at + 2 < len(tokens) else None
        return after.kind in _DAYS and third is not None and third.kind == "MONTH"
    others = [one for place, one in enumerate(tokens) if place != at]
    return any(
        one.kind in ("WEEKDAY", "TODAY", "TOMORROW", "TONIGHT", "NUMDATE", "SLASH", "ISO", "MONTH")
        for one in others
    ) and not any(one.kind in ("ORD", "LAST") and one.number for one in others if one.kind == "ORD")


def _is_told_of(after: Token) -> bool:
    """'March leaves', 'March for peace': what follows the event, not the month."""
    return after.kind == "FOR" or after.name in (
        "leaves",
        "departs",
        "assembles",
        "gathers",
        "sets",
        "against",
        "route",
    )


def _has_other_month(tokens: Sequence[Token], at: int) -> bool:
    return any(one.kind in ("MONTH", "NUMDATE", "SLASH") for place, one in enumerate(tokens) if place != at)


def _softened(tokens: Sequence[Token]) -> list[Token]:
    """'Climate change talk', 'at the bar': words that concern times only in certain places."""
    out: list[Token] = []
    towards = any(token.kind in ("TO", "TIL") for token in tokens)
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "MOVE" and before is not None and not towards and token.text.lower() in _SOFT:
            token = replace(token, kind="UNKNOWN")
        elif token.name == "bar" and before is not None and before.kind in ("AT", "IN", "UNKNOWN"):
            token = replace(token, kind="VENUE")
        elif (
            token.kind == "EXCEPT"
            and token.name == "ex"
            and after is not None
            and after.kind in ("UNKNOWN", "NOUN")
        ):
            token = replace(token, kind="UNKNOWN")
        out.append(token)
    return out


def _is_pair(token: Token) -> bool:
    """Whether two numbers with a slash between could be two hours or two days: '6/7', '16/17'."""
    pair = token.kind == "SLASH" or (token.kind == "BADDATE" and "/" in token.text)
    return pair and len(token.numbers) == 2 and 0 < token.numbers[0] < token.numbers[1] <= 31


def _day_token(day: int) -> Token:
    return Token("N12" if day <= 12 else "N23" if day <= 23 else "N31", str(day), day)


def _slashes(tokens: Sequence[Token]) -> list[Token]:
    """'6/7pm' and '8/9 December' offer two."""
    out: list[Token] = []
    taken = -1
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        two = _is_pair(token)
        if at == taken:
            continue
        if two and after is not None and after.kind == "MERIDIEM" and token.numbers[1] <= 12:
            first, second = (hour_token(hour, after.number) for hour in token.numbers)
            out += [first, Token("OR", "/"), second]
            taken = at + 1
        elif two and after is not None and after.kind == "MONTH":
            first, second = (_day_token(day) for day in token.numbers)
            out += [first, Token("OR", "/"), second]
        else:
            out.append(token)
    return out
