"""A rendered message as it is sent: sealed where sensitive, with mentions and members' names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from discord import ui

from bot.core import Core
from bot.delivery.mentions import Mentioning, Record
from bot.delivery.message import MOST_CONTENT, MOST_EMBED
from bot.delivery.naming import Naming
from bot.delivery.outgoing import Kind, Outgoing
from db.models import Delivery
from db.people import Contact


class Wording:
    """Adds to a rendered message what all kinds share."""

    def __init__(self, bot: Core, naming: Naming, record: Record) -> None:
        """Set it up; `record` stores whom a message mentions, however long that takes."""
        self.sealed: Callable[[Delivery, Outgoing], Outgoing]
        """Returns a sensitive message as a locked phone may show it; set before anything is sent."""
        self.whole: Callable[[Delivery], ui.Item[Any]]
        """Returns the button that shows all of a message that was too long; set as `sealed` is."""
        self._bot = bot
        self._mentioning, self._record = Mentioning(bot), record
        self._naming = naming

    async def worded(
        self, delivery: Delivery, kind: Kind, outgoing: Outgoing, contact: Contact, *, late: bool
    ) -> Outgoing:
        """Return a message as it is sent.

        Args:
            delivery: what is sent.
            kind: how it was rendered.
            outgoing: the result of rendering it.
            contact: for a member, whether they want to be told only that there is something. Where the bot is no longer
                in the server, no button could show it, so it is said in full.
            late: whether it says that it is late.
        """
        discreet = contact.discreet and delivery.private and await self._bot.is_in(delivery.guild_id)
        if kind.sensitive or discreet:
            outgoing = self.sealed(delivery, outgoing)
        if late and outgoing.edit is None:
            outgoing.view.add_item(ui.TextDisplay[Any](self._bot.texts("deliveries.late")))
        outgoing = await self._mentioning.added(delivery, kind.occasion, outgoing, self._record)
        outgoing = replace(outgoing, names=await self._naming.of(delivery.guild_id, outgoing.said))
        return self._fitting(delivery, outgoing)

    def _fitting(self, delivery: Delivery, outgoing: Outgoing) -> Outgoing:
        """Cut the last lines of a message too long for Discord, say so, and add a button to show them."""
        names = outgoing.names
        parts = [one for one in outgoing.view.walk_children() if isinstance(one, ui.TextDisplay)]
        alone = delivery.private or outgoing.short
        most = MOST_CONTENT - len(outgoing.push or "") if alone else MOST_EMBED
        over = sum(len(names.beside(one.content) if names else one.content) + 2 for one in parts) - most
        if over <= 0:
            return outgoing
        more = self._bot.texts("deliveries.whole.more")
        longest = max(parts, key=lambda one: len(one.content))
        room = len(longest.content) - over - len(more) - 1
        kept, cut, _ = longest.content[: max(room, 0)].rpartition("\n")
        longest.content = f"{kept if cut else longest.content[: max(room, 0)].rpartition(' ')[0]}\n{more}"
        outgoing.view.add_item(ui.ActionRow[Any](self.whole(delivery)))
        return outgoing
