"""Rules for numbers and words that are not about time: room 4, 12 people, 12 High Street, the 2nd meeting."""

from typing import Final

from bot.domain.when.lexer import Token
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import AllDay, LastOne, Noise, Note


def _noise(_: Match) -> Noise:
    return Noise(words=True)


def _event(match: Match) -> Noise | None:
    first = match.items[0]
    if first.kind == "ORD" and any(item.kind == "COMMA" for item in match.items):
        return None  # '3rd, leaflet'
    new_year = isinstance(first, Token) and first.kind == "NEW" and bool(first.number)
    return None if new_year else Noise()


def _unknown(match: Match) -> Noise | None:
    first = match.items[0]
    return None if isinstance(first, Token) and first.kind == "NEW" and first.number else Noise(words=True)


def _last_of_them(match: Match) -> LastOne | None:
    item = match.get("one")
    return LastOne() if isinstance(item, Token) and item.number == 1 else None


def _last_one(_: Match) -> LastOne:
    return LastOne()


def _all_day(_: Match) -> AllDay:
    return AllDay()


def _long_number(match: Match) -> Noise | None:
    """A telephone number or a meeting's id: seven or more digits."""
    item = match.items[0]
    return Noise(words=True) if isinstance(item, Token) and len(item.text) >= 7 else None


def _counted(match: Match) -> Noise | None:
    """'12 people', 'a guest'; not '8 teacher', whose number may be a time."""
    count, noun = match.get("n"), match.get("noun")
    if not isinstance(count, Token) or not isinstance(noun, Token):
        return None
    one = count.kind == "A" or count.number == 1
    return Noise(words=True) if one or noun.name.endswith("s") or noun.name in _SEVERAL else None


def _of_us(match: Match) -> Noise | None:
    item = match.items[-1]
    return Noise() if isinstance(item, Token) and item.name in ("us", "you", "our") else None


def _reported(match: Match) -> Noise | None:
    """'Sam says': the speaker is not part of the time."""
    word = match.get("speech")
    said = isinstance(word, Token) and word.name in ("says", "said", "thinks", "suggests", "suggested")
    return Noise(words=True) if said else None


def _moved(match: Match) -> Note:
    return Note("dates.refused.move", "Thursday 6pm", _word(match))


def _named(match: Match) -> Note:
    return Note("dates.refused.named_day", "Sunday 8 November, 10:45am", _word(match))


def _word(match: Match) -> str:
    return " ".join(item.text for item in match.items if isinstance(item, Token))


def _same_time(_: Match) -> Note:
    return Note("dates.refused.vague", "Thursday 6pm")


_SEVERAL: Final = frozenset({"people", "staff", "quid", "km", "attending"})
_MORE: Final = "!(MONTH | OCLOCK | MERIDIEM | OF | HOURW | UPTO)"

RULES: Final = (
    Rule(
        f"LABEL (N12 | N23 | N31 | N59 | N999 | LEAD | HMM | HHMM | YH | BIG | W12 | W59) {_MORE}",
        _noise,
    ),
    Rule("LABEL (DECIMAL | DOTDATE | DOTBOTH | DOTTIME) !(MERIDIEM | UPTO)", _noise),
    Rule("YEARW (N12 | N23)", _noise),
    Rule("FOR? n=(COUNT | A) (UNKNOWN | NEW)? noun=NOUN", _counted),
    Rule("FOR? COUNT OF FILLER", _of_us),
    Rule("(ORD | NEXT | THIS | NEW) (EVENT | NOUN | LABEL | VENUE)", _event),
    Rule("LAST one=W12", _last_of_them),
    Rule("LAST (EVENT | NOUN | LABEL | VENUE | TIMES)", _last_one),
    Rule("UNKNOWN UNKNOWN? speech=FILLER", _reported),
    Rule("MOVE", _moved),
    Rule("NAMED (WEEKDAY | HOLIDAY | FEAST)", _named),
    Rule("NAMED FEAST? (WEEKDAY | HOLIDAY)", _named),
    Rule("NAMED NEW DAYW?", _named),
    Rule("(NEXT | THIS | NEW) UNKNOWN EVENT?", _unknown),
    Rule("(NEXT | THIS | NEW) FILLER EVENT", _unknown),
    Rule(
        "AT? (N12 | N23 | N31 | N59 | N999 | HMM | HHMM) (UNKNOWN | STREET | VENUE) (UNKNOWN | STREET | VENUE)? "
        "(STREET | VENUE)",
        _noise,
    ),
    Rule("AMOUNT", _noise),
    Rule("BIG", _long_number),
    Rule("ALLDAY", _all_day),
    Rule("SAME DAYW", _same_time),
)
