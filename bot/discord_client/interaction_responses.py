"""Answers to people: interaction callbacks and what follows them, within the 3 seconds that Discord gives."""

import logging
import re
from collections.abc import Coroutine, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote, urlencode

import aiohttp
import discord
import orjson
from discord.http import MultipartParameters, Route
from discord.utils import MISSING
from discord.webhook.async_ import AsyncWebhookAdapter
from typing_extensions import override

from bot.discord_client.admission import AUTOCOMPLETE, Admission
from bot.discord_client.buckets import Buckets
from bot.discord_client.errors import GONE, NotAnswered, transient
from bot.discord_client.fast.callback_pool import CallbackPool
from bot.discord_client.given_back import given_back
from bot.discord_client.retry import NETWORK, Answer, Bounds, Repeat, Request, Sender, make_body, path_of

log = logging.getLogger(__name__)

FOLLOW_UP = Bounds(total=20.0, attempt=8.0, refusals=3)
CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
EPHEMERAL = 64
FOLLOW_UPS = "/webhooks/{webhook_id}/{webhook_token}"
CHANNEL_MESSAGE = 4
DEFERRED = 5
UPDATED = 7
CHOICES = 8
_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)
MOST_DEFERRED = 10_000
NO_CHOICES = b'{"type":8,"data":{"choices":[]}}'


class InteractionResponses(AsyncWebhookAdapter):
    """discord.py's adapter for interaction and webhook routes, which do not count in the global limit."""

    def __init__(self, sender: Sender, buckets: Buckets, admission: Admission, user_agent: str) -> None:
        super().__init__()
        self._sender, self._buckets = sender, buckets
        self.application_id: int | None = None
        self._admission = admission
        self._deferred: dict[str, None] = {}
        """Tokens of the interactions whose answer is deferred and has not come yet."""
        self._bodies: dict[str, bytes] = {}
        self.callback_pool = CallbackPool(sender.api_base, user_agent)

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        multipart: list[dict[str, Any]] | None = None,
        proxy: str | None = None,
        proxy_auth: aiohttp.BasicAuth | None = None,
        files: Sequence[discord.File] | None = None,
        reason: str | None = None,
        auth_token: str | None = None,
        params: dict[str, Any] | None = None,
    ) -> Any:
        """Send a request of the library; except when reading, passing errors of `Sender.send` become `NotAnswered`.

        The first follow-up to a deferred answer is sent as an edit, which it is to Discord, so that it can be
        repeated (https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages).
        """
        headers: dict[str, str] = {}
        waits = (
            cast("str", route.webhook_token) if route.path == FOLLOW_UPS and route.method == "POST" else None
        )
        if waits in self._deferred:
            route = _original_of("PATCH", cast("int", route.webhook_id), waits)
            payload = _as_edit(payload) if payload is not None else None
            multipart = [_part_as_edit(part) for part in multipart] if multipart is not None else None
            params = None
        if auth_token is not None:
            headers["Authorization"] = f"Bot {auth_token}"
        if reason is not None:
            headers["X-Audit-Log-Reason"] = reason
        request = Request(
            method=route.method,
            path=path_of(route),
            # A follow-up has no nonce, and whether it arrived can't be found out, so it is not repeated.
            repeat=Repeat.DOUBLES if route.method == "POST" else Repeat.HARMLESS,
            bounds=FOLLOW_UP,
            headers=headers,
            body=make_body(
                headers, json=MISSING if payload is None else payload, form=multipart, files=files
            ),
            params=params,
        )
        if route.path == CALLBACK:
            number, token = int(cast("int", route.webhook_id)), cast("str", route.webhook_token)
            return await self._call_back(number, token, session, request, payload)
        if payload is not None and not multipart and route.webhook_token and not (reason or auth_token):
            request.callback_pool = self.callback_pool
            request.path += _query(tuple(params.items())) if params else ""
        bucket = self._buckets.of(route)
        await bucket.acquire()
        response: Answer | None = None
        try:
            response, data = await self._sender.send(session, request)
        except discord.HTTPException as error:
            response = cast("Answer", error.response)
            if transient(error) and route.method != "GET":
                raise NotAnswered(_short(error)) from error
            raise
        except (discord.RateLimited, *NETWORK) as error:
            if route.method != "GET":
                raise NotAnswered(_short(error)) from error
            raise
        finally:
            if response is not None:
                self._buckets.learn(route, bucket, response)
            bucket.release(response)
        if route.method != "GET":
            self._deferred.pop(cast("str", route.webhook_token), None)
        return data

    @override
    def create_interaction_response(
        self,
        interaction_id: int,
        token: str,
        *,
        session: aiohttp.ClientSession,
        proxy: str | None = None,
        proxy_auth: aiohttp.BasicAuth | None = None,
        params: MultipartParameters,
    ) -> Coroutine[Any, Any, Any]:
        """Answer an interaction; without files, skip what the library prepares for every route."""
        if params.files:
            return super().create_interaction_response(
                interaction_id, token, session=session, proxy=proxy, proxy_auth=proxy_auth, params=params
            )
        shown = token if _PLAIN.fullmatch(token) else quote(token, safe="")
        headers: dict[str, str] = {}
        request = Request(
            method="POST",
            path=f"/interactions/{interaction_id}/{shown}/callback",
            repeat=Repeat.ANSWERS,
            bounds=FOLLOW_UP,
            headers=headers,
            body=make_body(headers, json=params.payload),
        )
        return self._call_back(interaction_id, token, session, request, params.payload)

    async def _call_back(
        self,
        interaction_id: int,
        token: str,
        session: aiohttp.ClientSession,
        request: Request,
        payload: dict[str, Any] | None,
    ) -> Any:
        left = self._admission.left(interaction_id)
        self._admission.worked(interaction_id)
        request.repeat = Repeat.ANSWERS
        if payload is not None:
            request.callback_pool = self.callback_pool
            request.path += "?with_response=1"
        request.bounds = Bounds(
            total=max(0.3, left - 0.1), attempt=1.2, pause=0.1, longest_pause=0.4, refusals=3
        )
        try:
            response, data = await self._sender.send(session, request)
        except (discord.HTTPException, discord.RateLimited, *NETWORK) as error:
            gone = isinstance(error, discord.NotFound) and error.code == GONE
            if not gone and not transient(error):
                raise
            if payload is not None and payload.get("type") == CHOICES:
                # Nobody waits for these suggestions any more: the person typed on, and each key asks again.
                log.info("suggestions came too late")
                return _receipt(interaction_id, None)
            if gone:
                raise
            # Retrying used up all the time that Discord gives, or it asks us to wait longer than that.
            raise NotAnswered(_short(error)) from error
        finally:
            self._admission.answered(interaction_id)
        if payload is not None and payload.get("type") == DEFERRED:
            if len(self._deferred) >= MOST_DEFERRED:
                self._deferred.pop(next(iter(self._deferred)))
            self._deferred[token] = None
        if response is not None:
            if payload is not None and payload.get("type") == UPDATED:
                data.pop(
                    "resource", None
                )  # the message as it is now: nobody uses it, and reading it takes a while
            return data
        log.info("an answer had arrived although Discord did not confirm it")
        message = None
        if payload is not None and payload.get("type") == CHANNEL_MESSAGE:
            message = await self._original(token, session)
        return _receipt(interaction_id, message)

    async def _original(self, token: str, session: aiohttp.ClientSession) -> dict[str, Any] | None:
        if self.application_id is None:
            return None
        try:
            return await self.request(_original_of("GET", self.application_id, token), session)
        except (discord.DiscordException, *NETWORK):
            return None  # the person has the answer; only the reference to it is missing

    def refuse(self, data: Mapping[str, Any], text: str, copy_it: str) -> None:
        """Tell a person at once that they cannot be served, at the least cost to those who can be.

        `copy_it` comes before what they typed into a form, which goes back with the refusal.
        """
        if data["type"] == AUTOCOMPLETE:
            body = NO_CHOICES
        elif embeds := given_back(data):
            body = _refusal(f"{text} {copy_it}", embeds=embeds)
        elif text not in self._bodies:
            body = self._bodies[text] = _refusal(text)
        else:
            body = self._bodies[text]
        self.callback_pool.fire(f"/interactions/{data['id']}/{data['token']}/callback", body)


