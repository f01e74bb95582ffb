"""Serves the calendar feeds at their secret addresses: off unless `[calendar] address` is set."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.ui.presence import NotChecked, is_member
from db import calendars

if TYPE_CHECKING:
    from aiohttp import web

    from bot.app import Bot


ASKED_EVERY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Feeds:
    """Members' calendars on the bot's web server."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot
        self._asked: dict[tuple[int, int], datetime] = {}
        self._at = (bot.settings.calendar.host, bot.settings.calendar.port)

    def serve(self) -> None:
        """Have the web server serve them, if an address is set."""
        if self.bot.settings.calendar.address:
            self.bot.web.add(self._at, "/calendar/{secret}.ics", self._serve)

    @property
    def port(self) -> int:
        """The port that they are served on."""
        return self.bot.web.port(self._at)

    def address(self, secret: str) -> str:
        """Return the address of a feed as its member types it into a calendar program."""
        return f"{self.bot.settings.calendar.address.rstrip('/')}/calendar/{secret}.ics"

    async def _has_left(self, secret: str) -> bool:
        """Whether its member left while nobody heard of it: each is asked after once since the start, and daily."""
        whose = await self.bot.store.read(calendars.whose, secret)
        now = self.bot.clock.now()
        if whose is None or now - self._asked.get(whose, _NEVER) < ASKED_EVERY:
            return False
        try:
            here = await is_member(self.bot, *whose)
        except NotChecked:
            return False  # what is stored of departures holds
        if here:
            self._asked[whose] = now
        return not here

    async def _serve(self, request: "web.Request") -> "web.Response":
        from aiohttp import web

        from bot.ui.calendars import TYPE, feed  # icalendar is slow to import, and feeds are off by default

        now = self.bot.clock.now()
        if await self._has_left(request.match_info["secret"]):
            raise web.HTTPNotFound
        found = await self.bot.store.scan(calendars.read, request.match_info["secret"], now=now)
        if found is None:
            raise web.HTTPNotFound
        region, meetings, series = found
        texts = self.bot.texts
        name = texts("calendar.own") if region is None else texts("calendar.of_region", region=region)
        # A long calendar takes a quarter of a second to write; meanwhile people are answered.
        body = await asyncio.to_thread(feed, name, meetings, series, texts, now=now)
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers = {"ETag": f'"{etag}"', "Cache-Control": "private, max-age=300"}
        known = request.if_none_match
        if known is not None and any(one.value in (etag, "*") for one in known):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers | {"Content-Type": TYPE})
