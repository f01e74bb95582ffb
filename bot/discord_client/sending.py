"""What a connection may send to the gateway: Discord closes one that sends more than 120 times in a minute.

The library counts 110 in fixed minutes, so 220 can leave within seconds where two of them meet, and the
connection is closed with 4008. Here no minute whatever has more than `MOST`, people go before background work,
and heartbeats, which the library sends past its limiter, have the room that is left.
"""

from discord.gateway import DiscordWebSocket, GatewayRatelimiter

from bot.discord_client.rate_limit import Pacer

MOST, WITHIN = 110, 60.0  # of the 120 of https://docs.discord.com/developers/events/gateway#rate-limiting
BURST = 20


class SendPace(GatewayRatelimiter):
    """Replaces the library's limiter of one connection."""

    def __init__(self) -> None:
        super().__init__(MOST, WITHIN)
        self._pacer = Pacer(rate=MOST, per=WITHIN, burst=BURST)

    def is_ratelimited(self) -> bool:
        """Whether something waits for its turn."""
        return self._pacer.waiting > 0

    async def block(self) -> None:
        """Wait until the next payload may leave; inside `background()`, after people's."""
        await self._pacer.turn()


def paced(ws: DiscordWebSocket) -> None:
    """Keep a new connection within Discord's limit."""
    # The library has no public access to it.
    ws._rate_limiter = SendPace()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
