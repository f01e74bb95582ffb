"""A small bot on the resilient client, connected to a sandbox: what the fault tests have in common."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any

import discord
from discord import app_commands

from bot.connection import ResilientBot, Stop, run
from bot.sandbox.server import Sandbox

WITHIN = 15.0


class Sample(ResilientBot):
    """One command, and a note of every event that the tests ask about."""

    def __init__(self, sandbox: Sandbox, **options: Any) -> None:
        intents = discord.Intents(guilds=True, members=True, messages=True)
        super().__init__(intents=intents, api_base=sandbox.api_base, **options)
        self.heard: list[str] = []
        self.stop = Stop()
        self.token = sandbox.token
        self.changed = asyncio.Condition()

    async def setup_hook(self) -> None:
        """Register the commands with the sandbox."""

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.send_message("Hello", ephemeral=True)

        @self.tree.command(name="later", description="Says hello after a while")
        async def later(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("Hello at last", ephemeral=True)

        app_commands.guild_only(hello)
        with contextlib.suppress(discord.NotFound):
            await self.tree.sync()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note every event before it goes its way."""
        self.heard.append(event)
        asyncio.get_running_loop().create_task(self._tell())
        super().dispatch(event, *args, **kwargs)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def hears(self, event: str, *, times: int = 1) -> None:
        """Return once `event` was dispatched so many times in all."""
        async with asyncio.timeout(WITHIN), self.changed:
            await self.changed.wait_for(lambda: self.heard.count(event) >= times)


@contextlib.asynccontextmanager
async def running(bot: Sample) -> AsyncGenerator[asyncio.Task[None]]:
    """Run the bot in a task of its own, ready or not, and stop it at the end."""
    task = asyncio.create_task(run(bot, bot.token, stop=bot.stop))
    try:
        yield task
    finally:
        bot.stop.ask()
        bot.stop.ask()
        with contextlib.suppress(Exception):
            await task


@contextlib.asynccontextmanager
async def connected(sandbox: Sandbox, **options: Any) -> AsyncGenerator[Sample]:
    """A bot that is ready."""
    bot = Sample(sandbox, **options)
    async with running(bot) as task:
        ready = asyncio.create_task(bot.hears("first_ready"))
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            task.result()
        await ready
        yield bot


async def eventually(condition: Callable[[], object]) -> None:
    """Return once `condition()` is true, for what no event tells of (the bot's own counters)."""
    async with asyncio.timeout(WITHIN):
        while not condition():
            await asyncio.sleep(0.002)
