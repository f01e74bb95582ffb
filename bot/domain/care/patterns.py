"""Patterns of words: families, alternatives, gaps and sentence edges, matched around their rarest word.

A pattern is written as elements with spaces between: `word`, `one|other`, `@family`, `~3` (at most three
words of any kind), `^` (a sentence begins here) and `$` (it ends). A `!` at the start of an element: any word
but these; a `?` at its end: it is optional.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.care.reading import Words

# Stands for a word that an idiom has taken out; for what comes before it, the sentence ends there.
BLANK = "_"
_EDGE = frozenset(["^", "$"])
# Words so common that a search does not begin at them.
_USUAL = 50


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a pattern: some words, a gap, or an edge."""

    words: frozenset[str]
    gap: int = 0
    edge: bool = False
    optional: bool = False
    others: bool = False

    def holds(self, word: str) -> bool:
        """Whether `word` matches this element."""
        return word != BLANK and (word in self.words) != self.others


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in two halves: backwards and forwards from its anchor."""

    written: str
    anchor: frozenset[str]
    back: tuple[Element, ...]
    on: tuple[Element, ...]

    def find(self, words: Words, at: int) -> tuple[int, int] | None:
        """Return where the pattern begins and ends if its anchor is the word `at`, or None."""
        start = _reach(self.back, 0, words, at, -1)
        if start is None:
            return None
        end = _reach(self.on, 0, words, at + 1, 1)
        return None if end is None else (start, end)


def _reach(elements: tuple[Element, ...], step: int, words: Words, at: int, way: int) -> int | None:
    """Return how far the elements reach from the edge before the word `at` (`way` -1: backwards), or None."""
    if step == len(elements):
        return at
    element = elements[step]
    if element.gap:
        for _ in range(element.gap + 1):
            found = _reach(elements, step + 1, words, at, way)
            if found is not None:
                return found
            at += way
            if not 0 <= at <= len(words.words):
                return None
        return None
    place = at - 1 if way < 0 else at
    if 0 <= place < len(words.words) and element.holds(words.words[place]):
        found = _reach(elements, step + 1, words, at + way, way)
        if found is not None:
            return found
    over = at in words.edges or (way > 0 and words.words[at] == BLANK)
    if element.optional or (element.edge and over):
        return _reach(elements, step + 1, words, at, way)
    return None


class Patterns:
    """Many patterns, tried only where the anchor of one occurs."""

    def __init__(
        self, written: Iterable[str], families: Mapping[str, frozenset[str]], usual: frozenset[str]
    ) -> None:
        self._by_anchor: dict[str, list[Pattern]] = {}
        self.words: set[str] = set()
        for each in written:
            pattern = parse(each, families, usual)
            for word in pattern.anchor:
                self._by_anchor.setdefault(word, []).append(pattern)
            for element in (*pattern.back, *pattern.on):
                self.words |= element.words
        self.words |= set(self._by_anchor)

    def found(self, words: Words) -> Iterator[tuple[Pattern, int, int]]:
        """Yield each match: the pattern, and where it begins and ends."""
        by_anchor = self._by_anchor
        for at, word in enumerate(words.words):
            for pattern in by_anchor.get(word, ()):
                span = pattern.find(words, at)
                if span is not None:
                    yield pattern, *span


def parse(written: str, families: Mapping[str, frozenset[str]], usual: frozenset[str]) -> Pattern:
    """Parse a written pattern.

    Raises:
        ValueError: it has no required word, or names an unknown family.
    """
    elements = [_element(part, families, written) for part in written.split()]
    costs = [
        (sum(_USUAL if word in usual else 1 for word in element.words), place)
        for place, element in enumerate(elements)
        if element.words and not (element.optional or element.edge or element.others)
    ]
    if not costs:
        raise ValueError(f"'{written}' has no required word")
    place = min(costs)[1]
    return Pattern(
        written, elements[place].words, tuple(reversed(elements[:place])), tuple(elements[place + 1 :])
    )


def _element(part: str, families: Mapping[str, frozenset[str]], written: str) -> Element:
    if part.startswith("~"):
        return Element(frozenset(), gap=int(part[1:]))
    optional = part.endswith("?")
    words: set[str] = set()
    edge = False
    for one in part.removesuffix("?").removeprefix("!").split("|"):
        if one in _EDGE:
            edge = True
        elif one.startswith("@"):
            if one[1:] not in families:
                raise ValueError(f"'{written}' names the unknown family {one}")
            words |= families[one[1:]]
        else:
            words.add(one)
    return Element(frozenset(words), edge=edge, optional=optional, others=part.startswith("!"))
