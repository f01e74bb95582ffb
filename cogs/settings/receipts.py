"""The first direct message to somebody: a receipt for what they did, which shows what messages look like."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.delivery import Outgoing
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.notice import Notice, Sending, notice
from cogs.common.receipts import how
from db import receipts


@notice(receipts.RECEIPT)
class Receipt(Notice):
    """The receipt that something was recorded, and when the next message comes."""

    about: str
    next: str | None = None

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, in words that reveal nothing on a locked phone."""
        said = ctx.texts(f"receipts.{self.about}")
        if self.next is not None:
            guild = await ctx.guild()
            at = await ctx.when(datetime.fromisoformat(self.next), ZoneInfo(guild.zone).key)
            said = Markup(f"{said} {ctx.texts('receipts.next', when=at)}")
        return Outgoing(Card(said, how(ctx.bot)), push=said)
