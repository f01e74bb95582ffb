"""A small bot on the resilient client, connected to a sandbox: what the fault tests have in common."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any, Protocol

import discord

from bot.discord_client import ResilientBot, Stop, run

WITHIN = 15.0


class Address(Protocol):
    """Where a bot connects to: a sandbox, or the words that name one."""

    @property
    def api_base(self) -> str: ...

    token: str


class Sample(ResilientBot):
    """A few commands, and a note of every event that the tests ask about."""

    def __init__(self, sandbox: Address, **options: Any) -> None:
        intents = discord.Intents(guilds=True, members=True, messages=True)
        super().__init__(intents=intents, api_base=sandbox.api_base, **options)
        self.heard: list[str] = []
        self.stop = Stop()
        self.token = sandbox.token
        self.changed = asyncio.Condition()
        self.release = asyncio.Event()
        self.done = 0
        self.failed: list[BaseException] = []
        self.last: discord.InteractionCallbackResponse[Any] | None = None

    async def setup_hook(self) -> None:
        """Register the commands with the sandbox."""

        async def hello(interaction: discord.Interaction[Any]) -> None:
            self.last = await interaction.response.send_message("Hello", ephemeral=True)
            self.done += 1

        async def later(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("Hello at last", ephemeral=True)

        async def more(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("Hello", ephemeral=True)
            await interaction.followup.send("And more", ephemeral=True)

        async def twice(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("One")
            # The library itself would notice; here Discord should.
            interaction.response._response_type = None  # pyright: ignore[reportPrivateUsage]
            await interaction.response.send_message("Two")

        async def held(interaction: discord.Interaction[Any]) -> None:
            await self.release.wait()
            await interaction.response.send_message("Held", ephemeral=True)

        for callback in (hello, later, more, twice, held):
            self.tree.command(name=callback.__name__, description=f"Says {callback.__name__}")(callback)
        self.tree.error(self._failed)
        await self.tree.sync()

    async def _failed(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        self.failed.append(getattr(error, "original", error))

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note every event before it is dispatched."""
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
async def connected(sandbox: Address, kind: type[Sample] = Sample, **options: Any) -> AsyncGenerator[Sample]:
    """A bot that is ready."""
    bot = kind(sandbox, **options)
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
        while not condition():  # noqa: ASYNC110 - nothing would set an event
            await asyncio.sleep(0.002)
