"""The sentence for a lock screen: what, when, where, and short enough to be seen whole."""

from collections.abc import Sequence

from bot.texts import Markup, Texts

MOST = 150
"""Characters of a message that a lock screen shows, with some to spare."""


def sentence(texts: Texts, key: str, /, **fields: object) -> Markup:
    """Return the text of a key, cutting its free-text fields, the longest first, until it is short enough."""
    free = {name: words for name, words in fields.items() if isinstance(words, str)}
    free = {name: " ".join(words.split()) for name, words in free.items() if not isinstance(words, Markup)}
    said, room = texts(key, **(fields | free)), sum(map(len, free.values()))
    while len(said) > MOST and room > 0:
        room -= len(said) - MOST
        most = share([len(words) for words in free.values()], max(room, 0))
        said = texts(key, **(fields | {name: cut(words, most) for name, words in free.items()}))
    return said


def cut(words: str, most: int) -> str:
    """Cut words to `most` characters."""
    return words if len(words) <= most else words[: max(most - 1, 0)].rstrip(" ,.") + "…"


def share(lengths: Sequence[int], room: int) -> int:
    """Return how long each of several texts may be so that together they fit; short ones leave room for long ones."""
    left = room
    for number, length in enumerate(sorted(lengths)):
        fair = left // (len(lengths) - number)
        if length > fair:
            return fair
        left -= length
    return room
