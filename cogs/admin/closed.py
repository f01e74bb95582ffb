"""The weekly note on how many members can't be messaged, and what they can do."""

from enum import auto

from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from cogs.common.base import Card
from cogs.common.notice import Notice, Reason, Sending, notice
from db import deliveries


class Why(Reason):
    """Why closed direct messages are not mentioned."""

    DMS_OPEN_AGAIN = auto()


@notice(deliveries.CLOSED)
class DmsClosed(Notice):
    """The number of members whose direct messages are closed; nobody is named."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how many there are, and how they can allow messages."""
        members = await ctx.read(deliveries.unreached)
        if not members:
            raise Skip(Why.DMS_OPEN_AGAIN)
        said = ctx.texts.count("deliveries.closed", len(members))
        return Outgoing(Card(said, ctx.texts("deliveries.closed_how")))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record what was reported."""
        deliveries.closed_told(session, ctx.guild_id, until=ctx.delivery.due_at, now=ctx.now)
