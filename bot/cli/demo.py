"""`iso-bot demo`: a local Discord on this machine with the real bot in it, and a page to use it."""

import asyncio
import contextlib
import os
import shutil
import sys
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import settings_file
from bot.app import Bot
from bot.cli import demo_past, logs
from bot.cli.run import loop_factory, opened
from bot.clock import MovableClock
from bot.discord_client import Stop, run
from bot.domain.onboarding import SETTLING_IN
from bot.errors import SetupError
from bot.sandbox.limits import Limits
from bot.sandbox.seed import PEOPLE
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Event
from bot.settings import Database, Discord, Settings
from bot.shapes import Secret
from bot.texts import Texts
from cogs.common.interests import wordings

GREETING_TRIES = 50


def main(port: int, folder: Path, *, fresh: bool, show: bool = True) -> None:
    """Serve the page and run the bot until Ctrl-C, keeping state in `folder`; with `show`, open the page in a browser.

    Raises:
        SetupError: the port is taken, or the folder can't be written.
    """
    if fresh and folder.exists():
        shutil.rmtree(folder)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_demo(port, folder, show=show))


async def _demo(port: int, folder: Path, *, show: bool) -> None:
    stop = Stop()
    with stop.signals():
        async with served(port, folder, furnished=True) as demo:
            print(f"\niso-bot demo is ready: {demo.sandbox.url}\nStop it with Ctrl-C.\n", flush=True)  # noqa: T201
            if show and _has_browser():
                await asyncio.to_thread(webbrowser.open, demo.sandbox.url)
            await stop.asked.wait()
            print("Stopping.", flush=True)  # noqa: T201


def _has_browser() -> bool:
    """Whether this is a desktop: on a server, a browser would take over the terminal."""
    desktop = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return desktop and sys.stdout.isatty()


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
        self._greeting: set[asyncio.Task[None]] = set()

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
        """Return when the next delivery is due."""
        return await self.bot.sender.next_due() if self.bot else None

    async def settled(self) -> None:
        """Wait until the bot has sent what is due."""
        if self.bot:
            await self.bot.sender.idle()

    async def furnish(self) -> None:
        """Fill the demo with past use: the server is set up, meetings took place, and one is ahead."""
        sandbox, bot = self.sandbox, self.bot
        if bot is None:
            return
        ruth, guild = sandbox.person("ruth"), sandbox.guild()
        form = await ruth.slash("#welcome", "setup start")
        await ruth.submit(form.modal)
        record = await bot.guild_record(guild.id)
        if record is None:
            return
        people = {one.username: sandbox.user(one.username).id for one in PEOPLE if one.member}
        regions = {one.username: one.roles[-1] for one in PEOPLE if one.member and one.roles}
        await sandbox.person("grace").slash("#london", "network list")  # so that there are networks to join
        await bot.store.write(
            demo_past.happen, record, people, regions, now=self.clock.now(), wordings=wordings(bot.texts)
        )
        day = self.clock.now() + timedelta(days=10)
        when = f"{day.day} {day:%B %Y} 6pm"
        scheduled = {"title": "Twinning evening", "when": when, "venue": "Hamilton House"}
        await sandbox.person("amina").slash("#london", "meeting schedule", **scheduled)
        await self.settled()
        shown = await sandbox.person("tomasz").slash("#london", "meeting show", meeting="Twinning evening")
        await sandbox.person("tomasz").press(shown, "Going")
        await self.settled()

    def greet_at_once(self) -> None:
        """Put the clock forward when somebody joins, since newcomers are welcomed two minutes later."""
        self.sandbox.world.subscribe(self._happened)

    def _happened(self, event: Event) -> None:
        if event.name == "GUILD_MEMBER_ADD":
            task = asyncio.create_task(self._greeted())
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greeted(self) -> None:
        until = self.clock.now() + SETTLING_IN + timedelta(seconds=10)
        for _ in range(GREETING_TRIES):
            await asyncio.sleep(0.1)  # let the bot receive the event and store its delivery
            due = await self.next_due()
            if due is not None and self.clock.now() < due <= until:
                self.clock.move_to(due)


async def _when_synced(bot: Bot, ready: asyncio.Event) -> None:
    await bot.synced.wait()
    ready.set()


@asynccontextmanager
async def served(
    port: int, folder: Path, *, limits: Limits | None = None, furnished: bool = False
) -> AsyncGenerator[Demo]:
    """Run sandbox and bot on the state in `folder`; `furnished` fills a new one with past use.

    Raises:
        SetupError: the port is taken.
    """
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The demo can't keep its state in {folder}: {error.strerror}.") from None
    clock, new = MovableClock(), not (folder / "discord.json").exists()
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
    settings = replace(
        settings_file.load(),
        discord=Discord(token=Secret(sandbox.token), api_base=sandbox.api_base),
        database=Database(url=f"sqlite+aiosqlite:///{(folder / 'iso-bot.db').absolute()}"),
    )
    logs.set_up(settings)
    demo = Demo(sandbox, settings, clock)
    sandbox.restart = demo.restart
    sandbox.next_due = demo.next_due
    sandbox.settled = demo.settled
    try:
        await demo.start()
        if furnished:
            sandbox.first_steps = True
            if new:
                await demo.furnish()
            demo.greet_at_once()
        yield demo
    finally:
        with contextlib.suppress(Exception):
            await demo.stop()
        await sandbox.close()
