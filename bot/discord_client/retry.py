"""One request, retried while safe: what a dropped connection, a 5xx or a 429 means, and when to stop."""

import asyncio
import enum
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import discord
import orjson
from discord.http import Route
from discord.utils import MISSING

from bot.discord_client.errors import LONGEST_WAIT, PassingRefusal, TokenRefused, refusal, said
from bot.discord_client.fast.callback_pool import CallbackPool
from bot.discord_client.fast.http_parser import HttpResponse
from bot.discord_client.refusals import TOO_MANY_EDITS, code_of

log = logging.getLogger(__name__)

NETWORK = (aiohttp.ClientError, TimeoutError, OSError)
ALREADY_ACKNOWLEDGED = 40060
JSON_COMES = frozenset({200, 201})


class Repeat(enum.Enum):
    """The effect of sending a request twice."""

    HARMLESS = enum.auto()
    """Nothing: the method is idempotent, or the message carries an enforced nonce."""
    DOUBLES = enum.auto()
    """A duplicate: repeated only while the first was certainly not carried out."""
    ANSWERS = enum.auto()
    """Error 40060 if the first was received: after our own repeat that is a success."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a request is tried, in seconds: in total, each attempt, the first pause and the longest one."""

    total: float
    attempt: float
    pause: float = 0.5
    longest_pause: float = 8.0
    refusals: int = 1
    """Attempts after refusals by something other than Discord: 10,000 in ten minutes cause a ban."""
    patient: bool = False
    """Whether to log each failed attempt: nothing else reports it while the bot starts."""


@dataclass(slots=True)
class Request:
    """A request ready to be sent, and sent again."""

    method: str
    path: str
    """Below the API base, quoted."""
    repeat: Repeat
    bounds: Bounds
    headers: dict[str, str]
    body: Callable[[int], Any]
    """The body for the n-th attempt: bytes, or a new form with its files rewound."""
    params: dict[str, Any] | None = None
    callback_pool: CallbackPool | None = None
    """The kept connections to use for a small JSON body, in place of the session."""
    before: Callable[[], Awaitable[None]] | None = None
    """Awaited before every attempt: the turn under the global limit."""
    limited: Callable[[float, bool], None] | None = None
    """Called on every 429 with the seconds to wait, and whether the limit is global."""
    ambiguous: bool = False
    """Set once an attempt may have been carried out although no answer confirmed it."""


