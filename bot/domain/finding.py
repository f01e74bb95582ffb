"""Finds things by the words that describe them; rare words count most, and typos are forgiven."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.guidance.words import bare, stem
from bot.domain.names import slip_of

UNKNOWN = 0.6
"""The penalty for a word that nothing has, as a fraction of the rarest word's weight."""
LEAST = 0.45
"""The fraction of a question that has to be found."""
LONGEST, MOST_TERMS = 400, 20
"""How much of a question is read: characters, and words."""
MISSPELT = 0.8


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be found; `said` are texts that describe it, each with the weight of its words."""

    key: str
    said: Sequence[tuple[float, str]]


class Finder:
    """Finds things by words."""

    def __init__(self, things: Iterable[Thing], *, ignored: Collection[str] = ()) -> None:
        self._ignored = frozenset(stem(word) for word in ignored)
        self._words = {thing.key: self._weights(thing) for thing in things}
        often = Counter(term for words in self._words.values() for term in words)
        total = max(1, len(self._words))
        self._rarity = {term: math.log(1 + total / count) for term, count in often.items()}
        self._rarest = max(self._rarity.values(), default=1.0)

    def find(self, words: str, *, most: int) -> list[tuple[str, float]]:
        """Return the keys of what fits best with their scores, best first; empty for words that match nothing."""
        terms = list(dict.fromkeys(self._terms(words[:LONGEST])))[:MOST_TERMS]
        known = [self._known(term) for term in terms]
        asked = sum(self._rarity.get(term, self._rarest * UNKNOWN) for term, _ in known)
        if not asked:
            return []
        scores = {
            key: sum(self._rarity[term] * part * weights.get(term, 0.0) for term, part in known if term)
            / asked
            for key, weights in self._words.items()
        }
        found = sorted(
            ((key, score) for key, score in scores.items() if score >= LEAST), key=lambda one: -one[1]
        )
        return found[:most]

    def _known(self, term: str) -> tuple[str, float]:
        if term in self._rarity:
            return term, 1.0
        if longer := [one for one in self._rarity if len(term) > 2 and one.startswith(term)]:
            return min(longer, key=len), MISSPELT
        allowed = 0 if len(term) < 4 else 1 if len(term) < 8 else 2
        alike = [one for one in self._rarity if one[0] == term[0]] if allowed else []
        meant = slip_of(term, alike, allowed)
        return (meant, MISSPELT) if meant else ("", 0.0)

    def _weights(self, thing: Thing) -> Mapping[str, float]:
        weights: dict[str, float] = {}
        for weight, text in thing.said:
            for term in self._terms(text):
                weights[term] = max(weights.get(term, 0.0), weight)
        return weights

    def _terms(self, text: str) -> Iterable[str]:
        terms = (stem(word) for word in bare(text) if len(word) > 1)
        return [term for term in terms if term not in self._ignored]
