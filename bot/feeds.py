"""Serves the calendar feeds at their secret addresses: off unless `[calendar] address` is set."""

import hashlib
import logging
from typing import TYPE_CHECKING

from aiohttp import web

from db import calendars

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)


class Feeds:
    """The one small web server of the bot; TLS is the business of the proxy before it."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot
        self._runner: web.AppRunner | None = None
        self.port = bot.settings.calendar.port

    async def start(self) -> None:
        """Begin to serve, if an address is set."""
        settings = self.bot.settings.calendar
        if not settings.address:
            return
        app = web.Application()
        app.router.add_get("/calendar/{secret}.ics", self._serve)
        # Secrets are part of the path, so there is no access log.
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._runner = runner
        try:
            site = web.TCPSite(runner, settings.host, settings.port)
            await site.start()
        except OSError as error:
            log.error("calendars can't be served on %s:%d: %s", settings.host, settings.port, error.strerror)  # noqa: TRY400 - a sentence, no trace
            return
        self.port = runner.addresses[0][1]
        log.info("serving calendars on %s:%d", settings.host, self.port)

    async def stop(self) -> None:
        """Serve no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    def address(self, secret: str) -> str:
        """Return the address of a feed as its member types it into a calendar program."""
        return f"{self.bot.settings.calendar.address.rstrip('/')}/calendar/{secret}.ics"

    async def _serve(self, request: web.Request) -> web.Response:
        from bot.ui.calendars import TYPE, feed  # icalendar is slow to import, and feeds are off by default

        now = self.bot.clock.now()
        found = await self.bot.store.scan(calendars.read, request.match_info["secret"], now=now)
        if found is None:
            raise web.HTTPNotFound
        region, meetings, series = found
        texts = self.bot.texts
        name = texts("calendar.own") if region is None else texts("calendar.of_region", region=region)
        body = feed(name, meetings, series, now=now)
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers = {"ETag": f'"{etag}"', "Cache-Control": "private, max-age=300"}
        known = request.if_none_match
        if known is not None and any(one.value in (etag, "*") for one in known):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers | {"Content-Type": TYPE})