@dataclass(slots=True)
class Counts:
    """Counts of requests, for the health page and the metrics."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    repeats: int = 0
    dropped: int = 0
    given_up: int = 0


Answer = aiohttp.ClientResponse | HttpResponse


class Sender:
    """Sends requests to one API base."""

    def __init__(self, api_base: str) -> None:
        self.counts = Counts()
        self.api_base = api_base

    async def send(self, session: aiohttp.ClientSession, request: Request) -> tuple[Answer | None, Any]:
        """Send until there is a final answer.

        Returns:
            The answer and its decoded body; no answer where a repeat showed that an earlier attempt had
            worked (40060 for a callback, 404 for a deletion).

        Raises:
            discord.HTTPException: Discord refused, or still answered 5xx when the time was up.
            discord.RateLimited: the wait asked for is longer than the time left.
            aiohttp.ClientError, OSError, TimeoutError: no answer came within the bounds.
        """
        loop = asyncio.get_running_loop()
        bounds = request.bounds
        deadline = loop.time() + bounds.total
        attempt = refusals = 0
        while True:
            if request.before is not None:
                await request.before()
            left = deadline - loop.time()
            failed: Exception
            pause: float | None = None
            try:
                response, data = await self._once(session, request, attempt, min(left, bounds.attempt))
            except aiohttp.InvalidURL:
                raise
            except NETWORK as error:
                self.counts.dropped += 1
                request.ambiguous |= not isinstance(error, aiohttp.ClientConnectorError)
                failed = error
            else:
                self.counts.statuses[response.status] += 1
                if response.status < 300:
                    return response, data
                if response.status < 500 and (response.status != 429 or code_of(data) == TOO_MANY_EDITS):
                    failed = refusal(like(response), data)
                    if request.ambiguous and _had_worked(request, failed):
                        return None, None
                    refusals += 1
                    request.ambiguous |= isinstance(failed, PassingRefusal) and not failed.discords
                    if not _worth_repeating(request, failed, refusals):
                        raise failed
                else:
                    failed, pause = _come_back(request, response, data)
            if request.ambiguous and request.repeat is Repeat.DOUBLES:
                raise failed
            if pause is None:
                longest = min(bounds.longest_pause, bounds.pause * 2 ** min(attempt, 16))
                pause = longest * random.uniform(0.5, 1.0)
            if loop.time() + pause >= deadline:
                self.counts.given_up += 1
                raise failed
            if bounds.patient:
                log.warning(
                    "%s %s failed (%s): next try in %.1f s",
                    request.method,
                    request.path,
                    failed,
                    pause,
                )
            await asyncio.sleep(pause)
            self.counts.repeats += 1
            attempt += 1

    async def _once(
        self, session: aiohttp.ClientSession, request: Request, attempt: int, seconds: float
    ) -> tuple[Answer, Any]:
        if seconds <= 0:  # aiohttp takes no time at all for no limit, and would wait for ever
            raise TimeoutError("its turn did not come in time")
        if request.callback_pool is not None:
            response = await request.callback_pool.send(
                request.method, request.path, request.body(attempt), seconds
            )
            return response, decode(response, response.body)
        async with session.request(
            request.method,
            self.api_base + request.path,
            data=request.body(attempt),
            headers=request.headers,
            params=request.params,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as response:
            raw = await response.read()
        return response, decode(response, raw)


def path_of(route: Route) -> str:
    """Return the path of a route below any API base."""
    return route.url.removeprefix(Route.BASE)


def make_body(
    headers: dict[str, str],
    *,
    json: Any = MISSING,
    form: Iterable[dict[str, Any]] | None = None,
    files: Sequence[discord.File] | None = None,
    data: Any = None,
) -> Callable[[int], Any]:
    """Return a function that makes the body of the n-th attempt, and set the content type in `headers`."""
    if form:
        parts = list(form)

        def build(attempt: int) -> aiohttp.FormData:
            for file in files or ():
                file.reset(seek=attempt)
            # Discord does not understand escaped brackets in field names ("files[0]").
            made = aiohttp.FormData(quote_fields=False)
            for part in parts:
                made.add_field(**part)
            return made

        return build
    if json is not MISSING:
        headers["Content-Type"] = "application/json"
        raw = orjson.dumps(json)
        return lambda _: raw
    return lambda _: data


def decode(response: Answer, raw: bytes) -> Any:
    """Return the JSON of an answer, or its text where it is not JSON (such as a proxy's error page).

    Raises:
        aiohttp.ClientPayloadError: it claims success but is not Discord's: cut off, or another server's page.
    """
    if response.headers.get("content-type", "").startswith("application/json"):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            if response.status < 400:  # cut off on the way
                raise aiohttp.ClientPayloadError(f"not JSON: {error}") from error
    elif response.status in JSON_COMES:
        raise aiohttp.ClientPayloadError("a page instead of JSON")
    return raw.decode("utf-8", "replace")


def like(response: Answer) -> aiohttp.ClientResponse:
    """Return an answer as discord.py's errors take it: they read only `status` and `reason`."""
    return cast("aiohttp.ClientResponse", response)


def _come_back(request: Request, response: Answer, data: Any) -> tuple[Exception, float | None]:
    """Return the error of a 429 or a 5xx, and the seconds to wait where Discord names them."""
    if response.status == 429:
        pause = wait_asked(response, data)
        if request.limited is not None:
            request.limited(pause, _is_global(response, data))
        return discord.RateLimited(pause), pause
    # Whatever a proxy says (even 502 or 503), the work behind it may have been done.
    request.ambiguous = True
    words = None if code_of(data) is None else said(data)
    return discord.DiscordServerError(like(response), words), None


def wait_asked(response: Answer, data: Any) -> float:
    """Return the seconds that a 429 asks for, from 0 to a day; those of its body count before its header's."""
    body = _object(data)
    asked = body.get("retry_after") or response.headers.get("Retry-After") or 1.0
    try:
        seconds = float(asked)
    except (TypeError, ValueError):  # a date; proxies may, Discord does not
        return 5.0
    return min(max(0.0, seconds), LONGEST_WAIT)  # anything but a number counts as 0


def _is_global(response: Answer, data: Any) -> bool:
    body = _object(data)
    return bool(body.get("global")) or response.headers.get("X-RateLimit-Scope") == "global"


def _had_worked(request: Request, failed: discord.HTTPException) -> bool:
    if request.repeat is Repeat.ANSWERS:
        return failed.code == ALREADY_ACKNOWLEDGED
    return request.method == "DELETE" and isinstance(failed, discord.NotFound)


def _worth_repeating(request: Request, failed: discord.HTTPException, refusals: int) -> bool:
    """Whether to retry a refusal soon for a waiting person: Discord's own last longer, and deliveries have time."""
    if not isinstance(failed, PassingRefusal) or isinstance(failed, TokenRefused):
        return False
    if request.bounds.patient:
        return True
    if request.repeat is Repeat.DOUBLES or (failed.discords and request.repeat is not Repeat.ANSWERS):
        return False
    return refusals < request.bounds.refusals


def _object(data: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}
