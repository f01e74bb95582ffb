"""The warning to the installer, a week before a server's data is erased."""

from enum import auto

from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.when import Day
from bot.texts import When
from cogs.common.base import Card
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.times import short_day, written
from cogs.privacy.erasing import keep_of
from db import guilds
from db.privacy import servers


class Why(Reason):
    """Why the warning is no longer sent."""

    SERVER_BACK = auto()


@notice(servers.NOTICE)
class ServerWord(Notice):
    """The warning before a server's data is deleted."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say when, unless the server has the bot back."""
        record = await ctx.read(guilds.load, ctx.guild_id)
        if record is None or record.left_at is None or (told := record.erase_told_at) is None:
            raise Skip(Why.SERVER_BACK)
        texts, zone, keep = ctx.texts, ctx.bot.zone_of(record), keep_of(ctx.bot)
        erased = max(record.left_at + keep.leaving, told + keep.warned).astimezone(zone).date()
        words = texts(
            "privacy.server.words",
            server=f"https://discord.com/channels/{record.id}",
            left=written(record.left_at, zone),
            erased=When(Day(erased)),
        )
        push = ctx.push("privacy.server.push", when=short_day(erased, texts))
        return Outgoing(Card(texts("privacy.server.title"), words), push=push)

    def unsent(self, session: Session, ctx: Sending) -> None:
        """Tell somebody else, or record that nobody could be told."""
        servers.unheard(session, ctx.delivery, ctx.now)
