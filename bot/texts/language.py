"""The language of a folder of content."""

from bot.texts.english import Language


def language_of(locale: str) -> Language:
    """Return the language of a folder of content, such as 'cy-GB'.

    Raises:
        ValueError: CLDR knows no such language.
    """
    if locale.partition("-")[0] == "en":
        return Language()
    from bot.texts.cldr import Cldr  # only languages other than English need Babel

    return Cldr(locale)
