"""Words of questions and advice: extracted from a text, stemmed, and compared despite typos."""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHE = re.compile(r"['’`]")
_SHORT = re.compile(r"\b[A-Z]{2,4}\b")
_WORD = re.compile(r"[a-z0-9]+")


def bare(text: str) -> list[str]:
    """Return the words of `text`, without case, accents and apostrophes."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(_APOSTROPHE.sub("", plain))


def short_forms(text: str) -> set[str]:
    """Return the words of `text` in capitals; none when all of it is."""
    return set() if text.isupper() else {word.casefold() for word in _SHORT.findall(text)}


_ENDINGS = (
    ("isations", "is"), ("isation", "is"), ("isers", "is"), ("iser", "is"), ("ising", "is"), ("ised", "is"),
    ("ises", "is"), ("ise", "is"),
    ("ations", "at"), ("ation", "at"), ("ating", "at"), ("ated", "at"), ("ates", "at"), ("ate", "at"),
    ("sses", "ss"), ("ies", "y"), ("ied", "y"), ("ying", "y"), ("iest", "y"), ("ier", "y"),
    ("ings", ""), ("ing", ""), ("edly", ""), ("ed", ""), ("ers", ""), ("er", ""), ("ly", ""),
    ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""),
    ("e", ""),
)  # fmt: skip
_AMERICAN = re.compile(r"(?<=[a-z])iz(?=e|ing|ation)")
_KEPT = ("ss", "us", "is", "our", "news")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return `word` without its ending, so that 'organising' and 'organizer' match; the result need not be a word.

    Light on purpose: it removes inflections, and leaves endings that make a different word.
    """
    word = _AMERICAN.sub("is", word)
    if len(word) <= 3 or word.isdecimal():
        return word
    for ending, left in _ENDINGS:
        if not word.endswith(ending) or (ending == "s" and word.endswith(_KEPT)):
            continue
        bare = word[: -len(ending)] + left
        if len(bare) < (4 if ending == "e" else 3) or not any(letter in "aeiouy" for letter in bare):
            continue
        if left == "" and len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "lsz":
            bare = bare[:-1]
        return bare.removesuffix("e") if len(bare) > 4 else bare
    return word
