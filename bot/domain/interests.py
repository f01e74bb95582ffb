"""Rules of interests: what two members share, how much of it others may learn, and whom to ask first."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from bot.domain.names import normalize

KINDS = ("campaign", "pillar", "world", "skill", "language", "phase")

# What connects two people counts more than what many have in common.
WEIGHTS = {"campaign": 4, "world": 3, "language": 3, "skill": 2, "pillar": 1, "phase": 1}

ASK_LIVES = timedelta(days=14)
OPEN_ASKS = 3
REST = timedelta(days=7)
"""For how long a member who was just asked is not asked to meet anybody else."""

LANGUAGES = 10
LANGUAGE_LENGTH = 40

Chosen = Mapping[str, Collection[str]]
"""Values by kind."""


def shared(mine: Chosen, theirs: Chosen, about: tuple[str, str] | None = None) -> list[str]:
    """Return what two members share as 'kind:value', most telling first; nothing unless `about` is included."""
    both = [
        f"{kind}:{value}"
        for kind in sorted(KINDS, key=lambda kind: -WEIGHTS[kind])
        for value in mine.get(kind, ())
        if value in theirs.get(kind, ())
    ]
    if about is not None:
        if about[1] not in theirs.get(about[0], ()):
            return []
        first = f"{about[0]}:{about[1]}"
        both = [first, *(topic for topic in both if topic != first)]
    return both


def weight(topics: Iterable[str]) -> int:
    """Return how strong the case is for introducing two people."""
    return sum(WEIGHTS[topic.partition(":")[0]] for topic in topics)


def read_languages(words: str) -> list[str]:
    """Return the languages in 'Spanish, some Arabic and Welsh', tidied and without repeats.

    Raises:
        ValueError: more than ten, or one that is too long to be a language.
    """
    parts = re.split(r"[,;/\n]|\band\b|&", words)
    names: dict[str, str] = {}
    for part in parts:
        name = re.sub(
            r"^(some|a little|a bit of|basic|fluent)\s+", "", part.strip().strip(" ."), flags=re.IGNORECASE
        ).strip()
        if name:
            names.setdefault(normalize(name) or name, name[:1].upper() + name[1:])
    if len(names) > LANGUAGES or any(len(name) > LANGUAGE_LENGTH for name in names.values()):
        raise ValueError(words)
    return list(names.values())
