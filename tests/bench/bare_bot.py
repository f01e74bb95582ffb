"""The yardstick: a bare discord.py bot with one command that answers a constant, as its documentation writes it.

Started by the bench as `python -m tests.bench.bare_bot` with the same environment as the real bot.
"""

import json
import os
import urllib.request
from typing import Any

import discord
import yarl
from discord.ext import commands


def connect_to(base: str, token: str) -> None:
    """Point the library at another API base: it has no setting for that."""
    discord.http.Route.BASE = base  # pyright: ignore[reportAttributeAccessIssue] - a module the stubs leave out
    request = urllib.request.Request(f"{base}/gateway/bot", headers={"Authorization": f"Bot {token}"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        gateway = json.load(answer)["url"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)  # pyright: ignore[reportAttributeAccessIssue]


class Bare(commands.Bot):
    """One command."""

    async def setup_hook(self) -> None:
        """Register it."""

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.send_message("Hello", ephemeral=True)

        await self.tree.sync()


def main() -> None:
    """Run until killed."""
    token = os.environ["ISO_BOT_DISCORD__TOKEN"]
    connect_to(os.environ["ISO_BOT_DISCORD__API_BASE"], token)
    intents = discord.Intents(guilds=True, members=True)
    Bare(command_prefix="!", intents=intents, chunk_guilds_at_startup=False).run(token, log_handler=None)


if __name__ == "__main__":
    main()
