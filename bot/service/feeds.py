"""Serves the calendar feeds at their secret addresses: off unless `[calendar] address` is set."""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core import Core
from bot.service.web import Answer, Web
from bot.standings import NotChecked, Standings
from bot.texts import Markup, Texts
from db.meetings import calendars
from db.meetings.models import Meeting, Series

TYPE = "text/calendar; charset=utf-8"
NOT_FOUND = Answer(b"404: Not Found", status=404)
Write = Callable[[Markup, Sequence[Meeting], Sequence[Series], Texts, datetime], bytes]

ASKED_EVERY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_SECRET = re.compile(r"[\w-]{32}", re.ASCII)
KEPT = 500
"""Most feeds in the cache."""
BUILDS, BUILT_EVERY = 3, timedelta(seconds=10)
"""A feed that changes all the time is written three times at once, then every ten seconds."""
UNKNOWN, UNKNOWN_EVERY = 50, timedelta(milliseconds=100)
"""Unknown addresses are looked up ten times a second, with bursts of fifty."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: something may be done so many times at once, then once every so often."""

    most: int
    every: timedelta
    left: float
    at: datetime

    @classmethod
    def full(cls, most: int, every: timedelta, now: datetime) -> "Bucket":
        """Return a full bucket."""
        return cls(most, every, float(most), now)

    def take(self, now: datetime) -> bool:
        """Use it once; return False when nothing is left."""
        self.left = min(float(self.most), self.left + max(timedelta(), now - self.at) / self.every)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Written:
    """A feed as last written, and the state of its meetings then."""

    state: tuple[object, ...]
    body: bytes
    etag: str
    builds: Bucket


class Feeds:
    """Members' calendars on the bot's web server."""

    def __init__(self, bot: Core, web: Web, standings: Standings) -> None:
        self.bot = bot
        self.write: Write
        """Writes a calendar; set before anything is served."""
        self._web = web
        self._standings = standings
        self._asked: dict[tuple[int, int], datetime] = {}
        self._written: OrderedDict[str, Written] = OrderedDict()
        self._writing = asyncio.Lock()
        self._unknown = Bucket.full(UNKNOWN, UNKNOWN_EVERY, bot.clock.now())
        self._at = (bot.settings.calendar.host, bot.settings.calendar.port)

    def serve(self) -> None:
        """Have the web server serve the feeds, if an address is set."""
        if self.bot.settings.calendar.address:
            self._web.add(self._at, "/calendar/{secret}.ics", self._serve)

    @property
    def port(self) -> int:
        """The port that serves the feeds."""
        return self._web.port(self._at)

    def address(self, secret: str) -> str:
        """Return the address of a feed, as its member enters it in a calendar program."""
        return f"{self.bot.settings.calendar.address.rstrip('/')}/calendar/{secret}.ics"

    async def _has_left(self, secret: str) -> bool:
        """Whether a feed's member left unnoticed: Discord is asked about each once after the start, and daily."""
        whose = await self.bot.store.read(calendars.whose, secret)
        now = self.bot.clock.now()
        if whose is None or now - self._asked.get(whose, _NEVER) < ASKED_EVERY:
            return False
        try:
            here = await self._standings.of(*whose) is not None
        except NotChecked:
            return False  # recorded departures count
        if here:
            self._asked[whose] = now
        return not here

    async def _serve(self, path: Mapping[str, str], _headers: Mapping[str, str]) -> Answer:
        secret, now = path["secret"], self.bot.clock.now()
        if _SECRET.fullmatch(secret) is None:
            return NOT_FOUND
        if secret not in self._written and not self._unknown.take(now):
            return Answer(b"503: Service Unavailable", status=503, headers={"Retry-After": "60"})
        written = None if await self._has_left(secret) else await self._current(secret, now)
        if written is None:
            self._written.pop(secret, None)
            return NOT_FOUND
        return Answer(
            written.body, TYPE, headers={"Cache-Control": "private, max-age=300"}, etag=written.etag
        )

    async def _current(self, secret: str, now: datetime) -> Written | None:
        """Return a feed, written again only if it has changed; None when there is no such feed."""
        state = await self.bot.store.read(calendars.state, secret, now=now)
        if state is None:
            return None
        # One at a time: it takes processor time, and others who ask for the same feed find it done.
        if (kept := self._written.get(secret)) is None or kept.state != state:
            async with self._writing:
                kept = self._written.get(secret)
                if kept is None or (kept.state != state and kept.builds.take(now)):
                    kept = await self._build(secret, state, now, kept)
        return kept

    async def _build(
        self, secret: str, state: tuple[object, ...], now: datetime, before: Written | None
    ) -> Written | None:
        found = await self.bot.store.read_in_thread(calendars.read, secret, now=now)
        if found is None:
            return None
        region, meetings, series = found
        texts = self.bot.texts
        name = texts("calendar.own") if region is None else texts("calendar.of_region", region=region)
        # A long calendar takes a quarter of a second to write; a thread keeps the bot answering meanwhile.
        body = await asyncio.to_thread(self.write, name, meetings, series, texts, now)
        builds = before.builds if before is not None else Bucket.full(BUILDS, BUILT_EVERY, now)
        if before is None:
            builds.take(now)
        self._written[secret] = Written(state, body, hashlib.sha256(body).hexdigest()[:32], builds)
        self._written.move_to_end(secret)
        while len(self._written) > KEPT:
            self._written.popitem(last=False)
        return self._written[secret]
