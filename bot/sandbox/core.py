"""The parts of the local Discord, and what everything that serves them shares."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.clock import Clock, MovableClock
from bot.sandbox import seed as seeds
from bot.sandbox import state
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.limits import Limits
from bot.sandbox.openapi import Document, Violation
from bot.sandbox.phone import Phone, Phones
from bot.sandbox.requests import Recorded
from bot.sandbox.world import Channel, Guild, User, World

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PREFIX = "/api/v10"
REMEMBERED = 10_000


class Somebody(Protocol):
    """An account, or a person who acts with it."""

    @property
    def id(self) -> int:
        """The account's id."""
        ...


class Core:
    """A sandbox, apart from how it is served; `Sandbox` explains the arguments."""

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
        # The sandbox's own faults: answers that differ from the document, and errors.
        self.slips: list[str] = []
        self.unknown_routes: list[str] = []
        self.invalid_requests = 0
        # What GET /gateway/bot recommends; by the number of guilds unless set.
        self.shards: int | None = None
        self.world = World(self.clock)
        self.pages: list[web.Request] = []  # whose stream is open
        self._waiting: set[asyncio.Event] = set()
        # Set by whoever runs the bot with the sandbox, for the page's clock and restart button.
        self.next_due: Callable[[], Awaitable[datetime | None]] | None = None
        self.settled: Callable[[], Awaitable[None]] | None = None
        self.restart: Callable[[], Awaitable[None]] | None = None
        self.first_steps = False  # whether the page suggests what to try
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
        """The address of the page, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def api_base(self) -> str:
        """The REST address given to the bot as Discord's."""
        return f"{self.url}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, as GET /gateway gives it."""
        return f"ws://{self.host}:{self.port}{self.gateway.PATH}"

    def changed(self) -> None:
        """Wake everyone in `until`: something may have become true."""
        for event in self._waiting:
            event.set()

    async def until(self, condition: Callable[[], object], *, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until `condition()` is true, checked again after every event and request.

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
        """Wait until everything that has happened is in the state file, if there is one."""
        if self._file is not None:
            await self._file.kept(self.world)

    def guild(self, name: str | None = None) -> Guild:
        """Return a guild by name, by default the first.

        Raises:
            KeyError: when there is none.
        """
        for guild in self.world.guilds.values():
            if name is None or guild.name == name:
                return guild
        raise KeyError(name)

    def channel(self, name: str, *, guild: Guild | None = None) -> Channel:
        """Return a channel or thread by name, with or without "#", by default of the first guild.

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

    def phone(self, whose: Somebody | int) -> Phone:
        """Return somebody's phone: what it showed and shows, and its settings."""
        return self._phones.of(whose if isinstance(whose, int) else whose.id)

    def asked(self, method: str, route: str) -> list[Recorded]:
        """Return the remembered requests of a method and a route template, oldest first."""
        return [record for record in self.requests if record.method == method and record.route == route]
