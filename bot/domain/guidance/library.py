"""Finding the right piece of advice for a question in everyday words: no network, nothing to install.

A question is compared with each piece by its words (stemmed, with everyday synonyms, forgiving slips of
the keys) and by what they mean (`bot.domain.guidance.meaning`) with the ways of asking that the piece lists.
What matches too little is 'nothing found'.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.domain.guidance.meaning import Meaning, Near
from bot.domain.guidance.vectors import Vectors
from bot.domain.guidance.words import bare, short_forms, stem
from bot.domain.names import slip_of

# How much a word counts by where the piece has it.
TITLE, KEYWORD, ASKED, LINE, BODY = 1.5, 1.05, 1.05, 1.2, 0.3
# What a word loses that only one of the ways of asking has.
ONCE = 0.15
# How much a word counts that is not the same one, but stands for it.
SYNONYM, MISSPELT = 0.3, 0.8
# What a word that no piece knows takes away, as a part of what the rarest known word counts.
UNKNOWN = 0.6
# What a word takes away that belongs to other matters (`elsewhere`), and what one counts that says little (`weak`).
ELSEWHERE, WEAK = 2.4, 0.6
# How much the likest way of asking counts beside the words, and a keyword of several words that is all there.
PHRASE, PAIR = 1.3, 0.4
# How much the way of asking that means most nearly the same counts beside the words, and the nearest three.
NEAREST, NEAREST_THREE = 1.5, 3.5
# What is read of a question: characters, and different words.
LONGEST, MOST_TERMS = 400, 40
# Below 1 this brings the weights of rare and of common words nearer to each other.
EVEN = 0.8
# How much the likest, the second and the third likest way of asking count.
LIKEST = (1.0, 0.3, 0.35)
# A question says at least this much, as a part of the same: a word or two that say little are no evidence.
EVIDENCE = 0.9
# So many small words may be a question ("what is in it for us"), fewer are none.
FEW = 4
# A question this much like a way of asking needs no other sign.
SAME = 0.95
# Further pieces are named that come this near to the best.
NEAR = 0.55


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: `keywords` and `asks` (ways of asking for it) are how it is found.

    `campaign` is the one that it is about, if it is about one.
    """

    name: str
    title: str
    body: str
    line: str = ""
    list: str = ""
    order: int = 0
    keywords: Sequence[str] = ()
    asks: Sequence[str] = ()
    see: Sequence[str] = ()
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece that answers a question, and how well; the best has the highest score."""

    advice: Advice
    score: float


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against that the best piece answers the question.

    `alike` is the likest way of asking, `matched` how much of the question the piece has, `unknown` and
    `elsewhere` count its words that no piece has and that belong to other matters, `lead` is before the second best.
    `worded` is the score by words alone, `near` the ways of asking that mean nearly the same, and `concern` how
    much the question sounds like this work at all; without word vectors there is neither.
    """

    score: float
    alike: float
    matched: float
    unknown: int
    elsewhere: int
    words: int
    lead: float
    worded: float = 0.0
    near: Near | None = None
    concern: float = 0.0

    @property
    def sameness(self) -> float:
        """How much the question is one of the ways of asking themselves."""
        return self.alike if self.near is None else self.near.first

    @property
    def sureness(self) -> float:
        """How sure the answer is: below 0, nothing is the better answer.

        The weights are logistic regressions: by words alone on some 490 everyday questions and 185 unrelated
        ones, by meaning as well on 1,929 ways of asking that were kept back and 590 unrelated ones.
        """
        if self.near is not None:
            return (
                2.2 * self.near.first
                + 2.9 * self.near.three
                + 3.1 * self.worded
                + 0.1 * min(self.words, 8)
                - 1.4 * self.unknown
                - 2.3 * self.elsewhere
                + 0.47 * self.concern
                - 5.8
            )
        return (
            4.2 * self.score
            + 2.4 * self.alike
            + 2.2 * min(self.matched, 2.5)
            + 1.2 * self.words
            - 1.3 * self.unknown
            - 1.1 * self.elsewhere
            - 0.7 * self.lead
            - 11.5
        )


@dataclass(slots=True)
class _Entry:
    advice: Advice
    words: dict[str, float] = field(default_factory=dict[str, float])
    phrases: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    pairs: list[frozenset[str]] = field(default_factory=list[frozenset[str]])


