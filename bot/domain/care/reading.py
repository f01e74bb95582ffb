"""Reads what people really type: spacing, leetspeak, typos and missing apostrophes become words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

# Discord accepts nothing longer from a member; the rest of a longer text is not read.
LONGEST = 8_000
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´ʼ′](?=\w)")
_PART = re.compile(r"[a-z0-9@$*!|+]+|[.?;\n…]|[^\W_]+")
_LETTERS_APART = re.compile(r"(?<![a-z0-9])(?:[a-z][\s._\-*/,]{1,3}){3,}[a-z](?![a-z0-9])")
# What a phone writes out for a dictated full stop.
_DICTATED = re.compile(r"\b(?:full stop|question mark|exclamation mark|new line|new paragraph)\b")
_GAP = re.compile(r"[\s._\-*/,]+")
_THRICE = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"(.)\1+")
_LOOKALIKE = str.maketrans("аеорсухікмтвнѕјԁοιαεν", "aeopcyxikmtbhsjdoiaev")
_LEET = str.maketrans("0134578@$!|+", "oieastbasiit")
_LEET_L = str.maketrans({"1": "l", "|": "l"})
_EDGES = "!*@$|+"
# The only short words into which run-together words are split.
_SMALL = frozenset(
    [
        "i",
        "me",
        "my",
        "to",
        "it",
        "on",
        "of",
        "be",
        "go",
        "no",
        "so",
        "am",
        "is",
        "in",
        "do",
        "by",
        "up",
        "he",
    ]
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, and the places where a sentence begins or the text ends."""

    words: list[str]
    edges: frozenset[int]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return where the sentence around the words from `start` to `end` begins and ends."""
        while start not in self.edges:
            start -= 1
        while end not in self.edges:
            end += 1
        return start, end


class Reader:
    """Turns text into words.

    Args:
        vocabulary: every word that a pattern looks for.
        spelt: the words that are recognised despite one typo.
        real: words that are one typo away from those and are meant as written.
        short: words that stand for several, such as 'im'.
        joined: pairs of words that are one.
        opening: words that, at the start of a sentence, imply an 'I' before them.
    """

    def __init__(
        self,
        vocabulary: frozenset[str],
        spelt: frozenset[str],
        real: frozenset[str],
        short: Mapping[str, tuple[str, ...]],
        joined: Mapping[tuple[str, str], str],
        opening: frozenset[str] = frozenset(),
    ) -> None:
        self._opening = opening
        self._vocabulary, self._real, self._short, self._joined = vocabulary | set(short), real, short, joined
        self._slips: dict[str, str] = {}
        for word in sorted(spelt):
            for slip in (word, *_without_one(word)):
                self._slips.setdefault(slip, word)
        self._spelt = spelt
        self._masked = sorted(spelt)
        self._word = lru_cache(maxsize=20_000)(self._read_word)

    def read(self, text: str) -> Words:
        """Return the words of `text` as they were meant."""
        words: list[str] = []
        edges = {0}
        for part in _parts(text):
            if part in ".?;\n…!":
                edges.add(len(words))
                continue
            for word in self._word(part):
                if word in self._opening and len(words) in edges:
                    words.append("i")
                both = self._joined.get((words[-1], word)) if words and len(words) not in edges else None
                if both is None:
                    words.append(word)
                else:
                    words[-1] = both
        edges.add(len(words))
        return Words(words, frozenset(edges))

    def _read_word(self, part: str) -> tuple[str, ...]:
        bare = part.strip(_EDGES)
        if not bare:
            return ()
        for word in self._meant(bare):
            if word in self._vocabulary:
                return self._short.get(word) or (word,)
        if not bare.isalpha():
            return (self._unmasked(bare),)
        if bare in self._real:
            return (bare,)
        if len(bare) >= 8 and (found := self._pieces(bare)):
            return found
        return (self._mended(bare),)

    @staticmethod
    def _meant(bare: str) -> Iterator[str]:
        yield bare
        if not bare.isascii():
            return
        if not bare.isalpha():
            yield (leet := bare.translate(_LEET))
            yield bare.translate(_LEET_L).translate(_LEET)
            yield _TWICE.sub(r"\1", leet)
        if len(bare) > 4 and bare.endswith("in"):
            yield f"{bare}g"
        if _THRICE.search(bare):
            yield _THRICE.sub(r"\1\1", bare)
            yield _TWICE.sub(r"\1", bare)

    def _unmasked(self, bare: str) -> str:
        """Return the word with letters hidden by asterisks, such as 'su*cide'."""
        if "*" not in bare or len(bare) > 20 or sum(map(str.isalpha, bare)) < 2:
            return bare
        parts = [re.escape(part) for part in re.split(r"\*+", bare)]
        hidden = re.compile(".{1,4}".join(parts))
        return next((word for word in self._masked if hidden.fullmatch(word)), bare)

    def _pieces(self, bare: str) -> tuple[str, ...] | None:
        """Return words that were run together, such as 'killmyself'."""
        if len(bare) > 40:
            return None
        ways: list[tuple[str, ...] | None] = [None] * (len(bare) + 1)
        ways[0] = ()
        for end in range(1, len(bare) + 1):
            for start in range(max(0, end - 11), end):
                before, piece = ways[start], bare[start:end]
                if (
                    before is None
                    or piece not in self._vocabulary
                    or (len(piece) < 3 and piece not in _SMALL)
                ):
                    continue
                best = ways[end]
                if best is None or len(before) + 1 < len(best):
                    ways[end] = (*before, *(self._short.get(piece) or (piece,)))
        found = ways[-1]
        return found if found and any(piece in self._spelt for piece in found) else None

    def _mended(self, bare: str) -> str:
        """Return the known word one typo away, or `bare` itself."""
        if not 4 <= len(bare) <= 16:
            return bare
        for slip in (bare, *_without_one(bare)):
            word = self._slips.get(slip)
            if word is not None and abs(len(word) - len(bare)) <= 1 and _one_slip(bare, word):
                return word
        return bare


def _parts(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", plain))
        # Marks that join or hide letters (soft hyphens, zero-width marks, accents) are not part of a word.
        plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cf"))
        plain = plain.translate(_LOOKALIKE)
    plain = _APOSTROPHE.sub("", plain)
    plain = _DICTATED.sub(".", plain)
    plain = _LETTERS_APART.sub(lambda apart: _GAP.sub("", apart.group()), plain)
    for found in _PART.finditer(plain):
        yield found.group()
        if found.group().endswith("!"):
            yield "!"


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _one_slip(one: str, other: str) -> bool:
    """Whether two words that begin alike differ by one letter added, missing or wrong, or by two swapped."""
    if one[0] != other[0] and one[1:2] != other[:1]:
        return False  # typos in the first letter are rare, and match too many other words
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) == 2 == len(other):
        return one == other[::-1]
    return len(one) <= 1 and len(other) <= 1
