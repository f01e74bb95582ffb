"""Whether a phrase says something else besides a series: 'Monday 6pm; every Thursday at 6pm'."""

from itertools import pairwise
from typing import Final

from bot.domain.when.context import DateExpr, Piece, TimeExpr
from bot.domain.when.days import Coming
from bot.domain.when.grammar import Parsed
from bot.domain.when.lexer import Token
from bot.domain.when.series_words import Repeat
from bot.domain.when.wordlists import words

_BETWEEN: Final = frozenset(words("SEMICOLON SLASHMARK"))
_JOINS: Final = frozenset(words("COMMA AND OR SLASHMARK ON EVERY"))


def says_two(items: Parsed) -> bool:
    """Whether days on both sides of a semicolon, slash, 'then' or 'and' may be two things.

    'Tuesday 1 December 4pm then fortnightly' and 'every Thursday and every Friday 6pm' are one.
    """
    for at, item in enumerate(items):
        if not isinstance(item, Token) or not (
            item.kind in _BETWEEN or item.kind == "AND" or item.name == "then"
        ):
            continue
        sides = (items[:at], items[at + 1 :])
        said = [[one for one in side if isinstance(one, Repeat)] for side in sides]
        if all(said) and not (
            item.kind == "AND" and all(_is_whole_repeat(one) for side in said for one in side)
        ):
            return True  # 'every 3 weeks and every Thursday'
        if not all(any(_is_day(one) for one in side) for side in sides):
            continue
        repeats = [any(_is_whole_repeat(one) for one in side) for side in sides]
        if item.kind == "AND" and repeats[0] == repeats[1]:
            continue
        return True
    return False


def _is_day(item: "Token | Piece") -> bool:
    return (
        _is_whole_repeat(item) or (isinstance(item, DateExpr) and item.kind == "DATE") or item.kind == "DATES"
    )


def _is_whole_repeat(item: "Token | Piece") -> bool:
    return item.kind == "NTH" or (
        isinstance(item, Repeat) and bool(item.weekdays or item.nth or item.days or item.unit == "DAILY")
    )


def parted_days(items: Parsed) -> bool:
    """Whether different weekdays have a time between them, and so are not a list of weekdays."""
    places = [at for at, item in enumerate(items) if isinstance(item, Coming)]
    for first, last in pairwise(places):
        one, other = items[first], items[last]
        between = items[first + 1 : last]
        if one != other and any(isinstance(item, TimeExpr) or item.kind not in _JOINS for item in between):
            return True
    return False
