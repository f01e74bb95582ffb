"""What is nobody else's business does not stand in a direct message, which a locked phone shows: a button shows it."""

import re
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.delivery.outgoing import Outgoing
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Action, Card, members_of, row
from db import deliveries
from db.models import Delivery


class ShowIt(Action, template=r"show:(?P<delivery>\d{1,18})"):
    """'Show it': what the message is about, to whom it was sent and to nobody else."""

    audience = members_of(Delivery, "delivery_id")

    delivery_id: int

    def __init__(self, delivery_id: int, texts: Texts) -> None:
        super().__init__(
            f"show:{delivery_id}", texts("deliveries.show.button"), style=discord.ButtonStyle.primary
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the delivery out of the custom_id."""
        self.delivery_id = int(match["delivery"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show what the kind renders by now.

        Raises:
            UserError: it was sent to somebody else, or is over.
        """
        delivery = await bot.store.read(deliveries.find, self.delivery_id)
        kind = bot.sender.kinds.get(delivery.kind) if delivery is not None else None
        if (
            delivery is None
            or kind is None
            or not delivery.private
            or delivery.target_id != interaction.user.id
        ):
            raise UserError("deliveries.sealed_gone")
        shown = await (kind.show or kind.render)(delivery)
        if not isinstance(shown, Outgoing):
            raise UserError("deliveries.sealed_gone")
        # Never in place of the message with the button: that one is not ephemeral, and stays.
        await interaction.response.send_message(view=shown.view, files=list(shown.files), ephemeral=True)


def general_words(kind: str, texts: Texts, *, private: bool) -> Markup:
    """Return what a locked phone may show of a sensitive message."""
    if private:
        return texts(f"deliveries.sealed.{kind}")
    own = f"deliveries.sealed_in_channel.{kind}"
    return texts(own if own in texts else "deliveries.sealed_in_channel.others")


def sealed(delivery: Delivery, outgoing: Outgoing, texts: Texts) -> Outgoing:
    """Return a sensitive message as a locked phone may show it: that there is something, in the most general words.

    A direct message says no more than that. In a channel, whose members may read the rest, it comes before the rest.
    """
    words = general_words(delivery.kind, texts, private=delivery.private)
    if delivery.private:
        return Outgoing(Card(words, row(ShowIt(delivery.id, texts))))
    rest = outgoing.view.children
    outgoing.view.clear_items()
    for item in (ui.TextDisplay[Any](words), *rest):
        outgoing.view.add_item(item)
    return outgoing
