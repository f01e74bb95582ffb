"""What patterns do not know: the words of a sentence weighed together, as `tools/weigh_distress.py` learnt it."""

import math
from collections.abc import Iterable, Sequence

from bot.domain.guidance.words import stem

# From such a sum on a sentence is a call for help; from the higher one where it speaks of a topic of campaigning.
ENOUGH, ENOUGH_BESIDE_TOPIC = 1.0, 2.2
# Fewer words say too little; more than that, dictated without a full stop, are weighed in overlapping parts.
FEWEST, MOST = 4, 40


class Scales:
    """The weight of each word by its stem.

    Args:
        lines: a stem and its weight each; the stem '=' stands for what every sentence begins with.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._weights: dict[str, float] = {}
        for line in lines:
            word, weight = line.split()
            self._weights[word] = float(weight)
        self._begin = self._weights.pop("=")

    def weigh(self, words: Sequence[str]) -> float:
        """Return how much the heaviest part of a sentence speaks for a call for help; above 0 rather so."""
        weights = [self._weights.get(stem(word), 0.0) for word in words]
        if len(weights) < FEWEST:
            return -math.inf
        if len(weights) <= MOST:
            return self._sum(weights)
        return max(self._sum(weights[at : at + MOST]) for at in range(0, len(weights) - MOST // 2, MOST // 2))

    def _sum(self, weights: Sequence[float]) -> float:
        return self._begin + sum(weights) / math.sqrt(max(4, len(weights)))
