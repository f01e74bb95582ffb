"""The way of every REST request: fault, token, rate limit, reading, the official document, handler, answer, log."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import BodyPartReader, web

from bot.sandbox import errors
from bot.sandbox.core import PREFIX, Core
from bot.sandbox.faults import Rule
from bot.sandbox.limits import refusal_headers
from bot.sandbox.requests import Recorded
from bot.sandbox.rest.route import Call, Route
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Upload

LOG = logging.getLogger(__name__)
VIA = {"Via": "1.1 google"}
INVALID = frozenset({401, 403, 429})
"""Statuses that count towards a ban of the IP address."""
RATE_LIMITED = "You are being rate limited."


def endpoint(sandbox: Core, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the aiohttp handler of a route."""
    exempt = not route.token
    authority = f"Bot {sandbox.token}"

    async def handle(request: web.Request) -> web.StreamResponse:
        path = request.path[len(PREFIX) :]
        record = Recorded(
            request.method,
            path,
            route.path,
            sandbox.world.clock.now(),
            time.monotonic(),
            dict(request.query) if request.query_string else {},
        )
        sandbox.requests.append(record)
        sandbox.changed()
        try:
            rule = sandbox.faults.strike(request.method, path, route.path) if sandbox.faults.rules else None
            if rule is not None and (broken := await strike_before(request, rule)) is not None:
                record.status = 0 if rule.kind == "drop_before" else broken.status
                sandbox.invalid_requests += record.status in INVALID
                return broken
            refused, headers = sandbox.limits.take(
                request.method, route.path, request.match_info, exempt=exempt
            )
            if refused:
                data = {
                    "message": RATE_LIMITED,
                    "retry_after": round(refused.retry_after, 3),
                    "global": refused.everything,
                }
                answer = reply(429, data, headers)
            elif route.token and request.headers.get("Authorization") != authority:
                answer = reply(401, errors.ApiError(0).payload(), headers)
            else:
                answer = await work(sandbox, route, request, record, headers)
            if answer.status in INVALID:
                sandbox.invalid_requests += 1
            record.status = answer.status
            if rule is not None:
                struck = await strike_after(request, rule, answer)
                record.status = (
                    struck.status
                    if rule.kind == "status"
                    else 0
                    if rule.kind == "drop_after"
                    else record.status
                )
                return struck
            return answer
        finally:
            sandbox.changed()

    return handle


async def work(
    sandbox: Core, route: Route, request: web.Request, record: Recorded, headers: dict[str, str]
) -> web.Response:
    """Read the request, check it against the document, call the handler and make its answer."""
    try:
        body, uploads = await read(request)
        record.body = body
        record.files = tuple(upload.filename for upload in uploads)
        if sandbox.document is not None:
            sandbox.document.check(route, request, body, sandbox.violations)
        reason = request.headers.get("X-Audit-Log-Reason")
        call = Call(
            sandbox,
            request.match_info,
            obj(body),
            items(body),
            uploads,
            record.query,
            unquote(reason) if reason else None,
        )
        result = await route.handler(call)
        if request.method != "GET":
            await sandbox.kept()
    except errors.ApiError as error:
        record.code = error.code
        return reply(error.status, error.payload(), headers)
    except Exception as error:  # the sandbox's own fault: recorded in `slips`, and answered as Discord would
        LOG.exception("%s %s", request.method, request.path)
        sandbox.slips.append(f"{request.method} {route.path}: {error!r}")
        return reply(500, {"message": "500: Internal Server Error", "code": 0}, headers)
    if sandbox.document is not None:
        sandbox.slips += sandbox.document.slips(route, result)
    return (
        web.Response(status=204, headers=headers | VIA)
        if result is None
        else reply(route.status, result, headers)
    )


def reply(status: int, data: object, headers: dict[str, str]) -> web.Response:
    """Return JSON with exactly the content type that discord.py looks for."""
    return web.Response(
        status=status, body=orjson.dumps(data), content_type="application/json", headers=headers | VIA
    )


