"""The grammar: the lexer and three passes of rules turn a phrase into pieces, and tokens left over."""

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

from bot.domain.when import (
    clock_words,
    day_words,
    joined_days,
    joined_series,
    joined_times,
    length_words,
    noise_words,
    series_words,
    term_words,
    zone_words,
)
from bot.domain.when.lexer import plain, tokens_of
from bot.domain.when.patterns import Grammar, Item

LONGEST: Final = 300  # characters; nobody says when in more

Parsed: TypeAlias = list[Item]


@cache
def _passes() -> tuple[Grammar, Grammar, Grammar]:
    """Return the rules over words, over pieces, and those that link pieces to ranges and bounds."""
    words = Grammar(
        (
            *noise_words.RULES,
            *term_words.RULES,
            *series_words.RULES,
            *clock_words.RULES,
            *day_words.RULES,
            *length_words.RULES,
            *zone_words.RULES,
        )
    )
    names = Grammar((*joined_series.RULES, *term_words.JOINED, *joined_times.RULES, *joined_days.RULES))
    links = Grammar((*joined_series.LINKS, *joined_times.LINKS, *joined_days.RANGES))
    return words, names, links


def parse(text: str) -> Parsed:
    """Return the pieces of `text`, which is cut at LONGEST by the caller, with the tokens that no rule used."""
    words, names, links = _passes()
    items: Sequence[Item] = words.scan(tokens_of(plain(text)))
    return links.scan(names.scan(names.scan(items)))
