# ruff: noqa: SLF001 - the library keeps the heartbeat to itself
# pyright: reportPrivateUsage=false
"""Gateway connections that are open and dead: found by the heartbeat that stays without an answer."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from discord.gateway import DiscordWebSocket

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds from heartbeat to answer; the library's own way notices after 60 to 80
EVERY = 2.0


class Watch:
    """Closes a connection whose heartbeat stays unanswered, so that the library resumes its session."""

    def __init__(
        self, sockets: Callable[[], Iterable[DiscordWebSocket]], *, patience: float = PATIENCE
    ) -> None:
        self._sockets = sockets
        self._patience = patience
        self.closed = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(min(EVERY, self._patience))
            for ws in list(self._sockets()):
                if ws.open and unanswered_for(ws) > self._patience:
                    self.closed += 1
                    log.warning(
                        "Shard %s: no answer to the heartbeat, resuming on a new connection", ws.shard_id
                    )
                    await ws.close(4000)


def unanswered_for(ws: DiscordWebSocket) -> float:
    """Return the seconds since a heartbeat to which nothing at all came back; 0 when all is well."""
    beat = ws._keep_alive
    if beat is None or beat._last_send <= max(beat._last_ack, beat._last_recv):
        return 0.0
    return time.perf_counter() - beat._last_send


def silent_for(ws: DiscordWebSocket) -> float | None:
    """Return the seconds since anything came from the gateway, or None before the first heartbeat."""
    beat = ws._keep_alive
    return None if beat is None else time.perf_counter() - beat._last_recv
