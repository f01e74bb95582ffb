"""Events that nobody waits for, kept in memory until they are stored, so that a burst takes few transactions.

Of several events about the same thing only the last counts, so each thing takes one place. What arrives when it is
full is dropped, and the feature that registered the kind checks Discord again once the rest is stored. A stop
waits a moment for the rest; what a kill loses is found by the check at the next start.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import Busy
from bot.patience import Outage
from db.errors import StoreClosedError, StoreError

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Most events in one batch."""
TOGETHER = 0.1
"""Seconds to collect a burst, unless somebody waits for it, so that a crowd's presses become one query."""
MOST = 100_000

Handler = Callable[[Mapping[Any, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Kind:
    handle: Handler
    look_again: Callable[[], Awaitable[None]]
    bursts: bool


class Inbox:
    """Stores events in order of arrival, and retries until they are stored."""

    def __init__(self, *, most: int = MOST) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._waiting: dict[str, dict[Any, Any]] = {}
        self._most = most
        self._missed: set[str] = set()
        self._busy: str | None = None
        self._new = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._awaited = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def kind(
        self, name: str, handle: Handler, look_again: Callable[[], Awaitable[None]], *, bursts: bool = False
    ) -> None:
        """Register a kind of event.

        Args:
            name: of the kind.
            handle: stores a batch, by key; idempotent, since it is called again when the store fails.
            look_again: looks at Discord for what was dropped.
            bursts: whether to wait for a burst to collect before storing it.
        """
        self._kinds[name] = _Kind(handle, look_again, bursts)
        self._waiting[name] = {}

    def put(self, name: str, key: Any, value: Any) -> None:
        """Keep an event; it replaces an earlier one with the same key."""
        waiting = self._waiting[name]
        known = waiting.pop(key, None) is not None
        if not known and len(self) >= self._most:
            self._missed.add(name)
            return
        waiting[key] = value
        self._empty.clear()
        self._new.set()
        if not self._kinds[name].bursts:
            self._awaited.set()
        if self._task is None and not self._stopped:
            self._task = asyncio.create_task(self._run(), name="inbox")

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    async def drained(self) -> None:
        """Return once everything has been stored."""
        self._awaited.set()
        await self._empty.wait()

    async def stop(self, *, within: float = 5.0) -> None:
        """Store what is there, as far as possible, then end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.drained()
        self._stopped = True
        if len(self):
            log.warning("%d events were not stored before stopping; the next start looks for them", len(self))
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        # The store closes when the process ends; the next start looks for what is left.
        with contextlib.suppress(StoreClosedError):
            await self._hand_on_for_ever()

    async def _hand_on_for_ever(self) -> None:
        while True:
            await self._new.wait()
            self._new.clear()
            for name, kind in self._kinds.items():
                left = len(self._waiting[name])
                # Events of a burst that arrive meanwhile are collected for the next round.
                while self._waiting[name] and (left > 0 or not kind.bursts or self._awaited.is_set()):
                    await self._hand_on(name, kind)
                    left -= AT_ONCE
            await self._look_again()
            if not len(self):
                self._empty.set()
                self._awaited.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TOGETHER):
                    await self._awaited.wait()

    async def _hand_on(self, name: str, kind: _Kind) -> None:
        waiting = self._waiting[name]
        batch = {key: waiting[key] for key in list(waiting)[:AT_ONCE]}
        outage = Outage(f"events of the kind {name!r} can't be stored")
        while batch:
            try:
                await kind.handle(batch)
            except StoreClosedError:
                raise
            except (Busy, StoreError) as error:
                await outage.pause(error)
                # Newer events about the same things take precedence, and keep their later place.
                batch = {key: value for key, value in batch.items() if waiting.get(key) is value}
            except Exception:
                log.exception("could not store events of kind %r", name)
                break
            else:
                outage.over()
                break
        for key, value in batch.items():
            if waiting.get(key) is value:
                del waiting[key]

    async def _look_again(self) -> None:
        while self._missed:
            name = self._missed.pop()
            log.warning("more events of kind %r arrived than could be kept; checking Discord again", name)
            try:
                await self._kinds[name].look_again()
            except Exception:
                log.exception("could not look for the dropped events of kind %r", name)
