"""Lists of words, written as one text each so that they can be read as such."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`."""
    return tuple(text.split())
