"""A sandbox, and a small discord.py bot of our own that connects to it as any bot would."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import Any

import discord
import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.clock import MovableClock
from bot.sandbox.openapi import Document
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from tests.official import DOCUMENT, missing
from tests.sandbox.raw import Rest
from tests.sandbox.small_bot import AutoSharded, Small, SmallBot, furnish

Connect = Callable[..., Awaitable[SmallBot]]


def _setting(event: asyncio.Event) -> Callable[[], Coroutine[Any, Any, None]]:
    async def on_ready() -> None:
        event.set()

    return on_ready


@pytest.fixture(scope="session")
def document() -> Document | None:
    """Discord's official document, read once; None where there is none."""
    return None if missing() else Document(DOCUMENT)


@pytest.fixture
async def sandbox(clock: MovableClock, document: Document | None) -> AsyncGenerator[Sandbox]:
    """A sandbox with the seeded network, held against the official document where there is one."""
    async with Sandbox(clock=clock) as running:
        running.document = document
        yield running
        assert running.violations == []
        assert running.slips == []


@pytest.fixture
async def lenient(clock: MovableClock) -> AsyncGenerator[Sandbox]:
    """The seeded network without the official document: for requests that are wrong on purpose."""
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def rest(lenient: Sandbox) -> AsyncGenerator[Rest]:
    """Plain requests to the lenient sandbox."""
    async with Rest(lenient) as asking:
        yield asking


@pytest.fixture
async def connect(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Connect]:
    """Start small bots against the sandbox; they are ready when it returns, and stopped at the end."""
    monkeypatch.setattr(Route, "BASE", sandbox.api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
    running: list[tuple[SmallBot, asyncio.Task[None]]] = []

    async def start(kind: type[SmallBot] = Small, *, sync: bool = True, **options: Any) -> SmallBot:
        options.setdefault("intents", discord.Intents(guilds=True, members=True, messages=True))
        options.setdefault("guild_ready_timeout", 0.05)
        bot = kind(commands.when_mentioned, **options)
        furnish(bot, sandbox.changed)
        came = asyncio.Event()
        bot.add_listener(_setting(came), "on_ready")
        task = asyncio.create_task(bot.start(sandbox.token))
        running.append((bot, task))
        ready = asyncio.create_task(came.wait())
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not came.is_set():
            ready.cancel()
            await task
        if sync:
            await bot.tree.sync()
        return bot

    yield start
    for bot, task in running:
        await bot.close()
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await asyncio.wait_for(task, 5)


@pytest.fixture
async def bot(connect: Connect) -> SmallBot:
    """The small bot, ready, its commands synced."""
    return await connect()


@pytest.fixture
def amina(sandbox: Sandbox) -> Person:
    """An organiser of London."""
    return sandbox.person("amina")


@pytest.fixture
def tomasz(sandbox: Sandbox) -> Person:
    """A member in London."""
    return sandbox.person("tomasz")


__all__ = ["AutoSharded"]
