"""The check that nothing meaningful is left unused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.when.bare_numbers import NUMBERS
from bot.domain.when.context import DateExpr, Piece
from bot.domain.when.days import Calendar
from bot.domain.when.grammar import Parsed
from bot.domain.when.lexer import Token
from bot.domain.when.readings import Refusal
from bot.domain.when.tokens import Noise
from bot.domain.when.wordlists import words

_HARMLESS: Final = frozenset(
    words(
        "COMMA SEMICOLON FILLER EVENT VENUE NOUN STREET LABEL A FOR IN ON AT OF AMOUNT MAYBE OR AND SLASHMARK DASH "
        "UNKNOWN NAMED BACK"
    )
)
_LINKS: Final = frozenset(words("TO FROM BY NEW APPROX DASH SLASHMARK NEXT THIS MERIDIEM"))
_VAGUE: Final = frozenset(words("VAGUE FEW SAME FEAST"))
_SCHOOL: Final = frozenset(words("TERMW HALFTERM"))


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left besides the pieces: how many unknown words, and whether a 'maybe' is among them."""

    unknown: int
    maybe: bool


def check(items: Parsed) -> Rest | Refusal:
    """Refuse the phrase if a word or number that could carry a time was not used."""
    unknown = sum(
        item.words if isinstance(item, Noise) else item.kind in ("UNKNOWN", "NAMED", "BACK") for item in items
    )
    for at, item in enumerate(items):
        refused = _refused(items, at, item) if isinstance(item, Token) else None
        if refused is not None:
            return refused
    return Rest(unknown, maybe=any(item.kind in ("MAYBE", "APPROX") for item in items))


def _refused(items: Parsed, at: int, item: Token) -> Refusal | None:
    """Return the refusal for one unused token."""
    if item.kind in _SCHOOL:
        return Refusal("dates.refused.terms", {"example": "Thursday 7 January, 6pm"})
    if item.kind in ("BARRED", "EXCEPT"):
        return Refusal("dates.refused.negation", {"word": item.text, "example": "Thursday 6pm"})
    if item.kind in _VAGUE:
        return Refusal("dates.refused.vague", {"word": item.text, "example": "Thursday next week, 6pm"})
    if item.kind == "UNKNOWN":
        harmless = not _is_half_a_date(items, at, item)
    elif item.kind == "IN" and item.name == "during":
        harmless = at + 1 < len(items) and items[at + 1].kind in (
            "TERM",
            "HALFT",
            "MONTHREF",
            "WEEKREF",
            "FEAST",
        )
    elif item.kind in ("A", "FOR"):
        harmless = not _is_cut_off(items, at)
    elif item.kind == "OR":
        harmless = not _is_dangling(items, at)
    elif item.kind in _LINKS:
        harmless = _is_aside(items, at)
    else:
        harmless = item.kind in _HARMLESS
    return None if harmless else left_over(item)


def _is_cut_off(items: Parsed, at: int) -> bool:
    """'Every Thursday 6pm for a', 'a on Tuesday': what should follow is missing."""
    after = items[at + 1] if at + 1 < len(items) else None
    if after is None or (after.kind == "A" and at + 2 == len(items)):
        return True
    return items[at].kind == "A" and after.kind in ("ON", "FOR", "TO", "TIL", "OF")


def _is_half_a_date(items: Parsed, at: int, item: Token) -> bool:
    """Whether an unknown word takes the place of a zone or a month: '6pm AZOT', 'Smarch 3rd'."""
    after = items[at + 1] if at + 1 < len(items) else None
    before = items[at - 1] if at else None
    if before is not None and before.kind == "CLOCK" and _like_a_zone(item.text):
        return True
    return isinstance(after, Calendar) and after.month is None


def left_over(item: Token) -> Refusal:
    """Return the refusal that names the word that could not be placed."""
    return Refusal("dates.refused.leftover", {"word": item.text[:40], "example": "Thursday 3 December, 6pm"})


def _like_a_zone(text: str) -> bool:
    """'6pm Central', '6pm AZOT': a zone by its position after a time, but not one that we know."""
    zone = 3 <= len(text) <= 5 and text.endswith("T") and sum(letter.isupper() for letter in text) > 1
    return zone or text.lower() in ("central", "mountain", "atlantic")


def _is_dangling(items: Parsed, at: int) -> bool:
    """'Thursday or so': something is offered before, and nothing after."""
    before, after = (
        any(isinstance(one, Piece) and one.kind != "NOISE" for one in part)
        for part in (items[:at], items[at:])
    )
    return before and not after


def _is_aside(items: Parsed, at: int) -> bool:
    """Whether a link word is among other words rather than between two pieces, where it would mean something."""
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
        return not any(one is not None and one.kind in NUMBERS for one in (before, after))
    if item.kind in ("NEXT", "THIS", "NEW"):
        titles = ("UNKNOWN", "EVENT", "VENUE", "NOUN", *(("FILLER",) if item.kind == "THIS" else ()))
        return isinstance(after, Token) and after.kind in titles
    return isinstance(after, Token) and after.kind in ("UNKNOWN", "FILLER", "EVENT", "VENUE", "NOUN", "LABEL")


def of_kind(items: Sequence["Token | Piece"], *kinds: str) -> "list[Token | Piece]":
    """Return the items of these kinds."""
    return [item for item in items if item.kind in kinds]


def days_in(items: Sequence["Token | Piece"]) -> list[DateExpr]:
    """Return the days that were named."""
    return [item for item in items if isinstance(item, DateExpr) and item.kind == "DATE"]
