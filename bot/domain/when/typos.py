"""Words within one edit of those that carry a time: 'Ocotber', 'wednesady', 'tomorow'.

Only a closed list of words of five letters and more is corrected, the first letter must be right (or
swapped with the second), and a word close to two of them stays unknown. Words that are English
in their own right ('match', 'mourning', 'eastern') are never changed.
"""

from functools import cache
from typing import Final

from bot.domain.when.lexicon import WORDS, Word
from bot.domain.when.wordlists import words

_CORRECTED: Final = words(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays "
    "fridays saturdays sundays january february march april august september october november december "
    "tomorrow tonight today fortnight fortnightly weekly monthly evening morning afternoon midday "
    "midnight quarter weekend until every alternate starting christmas easter second third fourth fifth "
    "seven eight eleven twelve thirty forty lunchtime teatime minutes o'clock oclock annually "
)
_ENGLISH: Final = frozenset(
    words(
        "match marsh mach merch larch mourning moaning mooring sundae sunny money monty toady toddy todays "
        "weakly midway eastern eater eaten staring starving startling stating quartet seconds thirsty thirds "
        "forth fort forty eights weight night might right light sight fight tight knight sever severn even "
        "event events every ever very fifteen fifths sixth sevens twelfths thirties untie unto anally "
        "manually twelve mention marcher marched marches augusta aprils octopus friary fryday evenings "
        "mornings monthly teams emery ivory eventing leaven elven eleventh halfway tither birth faith filth "
        "forte fourths north south month mouth warning wanting minuets minuted midweek seething stalling "
        "starling sterling starring storing stringing easier easer ester sundry sunray quarters mooning middy smarting "
        "sundar secund minuter "
    )
)
# March has too many neighbours: only two swapped letters are corrected.
_ONLY_SWAPPED: Final = frozenset(
    {"march", "seven", "eight", "third", "fifth", "every", "forty", "until", "today"}
)
_LONGEST: Final = 13


@cache
def _neighbours() -> dict[str, set[str]]:
    """Map each correctable word, and every word one deletion away from it, to the words meant."""
    index: dict[str, set[str]] = {}
    for word in _CORRECTED:
        for shorter in (word, *_deletions(word)):
            index.setdefault(shorter, set()).add(word)
    return index


@cache
def _swapped() -> frozenset[str]:
    """Return short words that carry a time with two letters swapped: 'hlaf'. They refuse a phrase."""
    return frozenset(
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for word in words("half week next last noon each past hour from days till term")
        for at in range(len(word) - 1)
    ) - {"form", "half", "week", "noon", "till"}


def _deletions(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def corrected(word: str) -> Word | None:
    """Return the word of the lexicon that `word` (lower case) is a typo of, or None."""
    if len(word) == 4 and word in _swapped():
        return Word("BARRED")
    if not 5 <= len(word) <= _LONGEST or word in _ENGLISH:
        return None
    index = _neighbours()
    near = {target for form in (word, *_deletions(word)) for target in index.get(form, ())}
    near = {target for target in near if _is_slip(word, target)}
    return WORDS[near.pop()] if len(near) == 1 else None


def _is_slip(word: str, target: str) -> bool:
    """Whether one letter was left out, doubled, mistaken or swapped with the next, the first being right."""
    at = 0
    shorter = min(len(word), len(target))
    while at < shorter and word[at] == target[at]:
        at += 1
    rest, wanted = word[at:], target[at:]
    if rest[:2] == wanted[1::-1] and len(wanted) > 1 and rest[2:] == wanted[2:]:
        return True
    if target in _ONLY_SWAPPED or at == 0:
        return False
    return rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]
