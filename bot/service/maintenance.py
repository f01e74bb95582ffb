"""The one task that does the bot's maintenance, at stored times."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Busy
from db import maintenance
from db.engine import Store
from db.errors import StoreError

log = logging.getLogger(__name__)

AFTER_A_FAULT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Work:
    do: Callable[[], Awaitable[None]]
    due_after: Callable[[datetime], datetime]
    sooner: bool


class Maintenance:
    """Does each kind of work when its stored time comes, in one of several processes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._works: dict[str, _Work] = {}
        self._task: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._until: datetime | None = None

    def add(
        self,
        name: str,
        do: Callable[[], Awaitable[None]],
        *,
        due_after: Callable[[datetime], datetime],
        sooner: bool = False,
    ) -> None:
        """Register work; `due_after(now)` is when it is due next.

        A stored time holds across restarts; with `sooner`, an earlier new one replaces it.
        """
        self._works[name] = _Work(do, due_after, sooner)

    def start(self) -> None:
        """Start the task."""
        self._task = asyncio.create_task(self._run(), name="maintenance")

    async def stop(self) -> None:
        """Stop at once; unfinished work starts again later."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def idle(self) -> None:
        """Return once nothing is due: for a moved clock and for tests."""
        while self._until is None or self._until <= self._clock.now():
            self._idle.clear()
            await self._idle.wait()

    async def _run(self) -> None:
        ensured = False
        while True:
            try:
                if not ensured:
                    await self._ensure()
                    ensured = True
                while (name := await self._store.write(maintenance.claim, now=self._clock.now())) is not None:
                    await self._do(name)
                self._until = await self._store.read(maintenance.next_due)
            except (Busy, StoreError) as error:
                log.warning("maintenance waits for the store (%s)", type(error).__name__)
                self._until = self._clock.now() + AFTER_A_FAULT
            except Exception:
                log.exception("maintenance failed and will be tried again")
                self._until = self._clock.now() + AFTER_A_FAULT
            self._idle.set()
            await self._clock.sleep_until(self._until or self._clock.now() + AFTER_A_FAULT)

    async def _ensure(self) -> None:
        due = {name: work.due_after(self._clock.now()) for name, work in self._works.items()}
        sooner = {name for name, work in self._works.items() if work.sooner}
        await self._store.write(maintenance.ensure, due, sooner=sooner)

    async def _do(self, name: str) -> None:
        work = self._works.get(name)
        if work is None:
            return  # from another version of the bot; its lease keeps it from being claimed all the time
        # From the work's start, in case the machine slept meanwhile.
        begun = self._clock.now()
        try:
            await work.do()
        except Exception as error:
            error.add_note(
                f"This was the maintenance task {name!r}; it is due again in {maintenance.LEASE.seconds // 60} minutes."
            )
            raise
        await self._store.write(maintenance.done, name, now=self._clock.now(), due_at=work.due_after(begun))
