"""Discord's wire, held: every request of the real sender waits here until a test lets it on, loses it or cuts it.

A request has two points: before Discord has it, and before its answer is back. Discord remembers nonces meanwhile.
"""

import asyncio
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import orjson
from discord.http import Route

MEETING = re.compile(r'"rsvp:(\d+):going"')
WHEN = re.compile(r"\*\*When:\*\*[^\"]*?<t:(\d+):R>")
SENTENCE = re.compile(
    r'"content":"[^"\\]*?[,?] (?:now )?(\w+day \d+ \w+, (?:12 noon|midnight|[\d.]+[ap]m))\b'
)
LONDON, YEAR = ZoneInfo("Europe/London"), 2026


@dataclass(eq=False)
class Held:
    """One point at which something waits: before or after what its label names."""

    label: str
    go: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def release(self) -> None:
        """Reopen it."""
        if not self.go.done():
            self.go.set_result(None)

    def lose(self) -> None:
        """Break the connection at this point."""
        if not self.go.done():
            self.go.set_exception(aiohttp.ClientConnectionError("lost"))


@dataclass(frozen=True)
class Arrived:
    """A message as Discord took it: posted, or changed."""

    channel: int
    id: int
    nonce: str
    posted: bool
    body: str
    begun: datetime

    @property
    def meeting(self) -> int | None:
        """The meeting that can be answered under it; None where it has no such buttons."""
        found = MEETING.search(self.body)
        return int(found[1]) if found else None

    @property
    def when(self) -> datetime | None:
        """The start that it shows; where it says so in its first sentence as well, both have to be the same.

        Raises:
            ValueError: they are not.
        """
        found, said = WHEN.search(self.body), SENTENCE.search(self.body)
        shown = datetime.fromtimestamp(int(found[1]), UTC) if found else None
        first = _read(said[1]) if said else None
        if shown and first and shown != first:
            raise ValueError(self.body)
        return shown or first


def _read(words: str) -> datetime:
    """Return the instant of 'Tuesday 3 March, 12 noon' or 'Tuesday 3 March, 6.30pm' in London."""
    day, _, clock = words.partition(", ")
    clock = {"12 noon": "12pm", "midnight": "12am"}.get(clock, clock)
    form = "%A %d %B %I.%M%p" if "." in clock else "%A %d %B %I%p"
    wall = datetime.strptime(f"{YEAR} {day} {clock}", f"%Y {form}").replace(tzinfo=LONDON)
    if f"{wall:%A}" != day.split()[0]:
        raise ValueError(words)
    return wall.astimezone(UTC)


class Points:
    """Where things wait; `hold` says whether they do."""

    def __init__(self) -> None:
        self.waiting: list[Held] = []
        self.hold = True

    async def point(self, label: str) -> None:
        """Wait here until released.

        Raises:
            aiohttp.ClientError: the connection was lost here.
        """
        if not self.hold:
            return
        held = Held(label)
        self.waiting.append(held)
        try:
            await held.go
        finally:
            self.waiting.remove(held)

    def release_all(self) -> None:
        """Let everything on."""
        for held in tuple(self.waiting):
            held.release()


class Wire:
    """What stands in for Discord's REST interface."""

    def __init__(self, points: Points, now: Callable[[], datetime], seen: Callable[[Arrived], None]) -> None:
        self.points = points
        self.now = now
        self.seen = seen
        self.arrived: list[Arrived] = []
        self._ids = itertools.count(10**18)
        self._by_nonce: dict[tuple[int, str], Arrived] = {}

    async def request(self, route: Route, *, form: Any = None, **more: Any) -> Any:
        """Answer a request of the library."""
        body: dict[str, Any] = more.get("json") or {}
        if form:
            body = next(orjson.loads(part["value"]) for part in form if part["name"] == "payload_json")
        if route.path == "/users/@me/channels":
            return {"id": str(int(body["recipient_id"]) + 1), "type": 1, "recipients": []}
        begun = self.now()
        label = f"{route.method} {route.channel_id}"
        await self.points.point(f"before {label}")
        message = self._take(route, body, begun)
        await self.points.point(f"after {label}")
        return _payload(message, self.now())

    def _take(self, route: Route, body: dict[str, Any], begun: datetime) -> Arrived:
        channel, nonce = int(route.channel_id or 0), str(body.get("nonce") or "")
        known = self._by_nonce.get((channel, nonce)) if nonce else None
        if known is not None:
            return known
        posted = route.method == "POST"
        number = next(self._ids) if posted else int(route.url.rpartition("/")[2])
        message = Arrived(channel, number, nonce, posted, orjson.dumps(body).decode(), begun)
        self.arrived.append(message)
        if nonce:
            self._by_nonce[channel, nonce] = message
        self.seen(message)
        return message


def _payload(message: Arrived, now: datetime) -> dict[str, Any]:
    author = {"id": "1", "username": "iso-bot", "discriminator": "0", "avatar": None, "bot": True}
    return {
        "id": str(message.id),
        "channel_id": str(message.channel),
        "author": author,
        "content": "",
        "timestamp": now.isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "nonce": message.nonce,
        "components": [],
    }
