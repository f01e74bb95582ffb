"""A token that Discord stops accepting while the bot runs: logged once, and retried only as often as is safe."""

import asyncio
import logging

from bot.discord_client.errors import TokenRefused
from bot.discord_client.rate_limit import in_background

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds between requests for people while the token is refused: 10,000 refusals in ten minutes ban the address
(https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)."""


class TokenWatch:
    """Tracks whether Discord accepts the token; the sender of deliveries has a longer pause of its own."""

    def __init__(self) -> None:
        self._error: TokenRefused | None = None
        self._again_at = 0.0

    def check(self) -> None:
        """Let a request through.

        Raises:
            TokenRefused: Discord has just refused the token, so there is no need to ask again.
        """
        if self._error is None or in_background():
            return
        now = asyncio.get_running_loop().time()
        if now < self._again_at:
            raise TokenRefused(self._error.response, {"code": self._error.code, "message": self._error.text})  # pyright: ignore[reportArgumentType] - it came from aiohttp
        self._again_at = now + PAUSE

    def refused(self, error: TokenRefused) -> None:
        """Record a refusal."""
        if self._error is None:
            log.warning(
                "Discord does not accept the token any more (401): nothing is sent until it does, tried once a minute. "
                "Was it reset? The Bot page of your application shows the present one."
            )
        self._error = error
        self._again_at = asyncio.get_running_loop().time() + PAUSE

    def taken(self) -> None:
        """Record that Discord accepts it."""
        if self._error is not None:
            self._error = None
            log.warning("Discord accepts the token again")
