"""The page's routes."""

from pathlib import Path

import orjson
from aiohttp import web

from bot.sandbox.core import Core
from bot.sandbox.page_api import phone, stream, views
from bot.sandbox.page_api.acts import Acts
from bot.sandbox.page_api.clock import Mover
from bot.sandbox.page_api.guard import PageError, answer, guarded
from bot.sandbox.shapes import obj
from bot.sandbox.world import Payload

PAGE = Path(__file__).parents[1] / "page"
MOST_MESSAGES = 100

HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


def routes(sandbox: Core) -> list[web.RouteDef]:
    """Return the page's routes for aiohttp."""
    calls = Calls(sandbox)
    return [
        web.get("/", guarded(calls.page)),
        web.get("/page/{file}", guarded(calls.page)),
        web.get("/sandbox/snapshot", guarded(calls.snapshot)),
        web.get("/sandbox/phone", guarded(calls.phone)),
        web.get("/sandbox/messages", guarded(calls.messages)),
        web.get("/sandbox/stream", guarded(calls.stream)),
        web.post("/sandbox/act", guarded(calls.act)),
        web.post("/sandbox/clock", guarded(calls.clock)),
        web.post("/sandbox/bot", guarded(calls.bot)),
    ]


class Calls:
    """The handlers of one sandbox."""

    def __init__(self, sandbox: Core) -> None:
        self._sandbox = sandbox
        self._acts = Acts(sandbox)
        self._mover = Mover(sandbox)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Serve a file of the page."""
        name = request.match_info.get("file", "index.html")
        path = PAGE / name
        if path.parent != PAGE or path.suffix not in KINDS or not path.is_file():
            raise PageError(404, "There is no such file.")
        return web.Response(
            body=path.read_bytes(), headers=HEADERS, content_type=KINDS[path.suffix], charset="utf-8"
        )

    async def snapshot(self, request: web.Request) -> web.StreamResponse:
        """Return everything but messages, as one person sees it."""
        return await self._shown(views.snapshot(self._sandbox, self._acts.person(request.query.get("as"))))

    async def phone(self, request: web.Request) -> web.StreamResponse:
        """Return what one person's phone shows, and its settings."""
        return await self._shown(phone.view(self._sandbox, self._acts.person(request.query.get("as"))))

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Return messages of a channel, oldest first."""
        person = self._acts.person(request.query.get("as"))
        channel = self._acts.channel(request.query.get("channel"))
        before, limit = request.query.get("before", ""), request.query.get("limit", "50")
        if not limit.isdecimal():
            raise PageError(400, "The limit is a number.")
        shown = min(max(int(limit), 1), MOST_MESSAGES)
        older = int(before) if before.isdecimal() else None
        return await self._shown(views.messages(person, channel, older, shown))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream everything new, as one person sees it."""
        person = self._acts.person(request.query.get("as"))
        return await stream.serve(self._sandbox, request, person.id)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do something as a person."""
        return await self._shown(await self._acts.do(await _body(request)))

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Move the clock."""
        return answer(await self._mover.move(await _body(request)))

    async def bot(self, request: web.Request) -> web.StreamResponse:
        """Restart the bot."""
        if (await _body(request)).get("do") != "restart":
            raise PageError(400, "The bot can be restarted, nothing else.")
        if self._sandbox.restart is None:
            raise PageError(409, "This sandbox did not start the bot, so it can't restart it.")
        await self._sandbox.restart()
        return answer({"ok": True})

    async def _shown(self, data: object) -> web.Response:
        """Answer once everything is in the state file."""
        await self._sandbox.kept()
        return answer(data)


async def _body(request: web.Request) -> Payload:
    try:
        return obj(orjson.loads(await request.read()))
    except orjson.JSONDecodeError:
        raise PageError(400, "The request is not JSON.") from None
