"""An unprompted message: plain content and buttons, in a channel with an embed for the details.

Its content begins with one sentence for a lock screen: what, when, where. Components V2 would show a locked phone
nothing (https://github.com/discord/discord-api-docs/issues/7854), so a card is taken apart: its text becomes the
embed or the rest of the content, its buttons become rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import discord
from discord import ui
from typing_extensions import override

from bot.delivery.naming import Names
from bot.texts import Markup

MOST_CONTENT, MOST_EMBED = 2_000, 4_096
MOST_ROWS, ROW = 5, 5
CONTAINER, SECTION, TEXT, BUTTONS = 17, 9, 10, 1
BUTTON = 2


class Rows(ui.View):
    """Rows of ready-made button components; a pressed one is found by its custom_id."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.rows: Sequence[dict[str, Any]] = ()

    @override
    def to_components(self) -> list[dict[str, Any]]:
        return list(self.rows)

    @override
    def has_components_v2(self) -> bool:
        return False

    @override
    def is_finished(self) -> bool:
        """Tell the library that it need not keep the rows."""
        return True


class Shown(TypedDict):
    """The arguments of the library's `send` and `edit` for a plain message."""

    content: str
    embeds: list[discord.Embed]
    view: Rows


@dataclass(frozen=True, slots=True)
class Message:
    """A plain message: `content` suffices where embeds are off."""

    content: Markup
    embed: discord.Embed | None
    view: Rows

    @property
    def shown(self) -> Shown:
        """The arguments of the library's `send` and `edit`."""
        return {
            "content": self.content,
            "embeds": [self.embed] if self.embed is not None else [],
            "view": self.view,
        }

    def ending_with(self, words: str | None) -> "Message":
        """Return the message with more words at the end of its content, such as whom it mentions."""
        return replace(self, content=Markup(f"{self.content}\n{words}")) if words else self


@dataclass(frozen=True, slots=True)
class Parts:
    """A card taken apart: its texts, the first beginning with a heading, its rows of buttons, and its colour."""

    said: Sequence[str]
    rows: Rows
    colour: int | None


def parts_of(card: ui.LayoutView) -> Parts:
    """Take a card apart."""
    components = card.to_components()
    rows = Rows()
    rows.rows = list(_rows(components))
    return Parts(list(_texts(components)), rows, _colour(components))


def plain(
    card: ui.LayoutView | Parts, push: Markup | None = None, *, private: bool, names: Names | None = None
) -> Message:
    """Return a card as a plain message.

    Args:
        card: what it says, and its buttons; or its parts.
        push: the sentence for a lock screen; None takes the card's heading.
        private: whether it is a direct message, which has no embed unless it is too long for its content.
        names: the names of those it mentions.
    """
    parts = card if isinstance(card, Parts) else parts_of(card)
    said, view = parts.said, parts.rows
    if names is not None:
        said = [names.beside(text) for text in said]
        push = names.instead(push) if push is not None else None
    heading, _, under = said[0].partition("\n") if said else ("", "", "")
    words = without_mark(heading)
    content = push or Markup(words)
    # A screen reader would read a heading twice that the sentence begins with.
    first = under if content.startswith(words) else said[0]
    rest = [text for text in (first, *said[1:]) if text]
    if not rest:
        return Message(content, None, view)
    if private and len(whole := "\n".join((content, *rest))) <= MOST_CONTENT:
        return Message(Markup(whole), None, view)
    # Discord itself separates a heading from what follows it.
    after = "\n" if rest[0].startswith("#") and "\n" not in rest[0] else "\n\n"
    whole = after.join((rest[0], "\n\n".join(rest[1:]))) if rest[1:] else rest[0]
    embed = discord.Embed(description=whole[:MOST_EMBED], colour=parts.colour)
    return Message(content, embed, view)


def without_mark(heading: str) -> str:
    """Return a heading without its Markdown mark."""
    return heading.removeprefix("-").lstrip("# ") if heading.startswith(("#", "-#")) else heading


def _leaves(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        if component["type"] == CONTAINER:
            yield from component["components"]
        else:
            yield component


def _texts(components: Sequence[dict[str, Any]]) -> Iterator[str]:
    for component in _leaves(components):
        if component["type"] == TEXT:
            yield component["content"]
        elif component["type"] == SECTION:
            yield from _texts(component["components"])


def _rows(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the rows of a card; buttons placed next to a text share rows."""
    beside: list[dict[str, Any]] = []
    for component in _leaves(components):
        if component["type"] == BUTTONS:
            yield component
        elif component["type"] == SECTION and component["accessory"]["type"] == BUTTON:
            beside.append(component["accessory"])
    for first in range(0, len(beside), ROW):
        yield {"type": BUTTONS, "components": beside[first : first + ROW]}


def _colour(components: Sequence[dict[str, Any]]) -> int | None:
    return next((one.get("accent_color") for one in components if one["type"] == CONTAINER), None)
