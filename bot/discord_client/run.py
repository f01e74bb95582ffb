"""The bot's lifecycle: start whatever Discord does, serve, drain, stop."""

import asyncio
import contextlib
import logging

from bot.discord_client.client import ResilientBot
from bot.discord_client.errors import start_error
from bot.discord_client.stop import Stop

log = logging.getLogger(__name__)

DRAINING = 7.0  # seconds; together with closing, stopping takes under ten
CLOSING = 2.0


async def run(
    bot: ResilientBot,
    token: str,
    *,
    stop: Stop | None = None,
    signals: bool = True,
    drain_seconds: float = DRAINING,
) -> None:
    """Run the bot until a signal or `stop.ask()`, and return once it has drained and closed.

    With `signals` false the process's signals are left to the caller, who runs other things as well.
    It waits while Discord is down, also at the start. A second request to stop cuts draining short.

    Raises:
        StartError: the token, the intents or the shards are wrong; its message is for the operator.
    """
    stop = stop or Stop()
    with stop.signals() if signals else contextlib.nullcontext():
        async with bot:
            serving = asyncio.create_task(bot.start(token), name="serving")
            asked = asyncio.create_task(stop.asked.wait(), name="stop-asked")
            try:
                await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
                if not serving.done():
                    await _drain(bot, stop, drain_seconds)
            finally:
                asked.cancel()
                await _close(bot, serving)
            try:
                serving.result()
            except asyncio.CancelledError:
                log.info("Stopped")
            except Exception as error:
                if (sentence := start_error(error)) is not None:
                    raise sentence from error
                raise


async def _drain(bot: ResilientBot, stop: Stop, seconds: float) -> None:
    draining = asyncio.create_task(bot.drain(), name="draining")
    at_once = asyncio.create_task(stop.at_once.wait(), name="stop-at-once")
    try:
        done, _ = await asyncio.wait(
            {draining, at_once}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if draining not in done:
            log.warning("Stopping before everything was finished; the next start resumes what is stored")
    finally:
        for task in (draining, at_once):
            task.cancel()
        await asyncio.gather(draining, at_once, return_exceptions=True)


async def _close(bot: ResilientBot, serving: asyncio.Task[None]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSING):
            await bot.close()
    serving.cancel()
    await asyncio.wait({serving})
