"""Who may use the sandbox: programs on this machine, and the page that it served itself.

A web page from elsewhere must reach none of its addresses, neither by a name that resolves to this machine (Host) nor
by a fetch or a websocket (Origin); `local_only` checks that on every route. The page's calls need no password, so they
also require a header that a form on another page can't send (X-Sandbox).
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


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 anything that a web page from elsewhere sends, on any route."""
    return await handler(request) if is_local(request) else refusal()


def guarded(handler: Handler) -> Handler:
    """Wrap `handler` with the check of the page's header, and turn its failures into {"error": sentence}."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method != "GET" and request.headers.get("X-Sandbox") != "1":
            return refusal()
        try:
            return await handler(request)
        except PageError as error:
            return answer({"error": str(error)}, status=error.status)
        except Refused as refused:
            return answer({"error": f"Discord would not let you: {refused}."}, status=400)

    return handle


def is_local(request: web.Request) -> bool:
    """Return whether a request names this machine as its host and does not come from another site's page."""
    host = request.headers.get("Host", "")
    try:
        if urlsplit(f"//{host}").hostname not in LOOPBACK:
            return False
        origin = request.headers.get("Origin")
        return origin is None or (
            urlsplit(origin).scheme in {"http", "https"} and urlsplit(origin).netloc == host
        )
    except ValueError:  # such as half an IPv6 address
        return False


def refusal() -> web.Response:
    """Return the answer to a forbidden request."""
    return answer(
        {"error": "The sandbox answers only to programs and its own page on this machine."}, status=403
    )


def answer(data: object, *, status: int = 200) -> web.Response:
    """Return JSON that must not be cached."""
    return web.Response(
        status=status,
        body=orjson.dumps(data),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
