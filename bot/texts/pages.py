"""The pages in a folder of the content, by their names."""

from pathlib import Path
from typing import Generic, TypeVar

from bot.texts.catalogue import CONTENT, Texts
from bot.texts.schema import Page

OnePage = TypeVar("OnePage", bound=Page)


class Pages(Generic[OnePage]):
    """The pages in one folder of the content, such as 'campaigns', and their schema."""

    def __init__(self, schema: type[OnePage], under: str) -> None:
        self.schema, self.under = schema, under

    def of(self, texts: Texts, root: Path = CONTENT) -> dict[str, OnePage]:
        """Return the pages by name.

        Raises:
            ContentError: a page is invalid; names file and line.
        """
        return texts.once(("pages", self.under, root), lambda: self._kept(texts, root))

    def _kept(self, texts: Texts, root: Path) -> dict[str, OnePage]:
        # It loads pydantic, which a bot that was given its pages does not need.
        from bot.texts.checking import kept

        return kept(self.schema, self.under, texts, root)
