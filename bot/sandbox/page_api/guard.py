"""Who may use the page's calls: pages that this server gave out, on this machine, and nobody else.

The sandbox has no passwords, so a web page from elsewhere must not be able to reach it: neither by a form or a fetch
(header X-Sandbox), nor by a name that resolves to this machine (Host), nor by a websocket (Origin).
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from bot.sandbox.interactions import Refused

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageError(Exception):
    """A call that fails, with the sentence that the page shows."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def guarded(handler: Handler) -> Handler:
    """Return `handler` behind the checks, its failures turned into {"error": sentence}."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if not trusted(request):
            return answer({"error": "The sandbox answers only to its own page on this machine."}, status=403)
        try:
            return await handler(request)
        except PageError as error:
            return answer({"error": str(error)}, status=error.status)
        except Refused as refused:
            return answer({"error": f"Discord would not let you: {refused}."}, status=400)

    return handle


def trusted(request: web.Request) -> bool:
    """Say whether a request comes from this machine's own page."""
    if urlsplit(f"//{request.headers.get('Host', '')}").hostname not in LOOPBACK:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        return False
    return request.method == "GET" or request.headers.get("X-Sandbox") == "1"


def answer(data: object, *, status: int = 200) -> web.Response:
    """Return JSON that nobody keeps."""
    return web.Response(
        status=status,
        body=orjson.dumps(data),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
