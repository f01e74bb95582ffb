"""Finds the right piece of advice for a question in everyday words: no network, nothing to install.

A question is compared with each piece by its words: stemmed, with everyday synonyms, forgiving typos.
`tools/fit_guidance.py` fits the weight of each kind of likeness. Where the best piece is not surely the
answer, the likeliest ones are offered; nothing is found only for what is plainly about something else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.guidance.likeness import FIELDS, Likeness
from bot.domain.guidance.said import OTHER, Said
from bot.domain.guidance.words import bare, short_forms, stem
from bot.domain.names import slip_of

# How many of the most similar ways of asking count together.
TOGETHER = 3
# The weight of a word that is not the same one, but a synonym.
SYNONYM, MISSPELT = 0.3, 0.8
# The penalty for a word that no piece has, as a fraction of the rarest known word's weight.
UNKNOWN = 0.6
# The penalty for a word of other subjects (`elsewhere`), and the weight of one that says little (`weak`).
ELSEWHERE, WEAK = 2.4, 0.6
# How many ways of asking a word of a piece's other parts counts as, and a word that none has.
BESIDE = {"title": 1.0, "keywords": 0.5, "body": 0.2}
UNSEEN = 0.002
# How much of a question is read: characters, and different words.
LONGEST, MOST_TERMS = 400, 40
# The least a question must say, as a fraction of the rarest word: one or two vague words are no evidence.
EVIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: it is found by `keywords` and `asks` (ways of asking for it).

    `campaign` is the one that it is about, if any; `act` are the commands that do what it advises, by
    name, each with its button's label.
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
    act: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Found:
    """A piece that answers a question, and its score; the best is the highest."""

    advice: Advice
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question: pieces, likeliest first, and whether the first surely answers it."""

    found: Sequence[Found] = ()
    is_sure: bool = False