async def read(request: web.Request) -> tuple[Any, list[Upload]]:
    """Return the JSON body (of a multipart request its payload_json) and the files.

    Raises:
        ApiError: 50109 for a body that is not JSON.
    """
    if not request.body_exists:
        return {}, []
    if request.content_type.startswith("multipart/"):
        return await read_multipart(request)
    raw = await request.read()
    if not raw:
        return {}, []
    try:
        return orjson.loads(raw), []
    except orjson.JSONDecodeError:
        raise errors.ApiError(50109) from None


async def read_multipart(request: web.Request) -> tuple[Any, list[Upload]]:
    """Read `payload_json` and `files[n]`; 10 files and 25 MiB in all, as Discord allows without boosts."""
    body: Any = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        name = part.name or ""
        if name == "payload_json":
            try:
                body = orjson.loads(data)
            except orjson.JSONDecodeError:
                raise errors.ApiError(50109) from None
        elif name.startswith("files[") and name[6:-1].isdecimal():
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads.append(Upload(int(name[6:-1]), part.filename or "unknown", kind, data))
    if len(uploads) > 10:
        raise errors.invalid(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if sum(len(upload.data) for upload in uploads) > 25 * 1024 * 1024:
        raise errors.ApiError(40005)
    return body, uploads


async def strike_before(request: web.Request, rule: Rule) -> web.Response | None:
    """Return the broken answer of a rule that strikes before the work, or None to proceed."""
    if rule.kind == "drop_before":
        return cut(request)
    if rule.after:
        return None
    if rule.kind == "slow":
        await wait(rule)
    return broken(rule) if rule.kind == "status" else None


async def strike_after(request: web.Request, rule: Rule, answer: web.Response) -> web.StreamResponse:
    """Apply a rule to an answer after the work was done."""
    if rule.kind == "drop_after":
        return cut(request)
    if rule.kind == "status" and rule.after:
        return broken(rule)
    if rule.kind == "slow" and rule.after:
        await wait(rule)
    if rule.kind == "truncate":
        return await truncate(request, answer, rule.at)
    return answer


async def wait(rule: Rule) -> None:
    """Let real time pass, or wait for the test."""
    if rule.until is not None:
        await rule.until.wait()
    else:
        await asyncio.sleep(rule.seconds)


def broken(rule: Rule) -> web.Response:
    """Return an error as Discord or its edge gives it: JSON with a code and for a 429, else an HTML page."""
    if rule.body is not None:
        return web.Response(status=rule.status, text=rule.body, content_type=rule.content_type)
    if rule.code is not None:
        known = errors.KNOWN.get(rule.code)
        message = known[1] if known else f"{rule.status}: refused"
        return reply(rule.status, {"message": message, "code": rule.code}, {})
    if rule.status != 429:
        return web.Response(
            status=rule.status, text=f"<html>error {rule.status}</html>", content_type="text/html"
        )
    everything = rule.scope == "global"
    headers = refusal_headers(rule.retry_after, everything=everything) | {"X-RateLimit-Scope": rule.scope}
    if not rule.via:
        return web.Response(status=429, text="error code: 1015", headers=headers)
    return reply(
        429, {"message": RATE_LIMITED, "retry_after": rule.retry_after, "global": everything}, headers
    )


def cut(request: web.Request) -> web.Response:
    """Cut the connection; the returned answer is not sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def truncate(request: web.Request, answer: web.Response, at: int) -> web.StreamResponse:
    """Announce the whole body, send the beginning and cut."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    partial = web.StreamResponse(status=answer.status, headers={**answer.headers})
    partial.content_length = len(body)
    await partial.prepare(request)
    with contextlib.suppress(ConnectionError):
        await partial.write(body[:at])
    if request.transport is not None:
        request.transport.close()
    return partial
