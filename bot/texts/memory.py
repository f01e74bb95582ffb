"""A cache of what was made from words: nearly everybody in a crowd is told the same."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.texts.catalogue import Texts
from bot.texts.speaking import Facts

Made = TypeVar("Made")

MOST = 500
"""Most entries in the cache."""


class Memory(Generic[Made]):
    """Caches what was made from words while the facts and commands that they name stay the same."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._made: dict[Hashable, tuple[Facts | None, int, Made]] = {}

    def get(self, known: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made before from the same words and `known`, everything else that it depends on."""
        facts, commands = self._texts.facts, len(self._texts.command_ids)
        found = self._made.get(known)
        if found is not None and found[0] is facts and found[1] == commands:
            return found[2]
        if len(self._made) >= MOST:
            self._made.clear()
        made = make()
        self._made[known] = (facts, commands, made)
        return made
