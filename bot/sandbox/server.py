"""The local Discord as a server on loopback: REST, gateway, files and the page in one."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.clock import Clock, MovableClock
from bot.sandbox import page_api, rest, state
from bot.sandbox import seed as seeds
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.limits import Limits
from bot.sandbox.openapi import Document, Violation
from bot.sandbox.page_api.guard import local_only
from bot.sandbox.people import Person
from bot.sandbox.phone import Phone, Phones
from bot.sandbox.rest.pipeline import Recorded
from bot.sandbox.world import Channel, Guild, User, World, building

LOOPBACK = ("127.0.0.1", "localhost", "::1")
REMEMBERED = 10_000


class Sandbox:
    """A Discord of one's own: `async with Sandbox() as sandbox`.

    Args:
        clock: the world's time; a MovableClock unless given.
        port: 0 for any free one.
        host: only loopback is accepted.
        limits: `Limits.discord()` or `Limits.none()` (the default).
        openapi: path of Discord's official document; then each request is held against it, and one that breaks it
            is answered 50035 and noted in `violations`. Needs jsonschema-rs.
        state_file: the world is loaded from it at the start, if it exists, and saved to it.
        seed: fills a new world; `seed.network` unless given, `seed.nothing` for an empty one.
        token: the bot's token; a new one at each start unless given.

    Raises:
        ValueError: for a host that is not loopback, or a state file that cannot be read.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        limits: Limits | None = None,
        openapi: Path | str | None = None,
        state_file: Path | str | None = None,
        seed: Callable[[World], None] = seeds.network,
        token: str | None = None,
    ) -> None:
        if host not in LOOPBACK:
            raise ValueError(f"the sandbox serves loopback only, not {host}")
        self.clock = clock or MovableClock()
        self.host = host
        self.port = port
        self.token = token or secrets.token_urlsafe(32)
        self.limits = limits or Limits.none()
        self.faults = Faults()
        self.document = Document(Path(openapi)) if openapi else None
        self.violations: list[Violation] = []
        self.requests: deque[Recorded] = deque(maxlen=REMEMBERED)
        # What the sandbox itself did wrong: answers unlike the document's, and errors of its own.
        self.slips: list[str] = []
        self.unknown_routes: list[str] = []
        self.invalid_requests = 0
        # What GET /gateway/bot recommends; by the number of guilds unless set.
        self.shards: int | None = None
        self.world = World(self.clock)
        self.pages: list[web.Request] = []  # whose stream is open
        self._waiting: set[asyncio.Event] = set()
        # Set by whoever runs the bot beside the sandbox, for the page's clock and its restart button.
        self.next_due: Callable[[], Awaitable[datetime | None]] | None = None
        self.settled: Callable[[], Awaitable[None]] | None = None
        self.restart: Callable[[], Awaitable[None]] | None = None
        self._file = state.StateFile(Path(state_file), self.changed) if state_file else None
        if self._file is None or not self._file.load(self.world):
            seed(self.world)
        self.gateway = Gateway(self.world, token=self.token)
        self.interactions = Interactions(self.world)
        self._runner: web.AppRunner | None = None
        self._phones = Phones(self.world)
        self.world.subscribe(self._phones.happened)
        if self._file is not None:
            self.world.subscribe(self._file.written.happened)
        self._unsubscribe = self.world.subscribe(lambda _: self.changed())

    @property
    def url(self) -> str:
        """The address of the page, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def api_base(self) -> str:
        """What the bot is given as Discord's REST address."""
        return f"{self.url}{rest.PREFIX}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, as GET /gateway gives it."""
        return f"ws://{self.host}:{self.port}{self.gateway.PATH}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30 * 1024 * 1024, middlewares=[local_only])
        app.add_routes(rest.routes(self))
        app.add_routes(page_api.routes(self))
        app.router.add_get(self.gateway.PATH, self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self._file_of)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        state.rebase(self.world, self.url)
        if self._file is not None:
            self._file.keep(self.world)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop serving, and save the world when there is a file for it."""
        self._unsubscribe()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._file is not None:
            await self._file.close(self.world)

    def changed(self) -> None:
        """Wake everyone in `until`: something may have become true."""
        for event in self._waiting:
            event.set()

    async def until(self, condition: Callable[[], object], *, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Return once `condition()` is true, asked anew after every event and request.

        Raises:
            TimeoutError: after `timeout` real seconds.
        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await event.wait()
                    event.clear()
        finally:
            self._waiting.discard(event)

    async def kept(self) -> None:
        """Return when all that has happened is in the state file, if there is one."""
        if self._file is not None:
            await self._file.kept(self.world)

    def guild(self, name: str | None = None) -> Guild:
        """Return a guild by name, or the first one.

        Raises:
            KeyError: when there is none.
        """
        for guild in self.world.guilds.values():
            if name is None or guild.name == name:
                return guild
        raise KeyError(name)

    def channel(self, name: str, *, guild: Guild | None = None) -> Channel:
        """Return a channel or thread by its name, with or without "#", of the first guild unless told.

        Raises:
            KeyError: when there is none.
        """
        guild = guild or self.guild()
        wanted = name.removeprefix("#")
        for channel in (*guild.channels.values(), *guild.threads.values()):
            if channel.name == wanted:
                return channel
        raise KeyError(name)

    def user(self, name: str) -> User:
        """Return an account by user name.

        Raises:
            KeyError: when there is none.
        """
        for user in self.world.users.values():
            if user.username == name:
                return user
        raise KeyError(name)

    def person(self, name: str) -> Person:
        """Return somebody by user name, to act as them.

        Raises:
            KeyError: when there is none.
        """
        return Person(self, self.user(name))

    def phone(self, whose: Person | User | int) -> Phone:
        """Return somebody's phone: what it showed and shows, and its settings."""
        return self._phones.of(whose if isinstance(whose, int) else whose.id)

    def newcomer(self, name: str) -> Person:
        """Return somebody new who is in no server yet."""
        return Person(self, building.user(self.world, name.lower(), name))

    def asked(self, method: str, route: str) -> list[Recorded]:
        """Return the remembered requests of a method and a route template, oldest first."""
        return [record for record in self.requests if record.method == method and record.route == route]

    async def _file_of(self, request: web.Request) -> web.Response:
        found = self.world.files.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        kind, data = found
        # Nothing that a bot uploads may act as a page of ours.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=data, headers=headers | {"Content-Type": kind})
