"""What patterns miss: the words of a sentence weighed together, as learnt by `tools/weigh_distress.py`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from bot.domain.guidance.words import stem

# Fewer words say too little; more, dictated without a full stop, are weighed in overlapping parts.
FEWEST, MOST = 4, 40


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds for sums of weights, as `tools/weigh_distress.py` chose them on sentences outside its training data.

    Attributes:
        enough: from this weight on a sentence is a call for help.
        beside_topic: the same where the sentence is about a topic of campaigning and matches no pattern.
        pattern: the weight of a pattern whose reliability no example shows.
    """

    enough: float = 0.75
    beside_topic: float = 1.8
    pattern: float = 5.0


class Scales:
    """The weight of each word by its stem, and each pattern's learnt adjustment.

    Args:
        lines: a stem or a pattern's `name_of` and its weight each; the stem '=' stands for what every sentence
            begins with.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._weights: dict[str, float] = {}
        for line in lines:
            word, weight = line.split()
            self._weights[word] = float(weight)
        self._begin = self._weights.pop("=")

    def trust(self, pattern: str, usual: float) -> float:
        """Return how strongly a found pattern suggests a call for help; never negative."""
        return max(0.0, usual + self._weights.get(name_of(pattern), 0.0))

    def weigh(self, words: Sequence[str]) -> float:
        """Return how strongly the heaviest part of a sentence suggests a call for help; above 0, more likely than not.

        Too few words weigh 0: neither enough for a call nor against one.
        """
        if len(words) < FEWEST:
            return 0.0
        if len(words) <= MOST:
            return self._sum(words)
        # Repetition says no more than saying it once.
        parts = [
            list(dict.fromkeys(words[at : at + MOST])) for at in range(0, len(words) - MOST // 2, MOST // 2)
        ]
        return max(self._sum(part) if len(part) >= FEWEST else 0.0 for part in parts)

    def _sum(self, words: Sequence[str]) -> float:
        weights = [self._weights.get(stem(word), 0.0) for word in words]
        return self._begin + sum(weights) / math.sqrt(max(4, len(weights)))


@cache
def name_of(pattern: str) -> str:
    """Return the short name of a pattern in the weights."""
    return f"@{crc32(pattern.encode()):08x}"
