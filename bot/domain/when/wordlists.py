"""Lists of words, each written as one text for readability."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`."""
    return tuple(text.split())
