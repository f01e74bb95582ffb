"""Names as people type them: compared without case, accents, punctuation or a leading #."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(name: str) -> str:
    """Return `name` in the form in which two names are compared: 'North-West ' and '#north west' are one."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return _NOT_WORD.sub(" ", "".join(letter for letter in bare if not unicodedata.combining(letter))).strip()


def nearest(words: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the names most like `words`, best first: begins with it, contains it, or is spelt like it."""
    sought = fold(words)
    folded = {fold(name): name for name in names}
    begins = [name for key, name in folded.items() if sought and key.startswith(sought)]
    holds = [name for key, name in folded.items() if sought and sought in key and name not in begins]
    alike = [folded[key] for key in get_close_matches(sought, folded, n=most, cutoff=0.6)]
    return list(dict.fromkeys([*begins, *holds, *alike]))[:most]
