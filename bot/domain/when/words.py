"""How rules access what they matched."""

from typing import TypeVar

from bot.domain.when.lexer import Token
from bot.domain.when.patterns import Match

P = TypeVar("P")


def token(match: Match, name: str) -> Token | None:
    """Return the token called `name`, or None when that part did not match."""
    item = match.get(name)
    return item if isinstance(item, Token) else None


def number(match: Match, name: str, otherwise: int = 0) -> int:
    """Return the number of the token called `name`."""
    found = token(match, name)
    return otherwise if found is None else found.number


def kind(match: Match, name: str) -> str:
    """Return the kind of the item called `name`, '' when that part did not match."""
    item = match.get(name)
    return "" if item is None else item.kind


def text(match: Match, name: str) -> str:
    """Return the words of the token called `name`, in lower case."""
    found = token(match, name)
    return "" if found is None else found.text.lower()


def piece(match: Match, name: str, expected: type[P]) -> P | None:
    """Return the piece called `name` if it is of the type `expected`."""
    item = match.get(name)
    return item if isinstance(item, expected) else None
