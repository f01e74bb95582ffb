"""Finds gateway connections that are open but dead, by an unanswered heartbeat."""
# ruff: noqa: SLF001 - the library keeps the heartbeat to itself
# pyright: reportPrivateUsage=false

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from discord.gateway import DiscordWebSocket

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds from heartbeat to answer; the library notices after 60 to 80
EVERY = 2.0


class HeartbeatWatchdog:
    """Closes a connection whose heartbeat stays unanswered, so that the library resumes its session."""

    def __init__(
        self, sockets: Callable[[], Iterable[DiscordWebSocket]], *, patience: float = PATIENCE
    ) -> None:
        self._sockets = sockets
        self.patience = patience
        self._sent: WeakKeyDictionary[DiscordWebSocket, float] = WeakKeyDictionary()
        self.closed = 0

    def add(self, ws: DiscordWebSocket) -> None:
        """Record when each heartbeat of a new connection leaves.

        The library records it afterwards, in another thread and often after the answer: then it takes
        a healthy connection for one that is a whole interval behind.
        """
        send = ws.send_heartbeat

        async def send_heartbeat(data: Any) -> None:
            self._sent[ws] = time.perf_counter()
            if ws._keep_alive is not None:
                ws._keep_alive._last_send = self._sent[ws]
            await send(data)

        ws.send_heartbeat = send_heartbeat

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(min(EVERY, self.patience))
            for ws in list(self._sockets()):
                if ws.open and self.unanswered_for(ws) > self.patience:
                    self.closed += 1
                    log.warning(
                        "Shard %s: no answer to the heartbeat, resuming on a new connection", ws.shard_id
                    )
                    await ws.close(4000)

    def unanswered_for(self, ws: DiscordWebSocket) -> float:
        """Return the seconds since a heartbeat after which nothing at all came back; 0 when all is well."""
        beat, sent = ws._keep_alive, self._sent.get(ws)
        if beat is None or sent is None or max(beat._last_ack, beat._last_recv) >= sent:
            return 0.0
        return time.perf_counter() - sent


def silent_for(ws: DiscordWebSocket) -> float | None:
    """Return the seconds since anything came from the gateway, or None before the first heartbeat."""
    beat = ws._keep_alive
    return None if beat is None else time.perf_counter() - beat._last_recv
