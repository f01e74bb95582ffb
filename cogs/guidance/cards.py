"""Cards of advice, and the buttons that lead from one piece to the next."""

import re
from typing import Any, Protocol, cast

import discord
from discord import ui

from bot.app import Bot
from bot.domain.guidance import Advice, Found, Library
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import EVERYBODY, Action, Card, line, reply, row

LABEL = 80
CAMPAIGNS = "priority-campaigns"


class Keeper(Protocol):
    """The cog that keeps the library."""

    library: Library


def library_of(bot: Bot) -> Library:
    """Return the library that the guidance cog keeps."""
    return cast("Keeper", bot.get_cog("Guidance")).library


class More(Action, template=r"advice:(?P<name>[a-z0-9-]{1,60})"):
    """A button with the title of a piece of advice."""

    audience = EVERYBODY

    name: str

    def __init__(self, piece: Advice, *, label: Markup | None = None) -> None:
        super().__init__(f"advice:{piece.name}", label or Markup(piece.title[:LABEL]))

    def read(self, match: re.Match[str]) -> None:
        """Take the piece out of the custom_id."""
        self.name = match["name"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the piece."""
        await reply(interaction, advice_card(find(bot, self.name), library_of(bot), bot.texts))


class AnotherTip(Action, template=r"tip:(?P<number>\d{1,6})"):
    """'Another tip'."""

    audience = EVERYBODY

    number: int

    def __init__(self, number: int, texts: Texts) -> None:
        super().__init__(f"tip:{number}", texts("guidance.tip.next.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the number of the tip out of the custom_id."""
        self.number = int(match["number"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the tip of that number."""
        await reply(interaction, tip_card(self.number, library_of(bot), bot.texts))


def find(bot: Bot, name: str) -> Advice:
    """Return a piece of advice by its name.

    Raises:
        UserError: content has it no more.
    """
    piece = library_of(bot).pieces.get(name)
    if piece is None:
        raise UserError("guidance.gone.body", command=bot.mention("guidance ask"))
    return piece


def list_card(name: str, library: Library, bot: Bot) -> Card:
    """Return the do's (name 'do') or the don'ts ('dont'), each with a button for more."""
    texts = bot.texts
    listed = sorted(
        (piece for piece in library.pieces.values() if piece.list == name), key=lambda each: each.order
    )
    entries = [texts("guidance.lists.entry", line=Markup(piece.line)) for piece in listed]
    return Card(
        texts(f"guidance.lists.{name}s"),
        line(*entries),
        row(*[More(piece) for piece in listed[:5]]) if listed else None,
        texts("guidance.lists.more", command=bot.mention("guidance ask")),
    )


def advice_card(piece: Advice, library: Library, texts: Texts, *, also: list[Found] | None = None) -> Card:
    """Return a piece of advice, with buttons for what else may be meant, or for what it leads to."""
    piece = in_place_of(piece, library, texts)
    names = [found.advice.name for found in also] if also else list(piece.see)
    further = [
        each
        for name in names
        if (each := library.pieces.get(name)) and name != piece.name and not texts.is_off(each.campaign)
    ][:3]
    said = "guidance.advice.also" if also else "guidance.advice.more"
    return Card(
        texts("guidance.advice.title", title=Markup(piece.title)),
        texts.filled(piece.body),
        texts(said) if further else None,
        row(*[More(each) for each in further]) if further else None,
    )


def in_place_of(piece: Advice, library: Library, texts: Texts) -> Advice:
    """Return the piece to show: that on all campaigns instead of one about a campaign that is switched off here."""
    return library.pieces.get(CAMPAIGNS, piece) if texts.is_off(piece.campaign) else piece


def answer_card(found: list[Found], library: Library, texts: Texts) -> Card:
    """Return the best answer to a question, and the others as buttons."""
    return advice_card(found[0].advice, library, texts, also=found[1:])


def nothing_card(texts: Texts, *buttons: ui.Item[Any]) -> Card:
    """Return that nothing is known about a question, and whom to ask."""
    return Card(
        line(texts("guidance.nothing.body"), texts("guidance.nothing.who")),
        row(*buttons) if buttons else None,
    )


def tip_card(number: int, library: Library, texts: Texts) -> Card:
    """Return the tip of a number; numbers go round and round."""
    tips = [piece for piece in library.pieces.values() if not texts.is_off(piece.campaign)]
    piece = tips[number % len(tips)]
    return Card(
        texts("guidance.advice.title", title=Markup(piece.title)),
        texts.filled(piece.body),
        row(AnotherTip((number + 1) % len(tips), texts)),
        texts("guidance.advice.tip", count=str(len(tips))),
    )


def moment_card(piece: Advice, texts: Texts, *, note: str = "moment.title") -> Card:
    """Return advice at the risky moment: in short, with a button for all of it."""
    short = piece.line or texts.filled(piece.body).split("\n", 1)[0]
    return Card(texts(f"guidance.{note}"), Markup(f"**{piece.title}.** {short}"), row(More(piece)))
