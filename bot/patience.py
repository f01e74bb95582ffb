"""Waiting for a store that is busy, locked, full or unreachable, with one log line for each such time."""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.errors import Busy
from db.engine import Store
from db.errors import StoreClosedError, StoreError

log = logging.getLogger(__name__)

FIRST, LONGEST = 0.05, 5.0
SAID_AFTER = 1.0
"""Seconds: a store that is busy for a moment is not worth logging."""

P = ParamSpec("P")
R = TypeVar("R")


class Outage:
    """A time without the store: growing pauses, one log line at its beginning and one at its end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._wait = FIRST
        self._waited = 0.0
        self._said = False

    async def pause(self, error: Exception) -> None:
        """Wait before the next try."""
        if self._waited >= SAID_AFTER and not self._said:
            self._said = True
            log.warning("%s: %s; retrying until it works", self._what, type(error).__name__)
        wait = self._wait * random.uniform(0.75, 1.25)
        self._wait = min(2 * self._wait, LONGEST)
        await asyncio.sleep(wait)
        self._waited += wait

    def over(self) -> None:
        """Record that it worked."""
        if self._said:
            log.warning("%s: works again", self._what)
        self._wait, self._waited, self._said = FIRST, 0.0, False


async def patiently(
    store: Store,
    turns: AbstractAsyncContextManager[object] | None,
    verb: Callable[Concatenate[Session, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Store something, however long it takes; hold `turns` only during each attempt."""
    outage = Outage(f"{getattr(verb, '__name__', 'something')} can't be stored")
    while True:
        try:
            async with turns or nullcontext():
                result = await store.write(verb, *args, **kwargs)
        except StoreClosedError:
            raise
        except (Busy, StoreError) as error:
            await outage.pause(error)
        else:
            outage.over()
            return result
