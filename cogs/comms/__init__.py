"""`/comms`: the communications desk."""

from typing import TYPE_CHECKING

from cogs.comms.cog import Comms

if TYPE_CHECKING:
    from bot.app import Bot

__all__ = ["Comms", "setup"]


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Comms(bot))
