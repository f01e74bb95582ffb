"""A rendered message as it is sent: sealed where it is sensitive, with whom it mentions and what they are called."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from discord import ui

from bot.core import Core
from bot.delivery.mentions import Mentioning, Record
from bot.delivery.naming import Naming
from bot.delivery.outgoing import Kind, Outgoing
from db.models import Delivery


class Wording:
    """Adds to what a kind rendered what is the same for all kinds."""

    def __init__(self, bot: Core, naming: Naming) -> None:
        self.sealed: Callable[[Delivery, Outgoing], Outgoing]
        """Returns a sensitive message as a locked phone may show it; set before anything is sent."""
        self._texts = bot.texts
        self._mentioning = Mentioning(bot)
        self._naming = naming

    async def worded(
        self, delivery: Delivery, kind: Kind, outgoing: Outgoing, record: Record, *, late: bool
    ) -> Outgoing:
        """Return a message as it is sent; `late`: it says that it is, `record` stores whom it mentions."""
        if kind.sensitive:
            outgoing = self.sealed(delivery, outgoing)
        if late and outgoing.edit is None:
            outgoing.view.add_item(ui.TextDisplay[Any](self._texts("deliveries.late")))
        outgoing = await self._mentioning.added(delivery, kind.occasion, outgoing, record)
        return replace(outgoing, names=await self._naming.of(delivery.guild_id, outgoing.said))
