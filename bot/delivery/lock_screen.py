"""The sentence for a lock screen: what, when, where, and short enough to be seen whole."""

from collections.abc import Sequence

from bot.texts import Markup, Texts

MOST = 150
"""Characters that a lock screen shows of a message, with some to spare."""


def sentence(texts: Texts, key: str, /, **fields: object) -> Markup:
    """Return the words of a key; free texts among its fields are cut, the longest first, until it is short enough."""
    free = {name: words for name, words in fields.items() if isinstance(words, str)}
    free = {name: " ".join(words.split()) for name, words in free.items() if not isinstance(words, Markup)}
    said, room = texts(key, **(fields | free)), sum(map(len, free.values()))
    while len(said) > MOST and room > 0:
        room -= len(said) - MOST
        most = share([len(words) for words in free.values()], max(room, 0))
        said = texts(key, **(fields | {name: cut(words, most) for name, words in free.items()}))
    return said


def cut(words: str, most: int) -> str:
    """Return words that are cut where they are longer than `most` characters."""
    return words if len(words) <= most else words[: max(most - 1, 0)].rstrip(" ,.") + "…"


def share(lengths: Sequence[int], room: int) -> int:
    """Return how long each of several texts may be, so that together they fit: short ones leave theirs to the long."""
    left = room
    for number, length in enumerate(sorted(lengths)):
        fair = left // (len(lengths) - number)
        if length > fair:
            return fair
        left -= length
    return room
