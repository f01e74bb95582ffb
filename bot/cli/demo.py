"""`iso-bot demo`: a local Discord on this machine with the real bot in it, and a page to use it."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot import settings as settings_module
from bot.app import Bot
from bot.cli import logs
from bot.cli.run import loop_factory, opened
from bot.clock import MovableClock
from bot.discord_client import Stop, run
from bot.errors import SetupError
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from bot.settings import Database, Discord, Settings
from bot.texts import Texts


def main(port: int, folder: Path, *, fresh: bool) -> None:
    """Serve the page and run the bot until Ctrl-C; the state stays in `folder`.

    Raises:
        SetupError: the port is taken, or the folder can't be written.
    """
    if fresh and folder.exists():
        shutil.rmtree(folder)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_demo(port, folder))


async def _demo(port: int, folder: Path) -> None:
    stop = Stop()
    with stop.signals():
        async with served(port, folder) as demo:
            print(f"\niso-bot demo is ready: {demo.sandbox.url}\nStop it with Ctrl-C.\n", flush=True)  # noqa: T201
            await stop.asked.wait()
            print("Stopping.", flush=True)  # noqa: T201


class Demo:
    """The sandbox and, in the same process, the bot, which can be restarted."""

    def __init__(
        self, sandbox: Sandbox, settings: Settings, clock: MovableClock, words: Texts | None = None
    ) -> None:
        self.sandbox = sandbox
        self.settings = settings
        self.clock = clock
        self._words = words
        self.bot: Bot | None = None
        self._stop = Stop()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the bot, and return when it is ready for commands.

        Raises:
            SetupError: the bot could not start.
        """
        self._stop = Stop()
        ready = asyncio.Event()
        self._running = asyncio.create_task(self._run(ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            self._running.result()

    async def _run(self, ready: asyncio.Event) -> None:
        async with opened(self.settings, self.clock, self._words) as bot:
            self.bot = bot
            watching = asyncio.create_task(_when_synced(bot, ready))
            try:
                await run(bot, self.settings.discord.token.get_secret_value(), stop=self._stop, signals=False)
            finally:
                self.bot = None
                watching.cancel()

    async def stop(self) -> None:
        """Stop the bot as SIGTERM would."""
        self._stop.ask()
        if self._running is not None:
            await self._running

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.stop()
        await self.start()

    async def next_due(self) -> datetime | None:
        """Return when the bot will send next."""
        return await self.bot.sender.next_due() if self.bot else None

    async def settled(self) -> None:
        """Return when the bot has sent what is due."""
        if self.bot:
            await self.bot.sender.idle()


async def _when_synced(bot: Bot, ready: asyncio.Event) -> None:
    await bot.synced.wait()
    ready.set()


@asynccontextmanager
async def served(port: int, folder: Path, *, limits: Limits | None = None) -> AsyncGenerator[Demo]:
    """Run sandbox and bot on the state in `folder`.

    Raises:
        SetupError: the port is taken.
    """
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The demo can't keep its state in {folder}: {error.strerror}.") from None
    clock = MovableClock()
    sandbox = Sandbox(
        clock=clock, port=port, limits=limits or Limits.none(), state_file=folder / "discord.json"
    )
    try:
        await sandbox.__aenter__()
    except OSError as error:
        raise SetupError(
            f"Port {port} is taken ({error.strerror}): is another demo running? "
            f"Choose another port, such as --port {port + 1}."
        ) from None
    settings = settings_module.load().model_copy(
        update={
            "discord": Discord(token=SecretStr(sandbox.token), api_base=sandbox.api_base),
            "database": Database(url=f"sqlite+aiosqlite:///{(folder / 'iso-bot.db').absolute()}"),
        }
    )
    logs.set_up(settings)
    demo = Demo(sandbox, settings, clock)
    sandbox.restart = demo.restart
    sandbox.next_due = demo.next_due
    sandbox.settled = demo.settled
    try:
        await demo.start()
        yield demo
    finally:
        with contextlib.suppress(Exception):
            await demo.stop()
        await sandbox.close()
