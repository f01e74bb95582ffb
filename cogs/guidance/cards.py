"""Cards of advice, and the buttons that lead from one piece to the next."""

from collections.abc import Sequence
from typing import Annotated, Any

from discord import ui

from bot.app import Bot
from bot.domain.guidance import Advice, Found, Library
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.advice import library_of
from cogs.common.base import EVERYBODY, Card, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.doing import Do, do_with

LABEL = 80
CAMPAIGNS = "priority-campaigns"


class More(Button, name="advice"):
    """A button with the title of a piece of advice."""

    audience = EVERYBODY

    name: Annotated[str, r"[a-z0-9-]{1,60}"]

    async def press(self, ctx: Context) -> None:
        """Show the piece. Raises UserError: the content no longer has it."""
        library = library_of(ctx.texts)
        piece = library.pieces.get(self.name)
        if piece is None:
            raise UserError("guidance.gone.body", command=ctx.bot.mention("guidance ask"))
        await ctx.reply(advice_card(piece, library, ctx.texts))


def titled(piece: Advice) -> More:
    """Return the button to a piece of advice, with its title."""
    return More(label=Markup(piece.title[:LABEL]), name=piece.name)


class AnotherTip(Button, name="tip"):
    """'Another tip'."""

    audience = EVERYBODY

    number: Annotated[int, r"\d{1,6}"]

    async def press(self, ctx: Context) -> None:
        """Show the tip with that number."""
        await ctx.reply(tip_card(self.number, library_of(ctx.texts), ctx.texts))


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
        row(*[titled(piece) for piece in listed[:5]]),
        texts("guidance.lists.more", command=bot.mention("guidance ask")),
    )


def advice_card(
    piece: Advice, library: Library, texts: Texts, *, also: Sequence[Found] | None = None
) -> Card:
    """Return a piece of advice, with buttons that do it, and a menu of alternatives or what it leads to."""
    piece = in_place_of(piece, library, texts)
    names = [found.advice.name for found in also] if also else list(piece.see)
    further = [
        each
        for name in names
        if (each := library.pieces.get(name)) and name != piece.name and not texts.is_off(each.campaign)
    ][:3]
    label = texts("guidance.advice.also" if also else "guidance.advice.more")
    menu = do_with(label, "guidance ask", [(each.title, each.title) for each in further]) if further else None
    return Card(
        texts("guidance.advice.title", title=Markup(piece.title)),
        texts.to_press(texts.filled(piece.body)),
        acting(piece, texts),
        row(menu),
    )


def acting(piece: Advice, texts: Texts) -> ui.ActionRow[Any]:
    """Return the buttons that do what a piece advises, or show its campaign; none if there is nothing to do."""
    buttons = [Do(label=Markup(label), command=name) for name, label in piece.act.items()]
    if piece.campaign:
        label = texts("guidance.advice.campaign.button")
        buttons.append(Do(label=label, command="campaign show", value=piece.campaign))
    return row(*buttons)


def which_card(found: Sequence[Found], library: Library, texts: Texts, *buttons: ui.Item[Any]) -> Card:
    """Return the titles that a question may mean, to choose from, and whom to ask if none fits."""
    pieces = {(piece := in_place_of(one.advice, library, texts)).name: piece for one in found}
    return Card(
        texts("guidance.which.title"),
        row(*[titled(each) for each in pieces.values()]),
        texts("guidance.which.else"),
        row(*buttons),
    )


def in_place_of(piece: Advice, library: Library, texts: Texts) -> Advice:
    """Return the piece to show: the one on all campaigns instead of one about a switched-off campaign."""
    return library.pieces.get(CAMPAIGNS, piece) if texts.is_off(piece.campaign) else piece


def nothing_card(texts: Texts, *buttons: ui.Item[Any]) -> Card:
    """Return the card that nothing is known about a question, and whom to ask."""
    return Card(line(texts("guidance.nothing.body"), texts("guidance.nothing.who")), row(*buttons))


def tip_card(number: int, library: Library, texts: Texts) -> Card:
    """Return the tip with a number; numbers wrap around."""
    tips = [piece for piece in library.pieces.values() if not texts.is_off(piece.campaign)]
    piece = tips[number % len(tips)]
    return Card(
        texts("guidance.advice.title", title=Markup(piece.title)),
        texts.to_press(texts.filled(piece.body)),
        acting(piece, texts),
        row(AnotherTip(label=texts("guidance.tip.next.button"), number=(number + 1) % len(tips))),
        texts("guidance.advice.tip", count=str(len(tips))),
    )


def moment_card(piece: Advice, texts: Texts, *, note: str = "moment.title") -> Card:
    """Return brief advice for a risky moment, with a button for all of it."""
    short = piece.line or texts.filled(piece.body).split("\n", 1)[0]
    words = texts.to_press(f"**{piece.title}.** {short}")
    return Card(texts(f"guidance.{note}"), words, row(titled(piece)))
