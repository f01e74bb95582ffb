"""How strongly the words of a question, small ones too, and its word pairs suggest each piece and other subjects.

It is naive Bayes: a word or pair suggests what it is used for more often than usual.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bot.domain.guidance.words import bare, stem

OTHER = ""
"""The name for other subjects."""
# Smoothing: as many extra examples in which everything is as frequent as usual, so that few examples prove nothing.
USUAL = 6.0


class Said:
    """What people say about each piece and about other subjects, by examples.

    Args:
        examples: what people say, by name of a piece or `OTHER`.
    """

    def __init__(self, examples: Mapping[str, Iterable[str]]) -> None:
        told = {
            name: [{part for parts in _words_and_pairs(text) for part in parts} for text in texts]
            for name, texts in examples.items()
        }
        self.names = tuple(told)
        usual = Counter(part for texts in told.values() for each in texts for part in each)
        every = sum(len(texts) for texts in told.values()) or 1
        self._lacking = {name: math.log(USUAL / (len(texts) + USUAL)) for name, texts in told.items()}
        # Most pairs occur once: tuples with shared values take a fifth of the memory of dictionaries.
        same: dict[tuple[str, float], tuple[str, float]] = {}
        self._more: dict[str, tuple[tuple[str, float], ...]] = {}
        for name, texts in told.items():
            for part, count in Counter(part for each in texts for part in each).items():
                much = (name, math.log((count * every / usual[part] + USUAL) / USUAL))
                self._more[part] = (*self._more.get(part, ()), same.setdefault(much, much))

    def tells(self, question: str) -> dict[str, tuple[float, float]]:
        """Return by name how strongly the question's words and word pairs suggest it."""
        found = [self._tells(parts) for parts in _words_and_pairs(question)]
        return {name: (found[0][name], found[1][name]) for name in self.names}

    def _tells(self, parts: Sequence[str]) -> dict[str, float]:
        known = [more for part in dict.fromkeys(parts) if (more := self._more.get(part))]
        even = math.sqrt(max(len(known), 1))
        told = {name: lacking * len(known) for name, lacking in self._lacking.items()}
        for more in known:
            for name, much in more:
                told[name] += much
        return {name: much / even for name, much in told.items()}


def _words_and_pairs(text: str) -> tuple[list[str], list[str]]:
    words = [stem(word) for word in bare(text)]
    return words, [f"{one} {other}" for one, other in pairwise(words)]
