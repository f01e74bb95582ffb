"""Names as people type them: compared without case, accents, punctuation or a leading #."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def normalize(name: str) -> str:
    """Return `name` in the form used to compare names: 'North-West ' and '#north west' are the same."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return _NOT_WORD.sub(" ", "".join(letter for letter in bare if not unicodedata.combining(letter))).strip()


def nearest(words: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the names most like `words`, best first: those that begin with it, contain it, or are spelt like it."""
    sought = normalize(words) or words.casefold()
    # Folding leaves no letter of Ελλάδα.
    folded = {normalize(name) or name.casefold(): name for name in names}
    begins = [name for key, name in folded.items() if sought and key.startswith(sought)]
    holds = [name for key, name in folded.items() if sought and sought in key and name not in begins]
    spelt = [folded[key] for key in alike(sought, folded, most=most)]
    return list(dict.fromkeys([*begins, *holds, *spelt]))[:most]


def alike(words: str, names: Iterable[str], *, most: int = 1, least: float = 0.6) -> list[str]:
    """Return the names spelt most like `words`, best first; `least` is the fraction of letters they must share."""
    spelling = _spelling()
    found = spelling.process.extract(
        words, list(names), scorer=spelling.fuzz.ratio, limit=most, score_cutoff=least * 100
    )
    return [name for name, _, _ in found]


def slip_of(typed: str, known: Sequence[str], slips: int) -> str | None:
    """Return the closest word of `known`, at most so many typos away; the first of equals.

    A letter too many, missing or wrong is one typo, and so are two swapped.
    """
    spelling = _spelling()
    found = spelling.process.extractOne(
        typed, known, scorer=spelling.distance.OSA.distance, score_cutoff=slips
    )
    return found[0] if found else None


def _spelling() -> Any:
    import rapidfuzz  # 3 MiB that nothing needs until somebody mistypes

    return rapidfuzz
