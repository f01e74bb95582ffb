"""How similar a question is to the pieces of advice, and so which one is meant, and how surely."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from bot.domain.guidance import fitted

FIELDS = ("title", "keywords", "asks", "body")
"""The parts of a piece in which a word of a question may occur."""
FEATURES = (*FIELDS, "tells", "phrase", "phrases", "said", "pairs")
"""How much of a question each field has, how much its words tell of a piece by how often they are asked for it (as
naive Bayes would say), how alike the likest way of asking and the likest three are, and how much all words, small ones
too, and pairs of words tell."""
SIGNS = (
    "one", "share", "lead", "agreed", "asks", "phrase", "explained", "words", "unknown", "elsewhere", "said", "other",
    "others",
)  # fmt: skip
"""What speaks for and against the best piece: its share by score and its lead over the second, how many features agree
on it, how like it is, how much of the question it has; how many words the question has, how many that no piece has, how
many of other matters; how much its words tell of the piece, and how much they and pairs of them tell of other
matters."""
MOST_WORDS = 8


class Judgement(NamedTuple):
    """Whether the best piece surely answers a question, and whether the question is about this work at all."""

    is_sure: bool
    is_related: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How similar a question is to each piece; `pieces` has the features of each, in the order of `FEATURES`."""

    pieces: Mapping[str, Sequence[float]]
    words: int
    unknown: int
    elsewhere: int
    other: tuple[float, float]
    """How strongly words and pairs of words suggest other subjects."""
    explained: Mapping[str, float]
    """The fraction of the question that is in each piece."""

    def scores(self) -> dict[str, float]:
        """Return a score for each piece: the higher, the likelier it is meant."""
        return {name: sum(map(mul, fitted.RANK, features)) for name, features in self.pieces.items()}

    def signs(self, scores: Mapping[str, float]) -> Sequence[float]:
        """Return the evidence for and against the best piece, in the order of `SIGNS`."""
        best = max(scores, key=lambda name: scores[name])
        whole = sum(math.exp(score - scores[best]) for score in scores.values())
        second = max((score for name, score in scores.items() if name != best), default=-math.inf)
        share, lead = 1 / whole, (1 - math.exp(second - scores[best])) / whole
        most = [max(column) for column in zip(*self.pieces.values(), strict=True)]
        features = self.pieces[best]
        agreed = sum(map(float.__ge__, map(float, features), map(float, most))) / len(most)
        asks, phrase, said, pairs = (
            features[FEATURES.index(name)] for name in ("asks", "phrase", "said", "pairs")
        )
        words, paired = self.other
        return (
            1.0, share, lead, agreed, asks, phrase, self.explained[best], min(self.words, MOST_WORDS), self.unknown,
            self.elsewhere, said, words - said, paired - pairs,
        )  # fmt: skip

    def judged(self, scores: Mapping[str, float]) -> Judgement:
        """Return how sure the best piece is."""
        signs = self.signs(scores)
        return Judgement(sum(map(mul, fitted.SURE, signs)) >= 0, sum(map(mul, fitted.RELATED, signs)) >= 0)