@dataclass(slots=True)
class _Entry:
    advice: Advice
    words: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The words that it has, by field."""
    asked: Counter[str] = field(default_factory=Counter[str])
    """How many of its ways of asking contain each word."""
    tells: Mapping[str, float] = field(default_factory=dict[str, float])
    """How strongly a word suggests it: the logarithm of how much likelier the word is here than elsewhere."""
    terms: set[str] = field(default_factory=set[str])

    def counted(self, term: str) -> float:
        """Return how often a word occurs in it, as if in so many ways of asking."""
        return self.asked[term] + sum(part for name, part in BESIDE.items() if term in self.words[name])


class Library:
    """All pieces of advice, indexed for search.

    Args:
        pieces: the advice.
        synonyms: groups of words that are interchangeable in everyday talk.
        ignored: words that say nothing about the subject ("how", "please").
        weak: words that say little ("time", "start").
        elsewhere: words of other subjects ("weather", "recipe"), unless a piece has them.
        others: questions about other subjects ("who covers my lesson").
    """

    def __init__(
        self,
        pieces: Iterable[Advice],
        synonyms: Iterable[Iterable[str]] = (),
        *,
        ignored: Iterable[str] = (),
        weak: Iterable[str] = (),
        elsewhere: Iterable[str] = (),
        others: Sequence[str] = (),
    ) -> None:
        self._ignored = frozenset(word for text in ignored for word in bare(text))
        self._groups: dict[str, set[str]] = {}
        synonyms = [list(group) for group in synonyms]
        for group in synonyms:
            stems = {stemmed for word in group for stemmed in self._terms(word)}
            for stemmed in stems:
                self._groups.setdefault(stemmed, set()).update(stems)
        self._entries = [self._entry(piece) for piece in pieces]
        self.pieces: Mapping[str, Advice] = {entry.advice.name: entry.advice for entry in self._entries}
        # One word may mean more than its piece, unless it is the piece's name.
        self._asked = {
            asked: piece.name
            for piece in self.pieces.values()
            for text in (*piece.asks, piece.name, piece.title)
            if " " in (asked := " ".join(bare(text))) or text in (piece.name, piece.title)
        }
        self._said = Said(
            {OTHER: others, **{name: (piece.title, *piece.asks) for name, piece in self.pieces.items()}}
        )
        found_in = Counter(term for entry in self._entries for term in entry.terms)
        number = len(self._entries)
        self._rarity = {
            term: math.log(1 + (number - count + 0.5) / (count + 0.5)) for term, count in found_in.items()
        }
        all_asked = Counter[str]()
        for entry in self._entries:
            all_asked.update(entry.asked)
        asks = sum(len(entry.advice.asks) for entry in self._entries) or 1
        usual = {term: all_asked[term] / asks + UNSEEN for term in self._rarity}
        for entry in self._entries:
            number = len(entry.advice.asks) + 1
            entry.tells = {
                term: math.log((entry.counted(term) / number + UNSEEN) / usual[term]) for term in entry.terms
            }
        self._lacking = {term: math.log(UNSEEN / share) for term, share in usual.items()}
        self._rarest = max(self._rarity.values(), default=1.0)
        for text in weak:
            for term in dict.fromkeys(self._terms(text)):
                self._rarity[term] = self._rarity.get(term, self._rarest * UNKNOWN) * WEAK
        self._phrases: list[tuple[str, float]] = []
        self._phrases_with: dict[str, list[int]] = {}
        for entry in self._entries:
            for text in (entry.advice.title, *entry.advice.asks):
                if not (phrase := set(self._terms(text))):
                    continue
                for term in phrase:
                    self._phrases_with.setdefault(term, []).append(len(self._phrases))
                self._phrases.append((entry.advice.name, sum(self._rarity[term] for term in phrase)))
        self._elsewhere = {term for text in elsewhere for term in self._terms(text)} - set(self._rarity)
        self._known = set(self._rarity) | set(self._groups)
        self._spellings: dict[str, list[str]] = {}
        for word in sorted({word for text in self._spelt(synonyms) for word in bare(text)}):
            if len(word) > 3 and stem(word) in self._known:
                self._spellings.setdefault(word[0], []).append(word)

    def find(self, question: str, *, most: int = 5) -> Answer:
        """Return the pieces that may answer `question`, likeliest first; none when it is about something else.

        It takes some milliseconds: call it in a thread.
        """
        asked = self._asked.get(" ".join(bare(question[:LONGEST])))
        likeness = self.likeness(question)
        if likeness is None:
            return Answer([Found(self.pieces[asked], 0.0)], is_sure=True) if asked else Answer()
        scores = likeness.scores()
        found = [Found(self.pieces[name], score) for name, score in scores.items()]
        found.sort(key=lambda one: (one.advice.name != asked, -one.score, one.advice.name))
        judgement = likeness.judged(scores)
        if asked or (judgement.is_related and likeness.words > likeness.unknown + likeness.elsewhere):
            return Answer(found[:most], bool(asked) or judgement.is_sure)
        return Answer()

    def likeness(self, question: str) -> Likeness | None:
        """Return how similar a question is to each piece; None when it says nothing."""
        question = question[:LONGEST]
        terms = list(dict.fromkeys(self._terms(question)))[:MOST_TERMS]
        if not self._entries or not terms:
            return None
        typed = {stem(word): word for word in bare(question)}
        stands = [self._stands_for(term, typed[term]) for term in terms]
        weights = [self._weight(term, forms) for term, forms in zip(terms, stands, strict=True)]
        alike = self._alike(stands, weights)
        elsewhere = sum(term in self._elsewhere for term in terms)
        told = self._said.tells(question)
        return Likeness(
            {
                (name := entry.advice.name): (
                    *self._worded(entry, stands, weights),
                    *alike.get(name, (0.0, 0.0)),
                    *told[name],
                )
                for entry in self._entries
            },
            other=told[OTHER],
            explained=self._explained(stands, weights),
            words=len(terms),
            unknown=sum(not forms for forms in stands) - elsewhere,
            elsewhere=elsewhere,
        )

    def _weight(self, term: str, forms: Mapping[str, float]) -> float:
        """Return how much a word of a question says about its subject."""
        if term in self._elsewhere:
            return self._rarest * ELSEWHERE
        if term in self._rarity:
            return self._rarity[term]
        return max(
            (self._rarity[word] * part for word, part in forms.items()), default=self._rarest * UNKNOWN
        )

    def _worded(self, entry: _Entry, stands: list[dict[str, float]], weights: list[float]) -> Iterator[float]:
        """Yield how much of a question each of `FIELDS` has, and how strongly its words suggest a piece."""
        total = max(sum(weights), self._rarest * EVIDENCE)
        for name in FIELDS:
            known = entry.words[name]
            yield (
                sum(
                    weight * max((part for word, part in forms.items() if word in known), default=0.0)
                    for forms, weight in zip(stands, weights, strict=True)
                )
                / total
            )
        tells = entry.tells
        yield sum(
            max(
                (part * tells.get(word, self._lacking.get(word, 0.0)) for word, part in forms.items()),
                default=0.0,
            )
            for forms in stands
        )

    def _explained(self, stands: list[dict[str, float]], weights: list[float]) -> dict[str, float]:
        """Return by piece the fraction of a question that occurs anywhere in it."""
        total = sum(weights) or 1.0
        return {
            entry.advice.name: sum(
                weight
                for forms, weight in zip(stands, weights, strict=True)
                if not entry.terms.isdisjoint(forms)
            )
            / total
            for entry in self._entries
        }

    def _alike(self, stands: list[dict[str, float]], weights: list[float]) -> dict[str, tuple[float, float]]:
        """Return by piece how similar the question is to its closest way of asking, and to the best three on average.

        It is what they share divided by what either has, each word weighted by its rarity.
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
        likest = {name: sorted(found, reverse=True)[:TOGETHER] for name, found in scores.items()}
        return {name: (found[0], sum(found) / TOGETHER) for name, found in likest.items()}

    def _spelt(self, synonyms: Iterable[Iterable[str]]) -> Iterator[str]:
        for piece in self.pieces.values():
            yield from (piece.title, piece.line, piece.body, *piece.keywords, *piece.asks)
        for group in synonyms:
            yield from group

    def _stands_for(self, term: str, typed: str) -> dict[str, float]:
        """Return the known words that a word of a question, as typed, may mean, and how surely."""
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
        """Return the stem of the known word that this one may be a typo of."""
        allowed = 0 if len(typed) < 5 else 1 if len(typed) < 8 else 2
        meant = slip_of(typed, self._spellings.get(typed[0], ()), allowed) if allowed else None
        return stem(meant) if meant else None

    def _entry(self, piece: Advice) -> _Entry:
        entry = _Entry(piece)
        texts = ([piece.title], piece.keywords, piece.asks, [piece.line, piece.body])
        said_in = [Counter(term for text in said for term in set(self._terms(text))) for said in texts]
        entry.words = {name: frozenset(said) for name, said in zip(FIELDS, said_in, strict=True)}
        entry.terms = {term for said in said_in for term in said}
        entry.asked = said_in[FIELDS.index("asks")]
        return entry

    def _terms(self, text: str) -> Iterator[str]:
        # A small word in capitals is an abbreviation: "the OF" is the Organising Forum.
        short = short_forms(text)
        return (
            stem(word)
            for word in bare(text)
            if (len(word) > 1 and word not in self._ignored) or word in short
        )