@lru_cache(64)
def _query(params: tuple[tuple[str, Any], ...]) -> str:
    return f"?{urlencode(params)}"


def _refusal(text: str, **more: Any) -> bytes:
    message: dict[str, Any] = {"content": text, "flags": EPHEMERAL, "allowed_mentions": {"parse": []}, **more}
    return orjson.dumps({"type": CHANNEL_MESSAGE, "data": message})


def _original_of(method: str, application_id: int, token: str) -> Route:
    return Route(method, FOLLOW_UPS + "/messages/@original", webhook_id=application_id, webhook_token=token)


def _as_edit(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a follow-up as an edit: who sees it was decided when the answer was deferred."""
    kept = {key: value for key, value in payload.items() if key not in ("tts", "username", "avatar_url")}
    if "flags" in kept:
        kept["flags"] &= ~EPHEMERAL
    return kept


def _part_as_edit(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("name") != "payload_json":
        return part
    return part | {"value": orjson.dumps(_as_edit(orjson.loads(part["value"]))).decode()}


def _short(error: Exception) -> str:
    """Return an error without its message, which may quote a member."""
    return (
        f"{type(error).__name__} {error.status}" if isinstance(error, discord.HTTPException) else repr(error)
    )


def _receipt(interaction_id: int, message: dict[str, Any] | None) -> dict[str, Any]:
    """Return Discord's response to a callback, as far as it is known."""
    interaction: dict[str, Any] = {"id": str(interaction_id), "type": 0}
    if message is None:
        return {"interaction": interaction}
    interaction["response_message_id"] = message["id"]
    return {"interaction": interaction, "resource": {"type": CHANNEL_MESSAGE, "message": message}}
