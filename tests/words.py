"""The bot's words, read once for all tests of a process."""

from functools import cache

from bot.texts import Texts


def words() -> Texts:
    """Return the words, as for a bot of one's own: reading them takes longer than most tests."""
    return _read().again()


@cache
def _read() -> Texts:
    return Texts.load()
