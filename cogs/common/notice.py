"""The bases for features' notices and jobs; sensitive content waits behind a button."""

from dataclasses import replace
from textwrap import wrap
from typing import Annotated, Any

import discord
from discord import ui

from bot.app import Bot
from bot.delivery import jobs
from bot.delivery import notice as base
from bot.delivery.jobs import job
from bot.delivery.notice import Reason, notice
from bot.delivery.outgoing import Outgoing, Skip
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, members_of, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from db import deliveries
from db.models import Delivery

__all__ = ["Job", "Notice", "Reason", "Sending", "job", "notice"]

Job = jobs.Job[Bot]
Notice = base.Notice[Bot]
Sending = base.Sending[Bot]


PAGE = 3_900
"""Most characters used of a card's 4,000."""


class ShowIt(Button, name="show"):
    """'Show it': shows the content to the message's recipient and nobody else."""

    audience = members_of(Delivery, "delivery")
    style = discord.ButtonStyle.primary
    delivery: Annotated[int, r"\d{1,18}"]

    async def press(self, ctx: Context) -> None:
        """Show what the kind renders now. Raises UserError: it was sent to somebody else, or has expired."""
        shown = await _rendered(ctx, self.delivery)
        # Never replace the message with the button: it is not ephemeral, and stays.
        response = ctx.interaction.response
        await response.send_message(view=shown.view, files=list(shown.files), ephemeral=True)


class ShowAll(Button, name="whole"):
    """'Read all of it': shows the whole of a message that was too long, to its recipients."""

    audience = members_of(Delivery, "delivery")
    delivery: Annotated[int, r"\d{1,18}"]

    async def press(self, ctx: Context) -> None:
        """Show what the kind renders now, in as many messages as needed. Raises UserError: it has expired."""
        shown = await _rendered(ctx, self.delivery)
        words = "\n".join(
            one.content for one in shown.view.walk_children() if isinstance(one, ui.TextDisplay)
        )
        first, *rest = _pages(words)
        await ctx.interaction.response.send_message(view=Card(first), ephemeral=True)
        for page in rest:
            await ctx.interaction.followup.send(view=Card(page), ephemeral=True)


def _pages(words: str) -> list[Markup]:
    """Split words into parts of at most `PAGE` characters, at line ends where possible."""
    pages = [""]
    for line in (
        part for each in words.splitlines() for part in wrap(each, PAGE, drop_whitespace=False) or [""]
    ):
        if len(pages[-1]) + len(line) >= PAGE:
            pages.append("")
        pages[-1] += f"{line}\n"
    return [Markup(page) for page in pages if page.strip()]


async def _rendered(ctx: Context, number: int) -> Outgoing:
    delivery = await ctx.read(deliveries.find, number)
    kind = ctx.bot.sender.kinds.get(delivery.kind) if delivery is not None else None
    if delivery is None or kind is None:
        raise UserError("deliveries.sealed_gone")
    if delivery.target_id != (ctx.user_id if delivery.private else ctx.interaction.channel_id):
        raise UserError("deliveries.sealed_gone")
    try:
        shown = await (kind.show or kind.render)(delivery)
    except Skip as skip:
        raise UserError("deliveries.sealed_gone") from skip
    if not isinstance(shown, Outgoing):
        raise UserError("deliveries.sealed_gone")
    return shown


def show_it(delivery: Delivery, texts: Texts) -> ShowIt:
    """Return the button that reveals a message's content."""
    return ShowIt(label=texts("deliveries.show.button"), delivery=delivery.id)


def general_words(kind: str, texts: Texts, *, private: bool) -> Markup:
    """Return what a locked phone may show of a sensitive message."""
    if private:
        own = f"deliveries.sealed.{kind}"
        return texts(own if own in texts else "deliveries.discreet")
    own = f"deliveries.sealed_in_channel.{kind}"
    return texts(own if own in texts else "deliveries.sealed_in_channel.others")


def sealed(delivery: Delivery, outgoing: Outgoing, texts: Texts) -> Outgoing:
    """Return a message fit for a locked phone: that there is something, in the most general words.

    A DM says no more than that. In a channel, whose members may read the rest, it comes first.
    """
    words = general_words(delivery.kind, texts, private=delivery.private)
    if delivery.private:
        return replace(outgoing, view=Card(words, row(show_it(delivery, texts))), push=None, files=())
    rest = outgoing.view.children
    outgoing.view.clear_items()
    for item in (ui.TextDisplay[Any](words), *rest):
        outgoing.view.add_item(item)
    return outgoing
