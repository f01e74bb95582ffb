"""`iso-bot run`: opens everything in order, and closes it in reverse."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.app import Bot, features
from bot.cli import logs, memory, named, pages, root
from bot.cli.apart import apart
from bot.clock import Clock
from bot.discord_client import StartError, Stop, run
from bot.errors import SetupError
from bot.settings import Settings
from bot.texts import Texts
from db.engine import Store, open_store, read_url
from db.engine.prepare import prepare_sqlite
from db.errors import StoreError

try:
    import uvloop
except ModuleNotFoundError:  # on Windows
    uvloop = None

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between attempts to open a store that can't be used yet."""
TURN = 0.0005
"""Seconds that a thread keeps the interpreter while another wants it. SQLite releases it with every statement, and
the writer would wait Python's default 5 ms behind a busy event loop each time it wants it back."""
NOT_GIVEN = (
    "There is no token. Set ISO_BOT_DISCORD__TOKEN, or token in the table [discord] of config.toml. "
    "docs/install.md shows where Discord gives you one, and `iso-bot init` writes it down; `iso-bot demo` needs none."
)


OUTDATED = (
    "The database was upgraded by a newer iso-bot while this one was running. This one has stopped, since "
    "it would write what the newer one can't read. Start the newer iso-bot instead."
)


class StoppedWaiting(Exception):
    """The bot was asked to stop while waiting for its store."""


def main(shard_ids: str = "", shard_count: int = 0) -> None:
    """Run the bot until a signal.

    Raises:
        SetupError: settings, token, content or database are wrong; one sentence.
    """
    memory.share()
    settings, texts = apart(what_files_say)
    if shard_ids or shard_count:
        given = replace(
            settings.discord,
            shard_ids=shard_ids or settings.discord.shard_ids,
            shard_count=shard_count or settings.discord.shard_count,
        )
        settings = replace(settings, discord=given)
    shards_fit(settings)
    logs.set_up(settings)
    warn_of_root(root.user())
    if not settings.discord.token.get_secret_value():
        raise SetupError(NOT_GIVEN)
    apart(lambda: create_file(settings.database.url))
    sys.setswitchinterval(TURN)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_run(settings, texts))


def what_files_say() -> tuple[Settings, Texts]:
    """Return settings and texts, loading what reads them. Raises SetupError: one of them is invalid."""
    return named("files:read")()


def create_file(url: str) -> None:
    """Create a missing SQLite database, from a child process: its tables' statements would stay in memory (1.9 MiB)."""
    with suppress(StoreError):  # opening it raises the same again
        parsed = read_url(url)
        if parsed.get_backend_name() == "sqlite" and not (path := Path(parsed.database or "")).exists():
            prepare_sqlite(path, Clock().now())


def warn_of_root(user: int | None) -> None:
    """Log once that the bot runs as root, and what to do about it; it runs all the same."""
    if root.is_root(user):
        log.warning(root.AS_ROOT)


def shards_fit(settings: Settings) -> None:
    """Check that the shards of this process are among all shards.

    Raises:
        SetupError: they are not, or the total number is missing.
    """
    shards, count = settings.shards, settings.discord.shard_count
    if shards is None:
        return
    if not count:
        raise SetupError(
            "shard_ids names a part of the shards: say how many there are in all with shard_count, or --shard-count."
        )
    if max(shards) >= count:
        raise SetupError(
            f"There is no shard {max(shards)}: of {count} shards the last has the number {count - 1}."
        )


def loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop factory where it is available."""
    if uvloop is None:
        return None
    return uvloop.Loop


async def _run(settings: Settings, texts: Texts) -> None:
    stop = Stop()
    with stop.signals():
        try:
            async with opened(settings, Clock(), texts, stop=stop) as bot:
                features()
                memory.forget_loading()
                memory.leave_alone()
                gc.enable()
                idle = asyncio.create_task(_idle(bot), name="idle")
                outdated = asyncio.create_task(_stop_when_outdated(bot.store, stop), name="outdated")
                try:
                    await run(bot, settings.discord.token.get_secret_value(), stop=stop, signals=False)
                except StartError as error:
                    raise SetupError(str(error)) from None
                finally:
                    idle.cancel()
                    outdated.cancel()
                if bot.store.outdated.is_set():
                    raise SetupError(OUTDATED)
        except StoppedWaiting:
            log.info("Stopped")


async def _stop_when_outdated(store: Store, stop: Stop) -> None:
    await store.watch()
    log.error(OUTDATED)
    stop.ask()


async def _idle(bot: Bot) -> None:
    await bot.synced.wait()
    memory.leave_alone()
    memory.give_back()


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock, texts: Texts | None = None, *, stop: Stop | None = None
) -> AsyncGenerator[Bot]:
    """Open texts and store, and make the bot with them.

    Args:
        settings: this process's settings.
        clock: the bot's.
        texts: texts that were loaded before.
        stop: until when to wait for an unavailable store; without it, that is an error.

    Raises:
        SetupError: content or database is wrong.
        StoppedWaiting: it was asked to stop meanwhile.
    """
    texts = texts.again() if texts is not None else pages.read(settings.language.locale)
    async with AsyncExitStack() as held:
        store = await _store(held, settings, clock, stop)
        yield Bot(settings, store, texts, clock)


async def _store(held: AsyncExitStack, settings: Settings, clock: Clock, stop: Stop | None) -> Store:
    """Open the store, however long it is locked, full or unreachable, with growing pauses and one log line a reason."""
    pause, said = FIRST_PAUSE, ""
    while True:
        try:
            store = await held.enter_async_context(
                open_store(settings.database.url, clock=clock, process_lock=True)
            )
        except StoreError as error:
            if stop is None or not error.passes:
                raise
            if str(error) != said:
                said = str(error)
                log.warning("The database can't be used yet, so the bot is waiting for it: %s", said)
        else:
            if said:
                log.warning("The database can be used now")
            return store
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.asked.wait()
            raise StoppedWaiting
        pause = min(2 * pause, LONGEST_PAUSE)
