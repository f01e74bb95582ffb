"""The grammar: the lexer and three passes of rules turn a phrase into pieces and unused tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.domain.when.lexer import Token, plain, tokens_of
from bot.domain.when.patterns import Grammar, Item, Span
from bot.domain.when.rewriting import rewritten

LONGEST: Final = 300  # characters; nobody needs more to say when

Parsed: TypeAlias = list[Item]


@cache
def _passes() -> tuple[Grammar, Grammar, Grammar]:
    """Return the rules over words, over pieces, and those that link pieces into ranges and bounds."""
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


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed phrase: its tokens, the items that the rules made from them, and the tokens that each covers."""

    tokens: Sequence[Token]
    items: Parsed
    spans: Sequence[Span]


def taken_apart(tokens: Sequence[Token]) -> Phrase:
    """Return the pieces that the rules make from tokens, with the tokens that no rule used."""
    tokens = rewritten(tokens)
    items: Sequence[Item] = tokens
    spans: Sequence[Span] = [(at, at + 1) for at in range(len(tokens))]
    words, names, links = _passes()
    for grammar in (words, names, names, links):
        items, spans = grammar.scan(items, spans)
    return Phrase(tokens, list(items), spans)


def parse(text: str) -> Parsed:
    """Return the pieces of `text`, which the caller cuts at LONGEST, with the tokens that no rule used."""
    return taken_apart(tokens_of(plain(text))).items