class Library:
    """All pieces of advice, made ready to be asked.

    Args:
        pieces: the advice.
        synonyms: groups of words that stand for each other in everyday talk.
        ignored: words that say nothing about what is meant ("how", "please").
        weak: words that say little ("time", "start").
        elsewhere: words of other matters ("weather", "recipe"), unless a piece has them.
        vectors: reads what words mean, at the first question, None where a language has none; without, words alone
            have to do.
    """

    def __init__(
        self,
        pieces: Iterable[Advice],
        synonyms: Iterable[Iterable[str]] = (),
        *,
        ignored: Iterable[str] = (),
        weak: Iterable[str] = (),
        elsewhere: Iterable[str] = (),
        vectors: Callable[[], Vectors | None] | None = None,
    ) -> None:
        self._ignored = frozenset(word for text in ignored for word in bare(text))
        self._groups: dict[str, set[str]] = {}
        synonyms = [list(group) for group in synonyms]
        for group in synonyms:
            stems = {stemmed for word in group for stemmed in self._terms(word)}
            for stemmed in stems:
                self._groups.setdefault(stemmed, set()).update(stems)
        self._entries = [self._entry(piece) for piece in pieces]
        self._by_name = {entry.advice.name: entry for entry in self._entries}
        self.pieces: Mapping[str, Advice] = {entry.advice.name: entry.advice for entry in self._entries}
        found_in = Counter(term for entry in self._entries for term in entry.words)
        number = len(self._entries)
        self._rarity = {
            term: math.log(1 + (number - count + 0.5) / (count + 0.5)) ** EVEN
            for term, count in found_in.items()
        }
        self._rarest = max(self._rarity.values(), default=1.0)
        for text in weak:
            for term in dict.fromkeys(self._terms(text)):
                self._rarity[term] = self._rarity.get(term, self._rarest * UNKNOWN) * WEAK
        self._phrases: list[tuple[str, float]] = []
        self._phrases_with: dict[str, list[int]] = {}
        for entry in self._entries:
            for phrase in entry.phrases:
                for term in phrase:
                    self._phrases_with.setdefault(term, []).append(len(self._phrases))
                self._phrases.append((entry.advice.name, sum(self._rarity[term] for term in phrase)))
        self._elsewhere = {term for text in elsewhere for term in self._terms(text)} - set(self._rarity)
        self._known = set(self._rarity) | set(self._groups)
        self._vectors = vectors
        self._spellings: dict[str, list[str]] = {}
        for word in sorted({word for text in self._spelt(synonyms) for word in bare(text)}):
            if len(word) > 3 and stem(word) in self._known:
                self._spellings.setdefault(word[0], []).append(word)

    @cached_property
    def _meaning(self) -> Meaning | None:
        if self._vectors is None:
            return None
        asks = {piece.name: (piece.title, *piece.asks) for piece in self.pieces.values()}
        vectors = self._vectors()
        return Meaning(vectors, asks) if vectors is not None else None

    def find(self, question: str, *, most: int = 3) -> list[Found]:
        """Return the pieces that answer `question`, best first; none when nothing fits.

        The first call takes a third of a second more, and each some milliseconds: call it in a thread.
        """
        terms = list(dict.fromkeys(self._terms(question[:LONGEST])))[:MOST_TERMS]
        words = bare(question[:LONGEST])
        meant = None if self._meaning is None else self._meaning.of(words, self._respelt)
        if not terms and (meant is None or len(set(words)) < FEW):
            return []
        typed = {stem(word): word for word in words}
        stands = [self._stands_for(term, typed[term]) for term in terms]
        weights = [self._weight(term, forms) for term, forms in zip(terms, stands, strict=True)]
        alike = self._alike(stands, weights)
        worded = {entry.advice.name: self._score(entry, stands, weights) for entry in self._entries}
        near = {} if self._meaning is None or meant is None else self._meaning.near(meant, worded)
        scores = _with_meaning(worded, near) if near else _with_phrases(worded, alike)
        scored = [Found(entry.advice, scores[entry.advice.name]) for entry in self._entries]
        scored.sort(key=lambda found: (-found.score, found.advice.name))
        if len(scored) < 2:
            return scored if scored and scored[0].score > 0 else []
        best = scored[0]
        signs = Signs(
            score=best.score,
            alike=alike.get(best.advice.name, 0.0),
            matched=self._matched(self._by_name[best.advice.name], stands, weights) / self._rarest,
            unknown=sum(
                not forms and term not in self._elsewhere for term, forms in zip(terms, stands, strict=True)
            ),
            elsewhere=sum(term in self._elsewhere for term in terms),
            words=len(terms),
            lead=best.score - scored[1].score,
            worded=worded[best.advice.name],
            near=near.get(best.advice.name),
            concern=0.0 if self._meaning is None or meant is None else self._meaning.concern(meant),
        )
        if signs.sureness < 0 and signs.sameness < SAME:
            return []
        return [found for found in scored[:most] if found.score >= best.score * NEAR]

    def _weight(self, term: str, forms: Mapping[str, float]) -> float:
        """Return how much a word of a question says about what is meant."""
        if term in self._elsewhere:
            return self._rarest * ELSEWHERE
        if term in self._rarity:
            return self._rarity[term]
        return max(
            (self._rarity[word] * part for word, part in forms.items()), default=self._rarest * UNKNOWN
        )

    def _matched(self, entry: _Entry, stands: list[dict[str, float]], weights: list[float]) -> float:
        """Return how much of a question a piece has, each word by its rarity and by where the piece has it."""
        return sum(
            weight * max((entry.words.get(word, 0.0) * part for word, part in forms.items()), default=0.0)
            for forms, weight in zip(stands, weights, strict=True)
        )

    def _score(self, entry: _Entry, stands: list[dict[str, float]], weights: list[float]) -> float:
        total = max(sum(weights), self._rarest * EVIDENCE)
        by_word = self._matched(entry, stands, weights)
        meant: dict[str, float] = {}
        for forms in stands:
            for word, part in forms.items():
                meant[word] = max(meant.get(word, 0.0), part)
        by_pair = max(
            (
                sum(self._rarity.get(word, 0.0) * meant[word] for word in pair)
                for pair in entry.pairs
                if pair <= meant.keys()
            ),
            default=0.0,
        )
        return by_word / total + PAIR * by_pair / total

    def _alike(self, stands: list[dict[str, float]], weights: list[float]) -> dict[str, float]:
        """Return by piece how alike the question and the likest of its ways of asking are.

        That is what they share by what either has, each word by its rarity.
        """
        shared: dict[int, float] = {}
        covered: dict[int, float] = {}
        for forms, weight in zip(stands, weights, strict=True):
            surest: dict[int, tuple[float, str]] = {}
            for word, part in forms.items():
                for phrase in self._phrases_with.get(word, ()):
                    if part > surest.get(phrase, (0.0, ""))[0]:
                        surest[phrase] = (part, word)
            for phrase, (part, word) in surest.items():
                shared[phrase] = shared.get(phrase, 0.0) + weight * part
                covered[phrase] = covered.get(phrase, 0.0) + self._rarity[word]
        asked = sum(weights)
        scores: dict[str, list[float]] = {}
        for phrase, common in shared.items():
            name, whole = self._phrases[phrase]
            scores.setdefault(name, []).append(common / (asked + max(0.0, whole - covered[phrase])))
        return {
            name: sum(part * score for part, score in zip(LIKEST, sorted(found, reverse=True), strict=False))
            for name, found in scores.items()
        }

    def _spelt(self, synonyms: Iterable[Iterable[str]]) -> Iterator[str]:
        for piece in self.pieces.values():
            yield from (piece.title, piece.line, piece.body, *piece.keywords, *piece.asks)
        for group in synonyms:
            yield from group

    def _stands_for(self, term: str, typed: str) -> dict[str, float]:
        """Return what a word of a question, as typed, may mean among the words known here, and how surely."""
        forms: dict[str, float] = {}
        if term in self._elsewhere:
            return forms
        if term in self._known:
            forms[term] = 1.0
        elif (meant := self._respelt(typed)) is not None:
            forms[meant] = MISSPELT
        for word, part in list(forms.items()):
            for other in self._groups.get(word, ()):
                forms.setdefault(other, part * SYNONYM)
        return {word: part for word, part in forms.items() if word in self._rarity}

    def _respelt(self, typed: str) -> str | None:
        """Return the stem of the known word that somebody may have meant who typed this one."""
        allowed = 0 if len(typed) < 5 else 1 if len(typed) < 8 else 2
        meant = slip_of(typed, self._spellings.get(typed[0], ()), allowed) if allowed else None
        return stem(meant) if meant else None

    def _entry(self, piece: Advice) -> _Entry:
        entry = _Entry(piece)
        fields = (
            (TITLE, [piece.title]),
            (KEYWORD, piece.keywords),
            (ASKED, piece.asks),
            (LINE, [piece.line]),
            (BODY, [piece.body]),
        )
        for weight, texts in fields:
            often = Counter(term for text in texts for term in set(self._terms(text)))
            for term, times in often.items():
                # What several ways of asking have in common is what they are about.
                counts = weight * (1 - ONCE / times) if weight == ASKED else weight
                entry.words[term] = max(entry.words.get(term, 0.0), counts)
        entry.phrases = [frozenset(self._terms(text)) for text in (piece.title, *piece.asks)]
        entry.phrases = [phrase for phrase in entry.phrases if phrase]
        keyed = (frozenset(self._terms(text)) for text in piece.keywords)
        entry.pairs = [words for words in keyed if len(words) > 1]
        return entry

    def _terms(self, text: str) -> Iterator[str]:
        # In capitals a small word is a short form: "the OF" is the Organising Forum.
        short = short_forms(text)
        return (
            stem(word)
            for word in bare(text)
            if (len(word) > 1 and word not in self._ignored) or word in short
        )


def _with_meaning(worded: Mapping[str, float], near: Mapping[str, Near]) -> dict[str, float]:
    nowhere = Near(0.0, 0.0)
    return {
        name: score + NEAREST * (here := near.get(name, nowhere)).first + NEAREST_THREE * here.three
        for name, score in worded.items()
    }


def _with_phrases(worded: Mapping[str, float], alike: Mapping[str, float]) -> dict[str, float]:
    return {name: score + PHRASE * alike.get(name, 0.0) for name, score in worded.items()}
