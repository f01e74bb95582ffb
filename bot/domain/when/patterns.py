"""A small pattern language over kinds of tokens, and the scanner that applies rules to a phrase.

A rule is a pattern and what it makes from a match: `"ON? weekday=WEEKDAY WEEK"`. Words in capitals are
kinds (see kinds.py), the action can ask for `name=KIND`, `(a | b)`, `?`, `*` and `+` are as in
regular expressions, `!(A | B)` means that neither follows, and a comma is allowed between any two elements.
A pattern becomes a regular expression over one character a token, so a match is linear in the phrase: no
group is repeated twice over.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.when.context import Piece
from bot.domain.when.kinds import CHAR, SETS
from bot.domain.when.lexer import Token

_ELEMENT = re.compile(r"(?:[a-z_]+=)?(?:[A-Z][A-Z0-9]*|\()|[)|?*+!]|\s+")
_COMMA = CHAR["COMMA"] + "?"


Item: TypeAlias = Token | Piece
Span: TypeAlias = tuple[int, int]
"""Indices of the first token that an item covers, and of the one after its last."""


class Match:
    """What a rule covers: its items in order, and those that the pattern names."""

    __slots__ = ("_found", "_items")

    def __init__(self, items: Sequence[Item], found: re.Match[str]) -> None:
        self._items = items
        self._found = found

    @property
    def items(self) -> Sequence[Item]:
        """All the items covered, commas included."""
        return self._items[self._found.start() : self._found.end()]

    def get(self, name: str) -> Item | None:
        """Return the item at `name=`, or None when that part did not match or the pattern has no such name."""
        at = self._found.start(name) if name in self._found.re.groupindex else -1
        return None if at < 0 else self._items[at]

    def all(self, *kinds: str) -> list[Item]:
        """Return the covered items of these kinds, in order."""
        return [item for item in self.items if item.kind in kinds]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern as a regular expression, the characters it can begin with, and whether it can be empty."""

    text: str
    first: frozenset[str]
    empty: bool
    look: bool = False


class Rule:
    """One rule of the grammar: compiled at its first use, so that a start-up pays for none."""

    __slots__ = ("_regex", "first", "make", "pattern", "text")

    def __init__(self, pattern: str, make: Callable[[Match], Item | None]) -> None:
        compiled = _sequence(_elements(pattern))
        self.pattern = pattern
        self.text = compiled.text
        self.first = compiled.first
        self.make = make
        self._regex: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern over one character a token."""
        if self._regex is None:
            self._regex = re.compile(self.text)
        return self._regex


class Grammar:
    """Rules indexed by the kind that they can begin with; the longest of several matches wins."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_first: dict[str, list[Rule]] = {}
        self._matchers: dict[str, list[tuple[Callable[[str, int], re.Match[str] | None], Rule]]] = {}
        for rule in rules:
            for char in rule.first:
                self._by_first.setdefault(char, []).append(rule)

    def scan(self, items: Sequence[Item], spans: Sequence[Span]) -> tuple[list[Item], list[Span]]:
        """Replace every match, from left to right, with what its rule makes from it; keep the rest.

        `spans` say which tokens of the phrase each item covers; return those of the result with it.
        """
        codes = "".join([CHAR[item.kind] for item in items])
        out: list[Item] = []
        covered: list[Span] = []
        at = 0
        while at < len(items):
            made = self._longest(items, codes, at)
            if made is None:
                out.append(items[at])
                covered.append(spans[at])
                at += 1
            else:
                item, end = made
                out.append(item)
                covered.append((spans[at][0], spans[end - 1][1]))
                at = end
        return out, covered

    def _longest(self, items: Sequence[Item], codes: str, at: int) -> tuple[Item, int] | None:
        char = codes[at]
        matchers = self._matchers.get(char)
        if matchers is None:
            # Compiled when first met, so that a start-up pays for none.
            matchers = self._matchers[char] = [(one.regex.match, one) for one in self._by_first.get(char, ())]
        found = [
            (match.end(), rule, match) for call, rule in matchers if (match := call(codes, at)) is not None
        ]
        if len(found) > 1:
            found.sort(key=_end, reverse=True)
        for end, rule, match in found:
            made = rule.make(Match(items, match))
            if made is not None:
                return made, end
        return None


def _end(found: tuple[int, Rule, re.Match[str]]) -> int:
    return found[0]


def _elements(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        match = _ELEMENT.match(pattern, at)
        if match is None:
            raise ValueError(f"{pattern!r} can't be read at {pattern[at:]!r}")
        at = match.end()
        if match[0].strip():
            yield match[0]
    yield ")"


def _sequence(elements: Iterator[str]) -> Compiled:
    """Compile up to the closing bracket. Commas are allowed between elements, never at either end."""
    options: list[Compiled] = []
    parts: list[tuple[Compiled, str]] = []
    not_followed = False
    for element in elements:
        if element == "!":
            not_followed = True
        elif element == "(" and not_followed:
            parts.append((_lookahead(_sequence(elements)), ""))
            not_followed = False
        elif element.endswith("("):
            parts.append((_named(element, _sequence(elements)), ""))
        elif element in "?*+":
            parts[-1] = (parts[-1][0], element)
        elif element in "|)":
            options.append(_joined(parts))
            parts = []
            if element == ")":
                break
        else:
            parts.append((_kind(element), ""))
    text = "|".join(option.text for option in options)
    first = frozenset[str]().union(*(option.first for option in options))
    return Compiled(f"(?:{text})", first, any(option.empty for option in options))


def _joined(parts: list[tuple[Compiled, str]]) -> Compiled:
    text = ""
    first: frozenset[str] = frozenset()
    anchored = False
    for part, repeat in parts:
        if part.look:
            text += part.text
            continue
        optional = repeat in ("?", "*") or part.empty
        inner = _COMMA + part.text if anchored else part.text
        if not anchored:
            first |= part.first
            if optional or repeat == "+":
                # a comma between what may come first and what follows belongs to the former
                inner += _COMMA
        text += f"(?:{inner}){repeat}" if repeat else inner
        anchored = anchored or not optional
    return Compiled(text, first, not anchored)


def _lookahead(part: Compiled) -> Compiled:
    return Compiled(f"(?!{_COMMA}{part.text})", frozenset(), empty=True, look=True)


def _named(element: str, part: Compiled) -> Compiled:
    name = element.rpartition("=")[0]
    return Compiled(f"(?P<{name}>{part.text})", part.first, part.empty) if name else part


def _kind(element: str) -> Compiled:
    name, _, kind = element.rpartition("=")
    chars = "".join(CHAR[one] for one in SETS.get(kind, (kind,)))
    text = f"[{chars}]"
    return Compiled(f"(?P<{name}>{text})" if name else text, frozenset(chars), empty=False)
