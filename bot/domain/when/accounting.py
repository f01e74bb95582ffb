"""What each word of a phrase was used for: a piece of the time, a title, listed noise, or nothing.

An unknown word may change the meaning of a time ('Thursday post 6pm', 'Remembrance Sunday'), so it counts as harmless
only as part of a title: a noun for an event or a place, what precedes it, and what a word such as 'with' or
'about' attaches to it. Next to a day or a time, such a noun, a comma or an 'on' must separate the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.when.context import Piece
from bot.domain.when.grammar import Phrase
from bot.domain.when.lexer import Token
from bot.domain.when.patterns import Item
from bot.domain.when.tokens import Noise
from bot.domain.when.wordlists import words

_CORES: Final = frozenset(words("EVENT NOUN VENUE STREET LABEL"))
_CLAUSES: Final = frozenset(words("COMMA SEMICOLON DASH"))
_HANGS: Final = frozenset(words("FOR OF ON IN AT TO FROM AND BY"))
_HANGS_TOO: Final = frozenset(words("with via says said is are be will would could can should"))


@dataclass(frozen=True, slots=True)
class Use:
    """One item of a phrase: its words as typed and what they were used for.

    `role` is the kind of the piece ('date', 'clock', 'repeat', ...), 'title', 'noise', or 'unknown' for what could
    not be placed.
    """

    words: str
    role: str


def uses(phrase: Phrase) -> tuple[Use, ...]:
    """Return what every item of a phrase was used for, in order."""
    strange = set(_strange(phrase.items))
    found: list[Use] = []
    for at, (item, (start, end)) in enumerate(zip(phrase.items, phrase.spans, strict=True)):
        text = " ".join(token.text for token in phrase.tokens[start:end])
        found.append(Use(text, "unknown" if at in strange else _role(item)))
    return tuple(found)


def unplaced(phrase: Phrase) -> tuple[str, ...]:
    """Return the words that could not be placed, as typed; none where all are accounted for."""
    if not any(item.kind in ("UNKNOWN", "NAMED") for item in phrase.items):
        return ()
    return tuple(use.words for use in uses(phrase) if use.role == "unknown")


def _role(item: Item) -> str:
    if isinstance(item, Piece):
        return "noise" if item.kind == "NOISE" else item.kind.lower()
    if item.kind in ("UNKNOWN", "NAMED", "EVENT", "VENUE", "STREET"):
        return "title"
    return "noise"


def _strange(items: Sequence[Item]) -> Iterator[int]:
    """Yield the positions of the words that belong to no title."""
    for start, end in _clauses(items):
        unknown = [at for at in range(start, end) if items[at].kind in ("UNKNOWN", "NAMED")]
        if not unknown:
            continue
        cores = [at for at in range(start, end) if _is_core(items[at])]
        touches_next = end < len(items) and items[end].kind not in _CLAUSES
        for at in unknown:
            if not _is_titled(items, at, cores, end, touches_next=touches_next):
                yield at


def _is_titled(items: Sequence[Item], at: int, cores: list[int], end: int, *, touches_next: bool) -> bool:
    """Whether an unknown word is part of a title: before its noun, or attached by a word such as 'with'."""
    if not cores:
        return False
    if at < cores[-1]:
        return True
    hung = any(_hangs(items[one]) for one in range(cores[-1] + 1, at))
    if not touches_next:
        return True
    return hung and any(items[one].kind in ("ON", "AT", "IN", "FOR") for one in range(at + 1, end))


def _clauses(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of items without a piece of a time or a comma."""
    start = 0
    for at, item in enumerate(items):
        if item.kind in _CLAUSES or (isinstance(item, Piece) and not isinstance(item, Noise)):
            if start < at:
                yield start, at
            start = at + 1
    if start < len(items):
        yield start, len(items)


def _is_core(item: Item) -> bool:
    return item.kind in _CORES or isinstance(item, Noise)


def _hangs(item: Item) -> bool:
    return item.kind in _HANGS or (isinstance(item, Token) and item.name in _HANGS_TOO)
