"""The daily snapshot of all counts of people and of suggested dates, which is what members are shown."""

import logging
from datetime import UTC, datetime, time, timedelta

from discord.ext import commands

from bot.app import Bot
from cogs.common.interests import wordings
from db import guilds, snapshots
from db.meetings import suggesting

log = logging.getLogger(__name__)

NAME = "counts.snapshot"
AT = time(4, 10, tzinfo=UTC)
"""After the nightly erasures, at an hour when hardly anybody waits for an answer."""


def next_snapshot(now: datetime) -> datetime:
    """Return when to take the next snapshot."""
    today = datetime.combine(now.astimezone(UTC).date(), AT)
    return today if today > now else today + timedelta(days=1)


class Counting(commands.Cog):
    """Takes the snapshots."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the daily work."""
        self.bot.maintenance.add(NAME, self.take, due_after=next_snapshot)

    async def take(self) -> None:
        """Take the snapshot of every server that has none from today."""
        words, taken = wordings(self.bot.texts), 0
        for guild_id in sorted(await self.bot.store.read(guilds.known_ids)):
            now = self.bot.clock.now()
            taken += await self.bot.store.write(snapshots.take, guild_id, wordings=words, now=now)
            if found := await self.bot.store.read_in_thread(suggesting.learned, guild_id, now=now):
                await self.bot.store.write(suggesting.keep, found, now=now)
        log.info("snapshots of counts taken: %d", taken)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Counting(bot))
