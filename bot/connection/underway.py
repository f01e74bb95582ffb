"""What is on its way to Discord at this moment, by what it is about: a change waits until it has arrived."""

import asyncio
import contextlib
from collections.abc import Generator


class Underway:
    """The messages that are being made and sent."""

    def __init__(self) -> None:
        self._gone: dict[str, set[asyncio.Event]] = {}

    @contextlib.contextmanager
    def about(self, subject: str) -> Generator[None]:
        """Note that something about `subject` is made and sent."""
        gone = asyncio.Event()
        self._gone.setdefault(subject, set()).add(gone)
        try:
            yield
        finally:
            gone.set()
            self._gone[subject].discard(gone)
            if not self._gone[subject]:
                del self._gone[subject]

    async def arrived(self, subject: str, *, within: float = 1.5) -> bool:
        """Return once what was on its way about `subject` has arrived, so that nothing old comes after a change.

        Call it between storing a change and acknowledging it. False when it took longer than `within` seconds:
        Discord does not wait for an acknowledgement for more than 3.
        """
        waiting = [asyncio.ensure_future(gone.wait()) for gone in self._gone.get(subject, ())]
        if not waiting:
            return True
        _, left = await asyncio.wait(waiting, timeout=within)
        for task in left:
            task.cancel()
        return not left
