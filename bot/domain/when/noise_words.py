"""Rules for numbers and words that are not about time: room 4, 12 people, 12 High Street, the 2nd meeting."""

from typing import Final

from bot.domain.when.lexer import Token
from bot.domain.when.marks import AllDay, Noise, Note
from bot.domain.when.patterns import Match, Rule


def _noise(_: Match) -> Noise:
    return Noise(words=True)


def _event(_: Match) -> Noise:
    return Noise()


def _unknown(match: Match) -> Noise | None:
    first = match.items[0]
    return None if isinstance(first, Token) and first.kind == "NEW" and first.number else Noise(words=True)


def _all_day(_: Match) -> AllDay:
    return AllDay()


def _long_number(match: Match) -> Noise | None:
    """A telephone number or a meeting's id: seven digits and more."""
    item = match.items[0]
    return Noise(words=True) if isinstance(item, Token) and len(item.text) >= 7 else None


def _of_us(match: Match) -> Noise | None:
    item = match.items[-1]
    return Noise() if isinstance(item, Token) and item.name in ("us", "you", "our") else None


def _same_time(_: Match) -> Note:
    return Note("dates.refused.vague", "Thursday 6pm")


_MORE: Final = "!(MONTH | OCLOCK | MERIDIEM | OF | HOURW | UPTO MONTH)"

RULES: Final = (
    Rule(
        f"LABEL (N12 | N23 | N31 | N59 | N999 | LEAD | HMM | HHMM | YH | BIG | W12 | W59 | ORD) {_MORE}",
        _noise,
    ),
    Rule("LABEL (DECIMAL | DOTDATE | DOTBOTH | DOTTIME)", _noise),
    Rule("YEARW (N12 | N23)", _noise),
    Rule("FOR? (COUNT | A) (UNKNOWN | NEW)? NOUN", _noise),
    Rule("FOR? COUNT OF FILLER", _of_us),
    Rule("(ORD | LAST | NEXT | THIS | NEW) (EVENT | NOUN | LABEL)", _event),
    Rule("(NEXT | THIS | NEW) (UNKNOWN | FILLER) EVENT?", _unknown),
    Rule(
        "AT? (N12 | N23 | N31 | N59 | N999 | HMM | HHMM) (UNKNOWN | STREET) (UNKNOWN | STREET)? STREET",
        _noise,
    ),
    Rule("AMOUNT", _noise),
    Rule("BIG", _long_number),
    Rule("ALLDAY", _all_day),
    Rule("SAME (TIMEW | DAYW)", _same_time),
)
