"""Loads all texts of the content, and its pages, checked against their schemas."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import SetupError
from bot.texts import CONTENT, ContentError, Texts
from bot.texts.pages import Pages
from cogs.common import advice, campaigns
from cogs.keydates import cards as keydates
from cogs.onboarding import cards

PAGES: Sequence[Pages[Any]] = (campaigns.PAGES, keydates.PAGES, advice.PAGES, cards.PAGES)
"""The pages of every feature, each with its schema."""


def hold_together(texts: Texts, root: Path = CONTENT) -> None:
    """Check the pages of these texts against their schemas.

    Raises:
        ContentError: one is invalid; names file and line.
    """
    for pages in PAGES:
        pages.of(texts, root)


def read(locale: str, root: Path = CONTENT) -> Texts:
    """Return the texts of a language.

    Raises:
        SetupError: they are invalid; names files and lines.
    """
    try:
        texts = Texts.load(locale, root)
        hold_together(texts, root)
    except ContentError as error:
        raise SetupError(f"The content is invalid:\n{error}") from None
    return texts
