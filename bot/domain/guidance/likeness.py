"""How like a question and the pieces of advice are, and what follows from it: which is meant, and how surely."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from bot.domain.guidance import fitted

FIELDS = ("title", "keywords", "asks", "body")
"""The parts of a piece in which a word of a question may stand."""
FEATURES = (*FIELDS, "tells", "phrase", "phrases")
"""How much of a question each field has, how much its words tell of a piece by how often they are asked for it (as
naive Bayes would say), and how alike the likest way of asking and the likest three are."""
SIGNS = ("one", "share", "agreed", "asks", "phrase", "words", "unknown", "elsewhere")
"""What speaks for and against the best piece: its share by score, how many features agree on it, how like it is, and
how many words the question has, how many that no piece has, and how many of other matters."""
MOST_WORDS = 8


class Judgement(NamedTuple):
    """Whether the best piece surely answers a question, and whether the question is about this work at all."""

    is_sure: bool
    is_related: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a question and each piece are; `pieces` has the features of each, in the order of `FEATURES`."""

    pieces: Mapping[str, Sequence[float]]
    words: int
    unknown: int
    elsewhere: int

    def scores(self) -> dict[str, float]:
        """Return how likely each piece is the one that is meant: the higher, the likelier."""
        return {name: sum(map(mul, fitted.RANK, features)) for name, features in self.pieces.items()}

    def signs(self, scores: Mapping[str, float]) -> Sequence[float]:
        """Return what speaks for and against the best piece, in the order of `SIGNS`."""
        best = max(scores, key=lambda name: scores[name])
        share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
        most = [max(column) for column in zip(*self.pieces.values(), strict=True)]
        features = self.pieces[best]
        agreed = sum(map(float.__ge__, map(float, features), map(float, most))) / len(most)
        asks, phrase = (features[FEATURES.index(name)] for name in ("asks", "phrase"))
        return (1.0, share, agreed, asks, phrase, min(self.words, MOST_WORDS), self.unknown, self.elsewhere)

    def judged(self, scores: Mapping[str, float]) -> Judgement:
        """Return how sure the best piece is."""
        signs = self.signs(scores)
        return Judgement(sum(map(mul, fitted.SURE, signs)) >= 0, sum(map(mul, fitted.RELATED, signs)) >= 0)
