"""Opens gateway connections, even while the gateway refuses them."""

import asyncio
import logging
import random

import aiohttp
from yarl import URL

log = logging.getLogger(__name__)

PERSISTS = 45.0  # seconds; the library gives up a reconnection after 60 and then loses the session
ATTEMPT = 12.0
CLOSING = 1.0  # how long a closing handshake may take: it must not use up the time for stopping
TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)


class GatewayConnector:
    """Connects to the gateway, retrying with growing pauses.

    A session is resumed at its own address (`resume_gateway_url`); if that stays silent, the main
    address, which accepts resumptions too, is tried in turn with it.
    """

    def __init__(self) -> None:
        self.main: URL | None = None
        """The gateway's address from `GET /gateway/bot`."""
        self.failures = 0

    async def connect(
        self, session: aiohttp.ClientSession, url: URL, *, user_agent: str
    ) -> aiohttp.ClientWebSocketResponse:
        """Return an open connection to `url`.

        Raises:
            aiohttp.ClientError, OSError, TimeoutError: the gateway stayed unreachable; the library waits and
                calls again.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PERSISTS
        attempt = 0
        while True:
            target = url
            if self.main is not None and attempt % 4 == 3:
                target = self.main.with_query(url.query)
            try:
                async with asyncio.timeout(ATTEMPT):
                    return await session.ws_connect(
                        target,
                        headers={"User-Agent": user_agent},
                        timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),  # pyright: ignore[reportCallIssue] - made by attrs
                        max_msg_size=0,
                        autoclose=False,
                    )
            except TROUBLE as error:
                self.failures += 1
                pause = min(15.0, 0.5 * 2 ** min(attempt, 5)) * random.uniform(0.5, 1.0)
                if loop.time() + pause > deadline:
                    raise
                log.warning("No gateway at %s yet (%r): next try in %.1f s", target.host, error, pause)
            await asyncio.sleep(pause)
            attempt += 1
