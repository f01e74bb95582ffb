"""Whether somebody who writes to the bot may be in danger, or may be speaking of somebody who is.

It catches too much rather than too little: a card with people to turn to harms nobody. What is a matter of
campaigning (a motion, a training, a war far away) is left alone where nothing in it sounds like a person's own.
The words and patterns stand in `english.toml`, `understated.toml` and `welsh.toml`; what they do not know is weighed
word by word. Nothing here keeps what it reads.
"""

import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from bot.domain.care.patterns import BLANK, Patterns
from bot.domain.care.reading import Reader
from bot.domain.care.weighing import ENOUGH, ENOUGH_BESIDE_TOPIC, Scales

__all__ = ["is_distress", "why"]

HERE = Path(__file__).parent


class Recogniser:
    """The words and patterns, ready to be used."""

    def __init__(self, tables: list[dict[str, Any]], real: frozenset[str], scales: Scales) -> None:
        self.scales = scales
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
        self.always = Patterns(all_of("always"), families, usual)
        self.unless = Patterns(all_of("unless_topic"), families, usual)
        self.topics = Patterns(all_of("topics"), families, usual)
        vocabulary = self.idioms.words | self.always.words | self.unless.words | self.topics.words
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
        """Return the pattern that says so, or how much the words weigh; None where nothing does."""
        words = self.reader.read(text)
        said = list(words.words)
        for _, start, end in self.idioms.found(words):
            words.words[start:end] = [BLANK] * (end - start)
        for pattern, _, _ in self.always.found(words):
            return pattern.written
        topics = [start for _, start, _ in self.topics.found(words)]
        for pattern, start, end in self.unless.found(words):
            first, last = words.sentence(start, end)
            if not any(first <= topic < last for topic in topics):
                return pattern.written
        edges = sorted(words.edges)
        for first, last in pairwise(edges):
            enough = ENOUGH_BESIDE_TOPIC if any(first <= topic < last for topic in topics) else ENOUGH
            weight = self.scales.weigh(said[first:last])
            if weight >= enough:
                return f"{weight:.1f}"
        return None


@cache
def recogniser() -> Recogniser:
    """Return the recogniser, made at the first question."""
    tables = [
        tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
        for name in ("english", "understated", "welsh")
    ]
    real = frozenset((HERE / "real_words.txt").read_text("utf-8").split())
    scales = Scales((HERE / "weights.txt").read_text("utf-8").splitlines())
    return Recogniser(tables, real, scales)


def is_distress(text: str) -> bool:
    """Whether `text` is, or may be, a call for help: danger, harm or despair, somebody's own or another's."""
    return recogniser().why(text) is not None


def why(text: str) -> str | None:
    """Return the pattern that makes `text` a call for help; for those who look after the patterns."""
    return recogniser().why(text)
