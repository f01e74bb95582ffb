"""Listens on PostgreSQL for what other processes made due."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.clock import Clock

log = logging.getLogger(__name__)

CHANNEL = "iso_bot_due"
ALIVE_EVERY = 30.0
"""Seconds between checks that the server is still there, and of what is due: not everything is notified."""
LONGEST_PAUSE = 30.0


class Listener:
    """Keeps one listening connection, and reopens it when lost.

    Calls `on_due` on the event loop with each moment received: processes notify of what is due soon. Now and then,
    and after a loss, it passes `clock.now()`, so that the caller looks for what was not sent or was missed.
    """

    def __init__(self, url: URL, clock: Clock, on_due: Callable[[datetime], None]) -> None:
        self._engine = create_async_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": 10}
        )
        self._clock = clock
        self._on_due = on_due
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._stopping = False

    async def start(self) -> None:
        """Start listening, and return once established."""
        self._task = asyncio.create_task(self._keep_listening(), name="store-listen")
        await self._listening.wait()

    async def stop(self) -> None:
        """Stop listening."""
        self._stopping = True  # a driver may mistake a cancellation for its own time-out
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._engine.dispose()

    async def _keep_listening(self) -> None:
        pause, missed = 0.1, False
        while not self._stopping:
            try:
                async with self._engine.connect() as connection:
                    driver: Any = (await connection.get_raw_connection()).driver_connection
                    await driver.add_listener(CHANNEL, self._heard)
                    if missed:
                        self._on_due(self._clock.now())
                    pause, missed = 0.1, True
                    self._listening.set()
                    await self._watch(driver)
            except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("lost the connection that listens for due deliveries (%s)", type(error).__name__)
            self._listening.set()  # startup must not wait for a server that has gone
            if not self._stopping:
                await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        try:
            at = datetime.fromisoformat(payload)
        except ValueError:
            log.warning("another program sent something unreadable on %s", CHANNEL)
        else:
            self._on_due(at)

    async def _watch(self, driver: Any) -> None:
        lost = asyncio.Event()

        def ended(_connection: object) -> None:
            lost.set()

        driver.add_termination_listener(ended)
        while not lost.is_set():
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that coincides with the loss.
                async with asyncio.timeout(ALIVE_EVERY):
                    await lost.wait()
            except TimeoutError:
                await driver.execute("SELECT 1", timeout=10)  # a cut cable sends no signal
                self._on_due(self._clock.now())
