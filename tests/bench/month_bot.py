"""The real bot without its own pace, whose clock is put forward from outside.

Started by the bench as `python -m tests.bench.month_bot <start>`. Each line on standard input is a time: all that is
due by then is done in its order, and the line comes back.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.app import Bot
from bot.cli import run
from bot.clock import MovableClock
from bot.discord_client import sending
from tests.bench.unpaced_bot import unpaced


def moved(start: datetime) -> None:
    """Run the bot from a time on."""
    clock, opened = MovableClock(start, frozen=True), run.opened

    @asynccontextmanager
    async def listening(
        settings: Any, _clock: object, texts: Any = None, **given: Any
    ) -> AsyncGenerator[Bot]:
        async with opened(settings, clock, texts, **given) as bot:
            listens = asyncio.create_task(listen(bot, clock))
            yield bot
            listens.cancel()

    run.opened = listening
    sending.MOST = 1_000_000  # else a night waits minutes for the looks at all members
    unpaced()


async def listen(bot: Bot, clock: MovableClock) -> None:
    """Follow what is written to standard input."""
    await bot.synced.wait()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := (await reader.readline()).decode().strip():
        moment = datetime.fromisoformat(line)
        await bot.sender.idle()
        while (due := await bot.sender.next_due()) is not None and due <= moment:
            clock.move_to(max(due, clock.now()))
            await bot.sender.idle()
        clock.move_to(max(moment, clock.now()))
        await bot.maintenance.idle()
        await bot.inbox.drained()
        await bot.sender.idle()
        print(line, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)  # the process that tells the time has ended


if __name__ == "__main__":
    moved(datetime.fromisoformat(sys.argv[1]))
