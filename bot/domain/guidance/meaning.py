"""What a question means, compared with the ways of asking for each piece of advice."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.guidance.vectors import Vector, Vectors, alike
from bot.domain.guidance.words import bare, stem

# With so many pieces, whose ways of asking lie nearest on the whole, a question is compared one by one, and
# with so many that have its words: the right one is among them, and all would take three times as long.
BY_MIDDLE, BY_WORDS = 14, 4
# How many of the nearest ways of asking count together.
TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Near:
    """How near a question is to the ways of asking for a piece: to the nearest, and to the nearest three (cosines)."""

    first: float
    three: float


class Meaning:
    """The ways of asking for each piece of advice, by its name, as vectors."""

    def __init__(self, vectors: Vectors, asks: Mapping[str, Iterable[str]]) -> None:
        self._vectors = vectors
        self._asks: dict[str, Sequence[Vector]] = {}
        self._middles: dict[str, Vector] = {}
        for name, texts in asks.items():
            found = [vectors.of(map(stem, bare(text))) for text in texts]
            known = [vectors.kept(vector) for vector in found if vector is not None]
            if known:
                self._asks[name] = known
                self._middles[name] = _middle(known)

    def of(self, typed: Iterable[str], respelt: Callable[[str], str | None]) -> Vector | None:
        """Return the vector of a question by its words as typed; None when none is known, nor meant for a known one."""
        stems = ((stem(word), word) for word in typed)
        return self._vectors.of(
            stemmed if stemmed in self._vectors else respelt(word) or stemmed for stemmed, word in stems
        )

    def near(self, meant: Vector, worded: Mapping[str, float]) -> dict[str, Near]:
        """Return how near the likely pieces are; `worded` is how well each piece's words match."""
        by_middle = sorted(self._middles, key=lambda name: -alike(meant, self._middles[name]))[:BY_MIDDLE]
        by_words = sorted(worded, key=lambda name: -worded[name])[:BY_WORDS]
        return {name: self._near(meant, name) for name in (*by_middle, *by_words) if name in self._asks}

    def concern(self, meant: Vector) -> float:
        """Return how much a question sounds like the work of an ISO."""
        return self._vectors.concern(meant)

    def _near(self, meant: Vector, name: str) -> Near:
        found = sorted((alike(meant, asked) for asked in self._asks[name]), reverse=True)[:TOGETHER]
        return Near(found[0], sum(found) / len(found))


def _middle(vectors: Sequence[Vector]) -> Vector:
    total = [sum(column) for column in zip(*vectors, strict=True)]
    length = math.hypot(*total) or 1.0
    return tuple(each / length for each in total)
