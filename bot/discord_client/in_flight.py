"""What is being sent to Discord, by subject: a change waits until it has arrived."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

PATIENCE = 1.5
"""Seconds that a change waits: Discord does not wait for its acknowledgement for more than 3."""
LOOK_EVERY = 0.05

R = TypeVar("R")


class Overtaken(Exception):
    """A change has overtaken what was being sent: it was cut off, and is to be made again."""


class InFlightMessage:
    """One message from when it is made until Discord has answered."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self._overtaken = False
        self._sending: asyncio.Task[Any] | None = None

    async def take(self, sending: Coroutine[Any, Any, R]) -> R:
        """Send, unless and until a change that can't wait any longer overtakes it.

        Raises:
            Overtaken: it did. Whether Discord has the message is open.
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
        """Stop it: no other attempt is made with these words."""
        self._overtaken = True
        if self._sending is not None:
            self._sending.cancel()


class InFlight:
    """The messages that are being rendered and sent.

    `elsewhere` says whether another process has something about a subject under way: it can be waited for, not cut.
    """

    def __init__(self, elsewhere: Callable[[str], Awaitable[bool]]) -> None:
        self._entries: dict[str, set[InFlightMessage]] = {}
        self._elsewhere = elsewhere

    @contextlib.contextmanager
    def about(self, subject: str) -> Generator[InFlightMessage]:
        """Note that something about `subject` is rendered and sent."""
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
        """Return once what was on its way about `subject` has arrived, so that nothing old comes after a change.

        Call it between storing a change and acknowledging it. What takes longer than `within` seconds (a channel
        that Discord limits, an outage) is cut off, and made again from what is stored then; False when even that
        could not be waited for.
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
    """Wait for them; returns those that are still under way."""
    waiting = {asyncio.ensure_future(entry.gone.wait()): entry for entry in entries}
    if not waiting:
        return set()
    _, left = await asyncio.wait(waiting, timeout=within)
    for task in left:
        task.cancel()
    return {waiting[task] for task in left}
