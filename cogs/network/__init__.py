"""`/network`: the networks of the regions and Wales."""

from typing import TYPE_CHECKING

from cogs.network.cog import Networks

if TYPE_CHECKING:
    from bot.app import Bot

__all__ = ["Networks", "setup"]


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Networks(bot))
