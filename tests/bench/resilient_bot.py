"""The bare bot's one command on our connection: what the connection itself costs."""

import asyncio
import os
from typing import Any

import discord

from bot.discord_client import ResilientBot, run


class Resilient(ResilientBot):
    """One command."""

    async def setup_hook(self) -> None:
        """Register it."""

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.send_message("Hello", ephemeral=True)

        await self.tree.sync()


async def main() -> None:
    """Run until asked to stop."""
    bot = Resilient(
        intents=discord.Intents(guilds=True, members=True), api_base=os.environ["ISO_BOT_DISCORD__API_BASE"]
    )
    await run(bot, os.environ["ISO_BOT_DISCORD__TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
