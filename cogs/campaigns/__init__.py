"""`/campaign`: what the campaigns are, one thing to do, what was done, and the prompts that channels get."""

from typing import TYPE_CHECKING

from cogs.campaigns.cog import Campaigns

if TYPE_CHECKING:
    from bot.app import Bot

__all__ = ["Campaigns", "setup"]


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Campaigns(bot))
