"""Whether somebody who writes to the bot may be in danger, or may be speaking about somebody who is.

It catches too much rather than too little: a card with people to turn to harms nobody. Matters of
campaigning (a motion, a training, a war far away) are left alone where nothing in them sounds personal, and so
is strong language about something everyday (a printer, a rota, a biscuit). The words and patterns are in
`english.toml`, `understated.toml`, `everyday.toml` and `welsh.toml`. A sentence's words are weighed too: they decide
where no pattern is found, and may outweigh one that was wrong before. Nothing here keeps what it reads.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from bot.domain.care.patterns import BLANK, Pattern, Patterns
from bot.domain.care.reading import Reader, Words
from bot.domain.care.weighing import Limits, Scales
from bot.domain.guidance.words import stem

HERE = Path(__file__).parent
# How many words before and after a pattern's match are weighed with it.
AROUND = 15


class Recogniser:
    """The words and patterns, ready to be used."""

    def __init__(self, tables: list[dict[str, Any]], real: frozenset[str], scales: Scales) -> None:
        self.scales = scales
        self.limits = Limits()
        families: dict[str, frozenset[str]] = {}
        for table in tables:
            for name, listed in cast("dict[str, str]", table["families"]).items():
                found: set[str] = set()
                for word in listed.split():
                    found |= families[word[1:]] if word.startswith("@") else {word}
                families[name] = families.get(name, frozenset()) | found

        def all_of(kind: str) -> list[str]:
            groups = [group for table in tables for group in table.get(kind, {}).values()]
            return [line for group in groups for line in group.splitlines() if line.strip()]

        usual = frozenset(word for table in tables for word in str(table.get("usual", "")).split())
        self.idioms = Patterns(all_of("idioms"), families, usual)
        self.certain = Patterns(all_of("certain"), families, usual)
        self.always = Patterns(all_of("always"), families, usual)
        self.unless = Patterns(all_of("unless_topic"), families, usual)
        self.topics = Patterns(all_of("topics"), families, usual)
        self.unless_everyday = Patterns(all_of("unless_everyday"), families, usual)
        self.everyday = Patterns(all_of("everyday"), families, usual)
        calls = self.certain.words | self.always.words | self.unless.words | self.unless_everyday.words
        vocabulary = self.idioms.words | calls | self.topics.words
        spelt = frozenset(word for table in tables for word in str(table.get("spelt", "")).split())
        opening = frozenset(word for table in tables for word in str(table.get("opening", "")).split())
        short = {
            name: tuple(words.split())
            for table in tables
            for name, words in cast("dict[str, str]", table.get("short", {})).items()
        }
        joined = {
            (pair[0], pair[1]): pair[2]
            for table in tables
            for line in str(table.get("joined", "")).splitlines()
            if len(pair := line.split()) == 3
        }
        self.reader = Reader(frozenset(vocabulary) | spelt, spelt, real, short, joined, opening)

    def why(self, text: str) -> str | None:
        """Return the pattern that makes the text a call for help, or its words' weight; None where nothing does."""
        words = self._words(text)
        for pattern, _, _ in self.certain.found(words):
            return pattern.written
        topics = [start for _, start, _ in self.topics.found(words)]
        limits, scales = self.limits, self.scales
        known: dict[tuple[int, int], dict[str, float]] = {}
        for pattern, start, end in self._signs(words, topics):
            first, last = words.sentence(start, end)
            signs = known.setdefault((first, last), {})
            if pattern.written in signs:
                continue
            signs[pattern.written] = scales.trust(pattern.written, limits.pattern)
            around = words.words[max(first, start - AROUND) : min(last, end + AROUND)]
            if sum(signs.values()) + scales.weigh(around) >= limits.enough:
                return pattern.written
        for first, last in pairwise(sorted(words.edges)):
            topical = any(first <= topic < last for topic in topics)
            weight = scales.weigh(words.words[first:last])
            if weight >= (limits.beside_topic if topical else limits.enough):
                return f"{weight:.1f}"
        return None

    def seen(self, text: str) -> tuple[list[str], set[str]]:
        """Return the stems of the words outside idioms, and every pattern that suggests a call for help."""
        words = self._words(text)
        topics = [start for _, start, _ in self.topics.found(words)]
        signs = {pattern.written for pattern, _, _ in self._signs(words, topics)}
        return [stem(word) for word in words.words], signs

    def _words(self, text: str) -> Words:
        words = self.reader.read(text)
        for _, start, end in self.idioms.found(words):
            # An idiom does not cross sentences: it would hide what the first one says.
            if not any(start < edge < end for edge in words.edges):
                words.words[start:end] = [BLANK] * (end - start)
        return words

    def _signs(self, words: Words, topics: list[int]) -> Iterator[tuple[Pattern, int, int]]:
        yield from self.always.found(words)
        everyday = [start for _, start, _ in self.everyday.found(words)]
        for patterns, harmless in ((self.unless, topics), (self.unless_everyday, everyday)):
            for pattern, start, end in patterns.found(words):
                first, last = words.sentence(start, end)
                if not any(first <= place < last for place in harmless):
                    yield pattern, start, end


@cache
def recogniser() -> Recogniser:
    """Return the recogniser, made on first use."""
    tables = [
        tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
        for name in ("english", "understated", "welsh", "everyday")
    ]
    real = frozenset((HERE / "real_words.txt").read_text("utf-8").split())
    scales = Scales((HERE / "weights.txt").read_text("utf-8").splitlines())
    return Recogniser(tables, real, scales)


def is_distress(text: str) -> bool:
    """Whether `text` is, or may be, a call for help: danger, harm or despair, somebody's own or another's."""
    return recogniser().why(text) is not None


def why(text: str) -> str | None:
    """Return the pattern that makes `text` a call for help, for maintainers of the patterns."""
    return recogniser().why(text)
