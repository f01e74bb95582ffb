"""Sensitive content is not in the DM itself, which a locked phone shows: a button reveals it."""

from dataclasses import replace
from typing import Annotated, Any

import discord
from discord import ui

from bot.delivery.outgoing import Outgoing, Skip
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, members_of, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from db import deliveries
from db.models import Delivery


class ShowIt(Button, name="show"):
    """'Show it': shows the content to the message's recipient and nobody else."""

    audience = members_of(Delivery, "delivery")
    style = discord.ButtonStyle.primary
    delivery: Annotated[int, r"\d{1,18}"]

    async def press(self, ctx: Context) -> None:
        """Show what the kind renders now. Raises UserError: it was sent to somebody else, or has expired."""
        delivery = await ctx.read(deliveries.find, self.delivery)
        kind = ctx.bot.sender.kinds.get(delivery.kind) if delivery is not None else None
        if delivery is None or kind is None or not delivery.private or delivery.target_id != ctx.user_id:
            raise UserError("deliveries.sealed_gone")
        try:
            shown = await (kind.show or kind.render)(delivery)
        except Skip as skip:
            raise UserError("deliveries.sealed_gone") from skip
        if not isinstance(shown, Outgoing):
            raise UserError("deliveries.sealed_gone")
        # Never replace the message with the button: it is not ephemeral, and stays.
        response = ctx.interaction.response
        await response.send_message(view=shown.view, files=list(shown.files), ephemeral=True)


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
