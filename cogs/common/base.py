"""The base of every card, button and form: safe defaults, and errors that reach the person.

A card never waits in memory: its buttons are found by their custom_id after any restart.
"""

from collections.abc import Iterable
from typing import Any

import discord
from discord import ui
from typing_extensions import override

from bot.texts import Markup, Texts
from cogs.common.audience import EVERYBODY, IN_SERVER, MEANT, MEMBERS, ONESELF, members_of

__all__ = [
    "EVERYBODY",
    "IN_SERVER",
    "MEANT",
    "MEMBERS",
    "ONESELF",
    "Card",
    "fitting",
    "line",
    "members_of",
    "row",
]

BLUE = discord.Colour(0x3B5BA5)
GREY = discord.Colour(0x6B7280)
RED = discord.Colour(0xA33A3A)

# Out of a card's 4,000 characters; the rest is for the text around a list.
LIST_ROOM = 3_000


class Card(ui.LayoutView):
    """A message of texts and rows, without the empty ones, of at most 4,000 characters and 40 components."""

    def __init__(self, *blocks: ui.Item[Any] | Markup | None, colour: discord.Colour = BLUE) -> None:
        super().__init__(timeout=None)
        items = [ui.TextDisplay[Any](block) if isinstance(block, str) else block for block in blocks if block]
        shown = [item for item in items if not isinstance(item, ui.ActionRow) or item.children]
        self.add_item(ui.Container[Any](*shown, accent_colour=colour))

    @override
    def is_finished(self) -> bool:
        """Tell the library not to keep the card."""
        return True


def with_files(card: Card, words: Markup, files: Iterable[discord.File]) -> Card:
    """Return a card with files below it, introduced by `words`.

    They go in one answer: if Discord lost a second one, it couldn't be repeated and nobody would know.
    """
    card.add_item(ui.TextDisplay[Any](words))
    for file in files:
        card.add_item(ui.File[Any](file))
    return card


def line(*texts: Markup | None) -> Markup:
    """Join the non-empty texts, one a line."""
    return Markup("\n".join(text for text in texts if text))


def fitting(entries: Iterable[Markup], texts: Texts, *, between: str = "\n", room: int = LIST_ROOM) -> Markup:
    """Join as many entries as fit in `room` characters, and say how many more there are."""
    entries = list(entries)
    shown: list[str] = []
    for entry in entries:
        room -= len(entry) + len(between)
        if room < 0:
            break
        shown.append(entry)
    if left := len(entries) - len(shown):
        shown.append(texts.count("cards.more", left))
    return Markup(between.join(shown))


def row(*buttons: ui.Item[Any] | None) -> ui.ActionRow[Any]:
    """Return a row of at most five buttons."""
    return ui.ActionRow[Any](*[button for button in buttons if button])
