"""The bot's REST routes: the library's client with our own retries, limits and pacing."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, cast
from urllib.parse import quote

import aiohttp
import discord
import orjson
from discord.gateway import DiscordClientWebSocketResponse, DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.utils import MISSING
from yarl import URL

from bot.discord_client.admission import Admission
from bot.discord_client.buckets import Buckets
from bot.discord_client.errors import TokenRefused
from bot.discord_client.gateway_connect import GatewayConnector
from bot.discord_client.interaction_responses import InteractionResponses
from bot.discord_client.rate_limit import Pacer
from bot.discord_client.retry import Answer, Bounds, Repeat, Request, Sender, make_body, path_of
from bot.discord_client.token_watch import TokenWatch

log = logging.getLogger(__name__)

DISCORD = "https://discord.com/api/v10"
CONNECTIONS = 256  # at once; without a limit an overload would use up the process's file descriptors
ROUTINE = Bounds(total=30.0, attempt=10.0)
UPLOAD = Bounds(total=60.0, attempt=30.0)
STARTING = Bounds(total=float("inf"), attempt=10.0, pause=1.0, longest_pause=30.0, patient=True)

# POSTs that may be repeated: they are idempotent.
REPEATABLE_POSTS = frozenset(
    {
        "/users/@me/channels",
        "/channels/{channel_id}/typing",
        "/channels/{channel_id}/messages/bulk-delete",
        "/channels/{channel_id}/messages/{message_id}/crosspost",
        "/applications/{application_id}/commands",
        "/applications/{application_id}/guilds/{guild_id}/commands",
    }
)


class Http(HTTPClient):
    """discord.py's REST client that survives Discord's outages.

    After a 503, a dropped connection or a 429 without `Via` it retries where that is safe; every
    request has a time limit, and pacing keeps the global limit. `api_base` applies to this client alone.
    """

    def __init__(
        self,
        connector: aiohttp.BaseConnector | None = None,
        *,
        admission: Admission,
        api_base: str = DISCORD,
        share: float = 1.0,
    ) -> None:
        super().__init__(MISSING, connector)
        self.api_base = api_base.rstrip("/")
        self.sender = Sender(self.api_base)
        self.pacer = Pacer(share=share)
        self.buckets = Buckets()
        self.responses = InteractionResponses(self.sender, self.buckets, admission, self.user_agent)
        self.gateway_connector = GatewayConnector()
        self.token_watch = TokenWatch()
        self.starting = True
        """Whether the bot is not yet connected: then a request is tried until Discord is back."""

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session for REST and gateway; `MISSING` before `static_login`."""
        return cast("aiohttp.ClientSession", getattr(self, "_HTTPClient__session"))  # noqa: B009 - a mangled name

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Send a request of the library; see `Sender.send` for what it raises."""
        self.token_watch.check()
        headers = {"User-Agent": self.user_agent}
        if self.token is not None:
            headers["Authorization"] = f"Bot {self.token}"
        if kwargs.get("reason"):
            headers["X-Audit-Log-Reason"] = quote(kwargs["reason"], safe="/ ")
        body = make_body(
            headers, json=kwargs.get("json", MISSING), form=form, files=files, data=kwargs.get("data")
        )
        bucket = self.buckets.of(route)

        def limited(seconds: float, everywhere: bool) -> None:
            log.warning("Discord limits %s %s for %.2f s", route.method, route.path, seconds)
            if everywhere:
                self.pacer.pause(seconds)
            else:
                bucket.block(seconds)

        request = Request(
            method=route.method,
            path=path_of(route),
            repeat=_repeat(route, kwargs.get("json"), form),
            bounds=STARTING if self.starting else UPLOAD if files else ROUTINE,
            headers=headers,
            body=body,
            params=kwargs.get("params"),
            before=self.pacer.turn,
            limited=limited,
        )
        await bucket.acquire()
        response: Answer | None = None
        try:
            response, data = await self.sender.send(self.session, request)
        except discord.HTTPException as error:
            response = cast("Answer", error.response)
            if isinstance(error, TokenRefused) and not self.starting:
                self.token_watch.refused(error)
            raise
        else:
            self.token_watch.taken()
        finally:
            if response is not None:
                self.buckets.learn(route, bucket, response)
            bucket.release(response)
        return data

    async def static_login(self, token: str) -> Any:
        """Open the session and ask Discord who we are, waiting as long as Discord is down.

        Raises:
            discord.LoginFailure: Discord does not accept the token.
        """
        if self.connector is MISSING or self.connector.closed:
            self.connector = aiohttp.TCPConnector(
                limit=CONNECTIONS, keepalive_timeout=60.0, ttl_dns_cache=300
            )
        session = aiohttp.ClientSession(
            connector=self.connector,
            ws_response_class=DiscordClientWebSocketResponse,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # aiohttp's own silent retry would hide that the first attempt may have been carried out.
        session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no option for it
        setattr(self, "_HTTPClient__session", session)  # noqa: B010 - the mangled name that Interaction reads
        self.token = token
        try:
            return await self.request(Route("GET", "/users/@me"))
        except discord.HTTPException as error:
            if isinstance(error, TokenRefused):
                raise discord.LoginFailure("Improper token has been passed.") from error
            raise

    async def close(self) -> None:
        """Close every connection."""
        self.responses.callback_pool.close()
        await super().close()

    async def get_bot_gateway(self) -> Any:
        """Ask where the gateway is, and remember it for every later connection."""
        shards, url, limits = await super().get_bot_gateway()
        self.gateway_connector.main = URL(url)
        return shards, url, limits

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Open a gateway connection, retrying for most of the minute that the library allows."""
        target = URL(url)
        if target.host == DiscordWebSocket.DEFAULT_GATEWAY.host and self.gateway_connector.main is not None:
            target = self.gateway_connector.main.with_query(target.query)
        return await self.gateway_connector.connect(self.session, target, user_agent=self.user_agent)


def _repeat(route: Route, json: Any, form: Iterable[dict[str, Any]] | None) -> Repeat:
    if route.method != "POST" or route.path in REPEATABLE_POSTS:
        return Repeat.HARMLESS
    if form:
        json = next(
            (orjson.loads(part["value"]) for part in form if part.get("name") == "payload_json"), None
        )
    if isinstance(json, dict) and cast("dict[str, Any]", json).get("enforce_nonce"):
        return Repeat.HARMLESS
    return Repeat.DOUBLES
