"""A bot to be killed, whose clock is put forward from outside: the real one but for its clock.

Each line on standard input is a time to which the clock goes; what is due by then is done, the line comes back.
"""

import asyncio
import sys
from datetime import datetime
from typing import Any, cast

from bot import settings_file
from bot.app import Bot
from bot.cli import logs
from bot.cli.run import opened
from bot.clock import MovableClock
from bot.discord_client import Stop, run


async def main(start: str) -> None:
    """Run a bot that begins at a time."""
    clock, settings, stop = MovableClock(datetime.fromisoformat(start)), settings_file.load(), Stop()
    logs.set_up(settings)
    async with opened(settings, clock) as bot:
        listening = asyncio.create_task(listen(bot, clock))
        with stop.signals():
            await run(bot, settings.discord.token.get_secret_value(), stop=stop, signals=False)
        listening.cancel()


async def listen(bot: Bot, clock: MovableClock) -> None:
    """Follow what is written to standard input."""
    await bot.synced.wait()
    await at_rest(bot)
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := (await reader.readline()).decode().strip():
        moment = datetime.fromisoformat(line)
        if moment > clock.now():
            clock.move_to(moment)
        await bot.maintenance.idle()
        await at_rest(bot)
        print(line, flush=True)


async def at_rest(bot: Bot) -> None:
    """Return once what was heard is stored and nothing is asked any more."""
    hidden, membership = cast("Any", bot), cast("Any", bot.membership)

    def busy() -> bool:
        # What looks for newcomers again waits for the very clock that is put forward.
        names = [task.get_coro().__qualname__ for task in hidden._tasks]
        return bool(membership._checks) or any(not name.startswith("Onboarding.") for name in names)

    for _ in range(3):
        await bot.membership.begun.wait()
        while busy():  # noqa: ASYNC110 - nothing tells of its end
            await asyncio.sleep(0.01)
        await bot.inbox.drained()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
