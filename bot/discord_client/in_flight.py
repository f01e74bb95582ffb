"""What is being sent to Discord, by subject, so that a change can wait until it has arrived."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

PATIENCE = 1.5
"""Seconds that a change waits: Discord waits at most 3 for its acknowledgement."""
LOOK_EVERY = 0.05

R = TypeVar("R")


class Overtaken(Exception):
    """A change has overtaken what was being sent, which was cancelled and must be rendered again."""


class InFlightMessage:
    """One message, from rendering until Discord has answered."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self._overtaken = False
        self._sending: asyncio.Task[Any] | None = None

    async def take(self, sending: Coroutine[Any, Any, R]) -> R:
        """Send, unless a change that can't wait any longer overtakes it.

        Raises:
            Overtaken: one did. Whether Discord has the message is unknown.
        """
        if self._overtaken:
            sending.close()
            raise Overtaken
        self._sending = task = asyncio.ensure_future(sending)
        try:
            return await task
        except asyncio.CancelledError:
            waiting = asyncio.current_task()
            if self._overtaken and not (waiting and waiting.cancelling()):
                raise Overtaken from None
            raise

    def cut(self) -> None:
        """Stop sending: no other attempt is made with these words."""
        self._overtaken = True
        if self._sending is not None:
            self._sending.cancel()


class InFlight:
    """The messages that are being rendered and sent.

    `elsewhere` says whether another process has something about a subject in flight: that can be awaited, not cut.
    """

    def __init__(self, elsewhere: Callable[[str], Awaitable[bool]]) -> None:
        self._entries: dict[str, set[InFlightMessage]] = {}
        self._elsewhere = elsewhere

    @contextlib.contextmanager
    def about(self, subject: str) -> Generator[InFlightMessage]:
        """Record that something about `subject` is being rendered and sent."""
        entry = InFlightMessage()
        self._entries.setdefault(subject, set()).add(entry)
        try:
            yield entry
        finally:
            entry.gone.set()
            self._entries[subject].discard(entry)
            if not self._entries[subject]:
                del self._entries[subject]

    async def wait_until_sent(self, subject: str, *, within: float = PATIENCE) -> bool:
        """Wait until what is in flight about `subject` has arrived, so that nothing outdated follows a change.

        Call it between storing a change and acknowledging it. What takes longer than `within` seconds (a channel
        that Discord limits, an outage) is cancelled, and rendered again from what is stored then; return False when
        even that could not be awaited.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        entries = set(self._entries.get(subject, ()))
        left = await _gone(entries, within)
        for entry in left:
            entry.cut()
        left = await _gone(left, LOOK_EVERY)
        while await self._elsewhere(subject):
            if loop.time() >= ends:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return not left


async def _gone(entries: set[InFlightMessage], within: float) -> set[InFlightMessage]:
    """Wait for these; return those still in flight."""
    waiting = {asyncio.ensure_future(entry.gone.wait()): entry for entry in entries}
    if not waiting:
        return set()
    _, left = await asyncio.wait(waiting, timeout=within)
    for task in left:
        task.cancel()
    return {waiting[task] for task in left}
