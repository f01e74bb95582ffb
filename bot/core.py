"""The core of the bot: the client with its settings, store, texts and clock, which every part uses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui

from bot.clock import Clock
from bot.discord_client import ResilientBot, StatefulForm, transient
from bot.domain.deliveries import Outcome
from bot.domain.free_text import clean
from bot.errors import Busy, UserError
from bot.settings import Settings
from bot.texts import Markup, Texts
from db import guilds
from db.deliveries import Shards
from db.engine import Store
from db.errors import StoreError
from db.models import Delivery, Guild

log = logging.getLogger(__name__)

CACHED_GUILDS = 5_000

Part = TypeVar("Part")
Used = discord.Interaction[Any]


async def _no_server(_interaction: Used) -> Guild:
    raise UserError("errors.only_in_server")


def _nothing(*_asked: object, **_how: object) -> tuple[ui.Item[Any], ...]:
    return ()


async def _no_ways(_interaction: Used) -> tuple[ui.Item[Any], ...]:
    return ()


async def _unreported(_interaction: Used, error: BaseException) -> None:
    raise error


@dataclass(slots=True)
class Hooks:
    """Callbacks that features register for each other; the `setup` of each adds its own.

    Attributes:
        report: tells a person what went wrong.
        again: keeps a refused form, and returns the button that reopens it.
        instead: answer in place of what was asked; return whether they did.
        beside: look at what somebody typed, once it has been answered.
        setup_buttons: the buttons by which an admin sets a server up.
        server: finds the server meant by somebody who uses something in private.
        choose: the menu of choices for an option of the current command, which runs it again.
        keep: remembers the current command, to continue once it has what it lacked.
        ways: the buttons that lead from a direct message to the servers somebody shares with the bot.
    """

    report: Callable[[Used, BaseException], Awaitable[None]] = _unreported
    again: Callable[[Used, StatefulForm], tuple[ui.Item[Any], ...]] = lambda _used, _form: ()
    instead: list[Callable[[Used], Awaitable[bool]]] = field(
        default_factory=list[Callable[[Used], Awaitable[bool]]]
    )
    beside: list[Callable[[Used], Awaitable[None]]] = field(
        default_factory=list[Callable[[Used], Awaitable[None]]]
    )
    setup_buttons: list[Callable[[], ui.Item[Any]]] = field(default_factory=list[Callable[[], ui.Item[Any]]])
    server: Callable[[Used], Awaitable[Guild]] = _no_server
    choose: Callable[..., tuple[ui.Item[Any], ...]] = _nothing
    keep: Callable[[Used], None] = lambda _used: None
    ways: Callable[[Used], Awaitable[tuple[ui.Item[Any], ...]]] = _no_ways


class Core(ResilientBot):
    """The client and what every part of the bot shares; `Bot` assembles the parts on it."""

    def __init__(self, settings: Settings, store: Store, texts: Texts, clock: Clock, **options: Any) -> None:
        """Make the client; `options` are the library's."""
        members = settings.discord.members_intent
        intents = discord.Intents(guilds=True, members=members, guild_scheduled_events=True, dm_messages=True)
        super().__init__(
            intents=intents,
            api_base=settings.discord.api_base,
            rate_share=settings.discord.rate_share,
            busy=texts("errors.busy"),
            restarting=texts("errors.restarting"),
            burst=settings.discord.burst,
            too_fast=texts("errors.too_fast"),
            copy_it=texts("errors.copy_it"),
            clean=clean,
            shard_ids=settings.shards,
            shard_count=settings.discord.shard_count or None,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            activity=discord.CustomActivity(texts("help.status.label")),
            **options,
        )
        self.settings = settings
        self.store = store
        self.texts = texts
        self.clock = clock
        self.hooks = Hooks()
        ids = settings.shards
        self.own_shards = Shards(tuple(ids), settings.discord.shard_count) if ids is not None else None
        """The part of the servers that this process serves; None when it is all of them."""
        self.command_ids: dict[str, int] = {}
        self.finished: list[Callable[[Delivery, Outcome, datetime], None]] = []
        self.watchers: list[Callable[[str, str], None]] = []
        """Told of every interaction by name (never by person) and what came of it."""
        self.started = False
        self._parts: dict[type, object] = {}
        self._guilds: dict[int, Guild] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def provide(self, part: object) -> None:
        """Register a shared object, found by its class."""
        self._parts[type(part)] = part

    def part(self, kind: type[Part]) -> Part:
        """Return the shared object of a class.

        Raises:
            KeyError: there is none.
        """
        part = self._parts[kind]
        assert isinstance(part, kind)  # noqa: S101 - it is kept by its own class
        return part

    async def answered(self, interaction: Used) -> bool:
        """Have features answer in place of what was asked; return whether one did."""
        for answer in self.hooks.instead:
            if await answer(interaction):
                return True
        return False

    async def beside(self, interaction: Used) -> None:
        """Have features look at what somebody typed, whatever the command's outcome."""
        for look in self.hooks.beside:
            await look(interaction)

    def spawn(self, work: Any) -> None:
        """Run a coroutine in the background, and log what it raises."""
        task: asyncio.Task[Any] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned)

    def _spawned(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, Busy | StoreError) or transient(error):
                log.warning("a background task did not finish (%s)", type(error).__name__)
            else:
                log.error("a background task failed", exc_info=error)

    def serves(self, guild_id: int) -> bool:
        """Whether this process gets a server's events."""
        own = self.own_shards
        return own is None or (guild_id >> 22) % own.count in own.ids

    @property
    def delivered_servers(self) -> list[discord.Guild]:
        """The servers that Discord has delivered to this process and that are available."""
        return [guild for guild in self.guilds if not guild.unavailable]

    async def is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server, whichever process serves it."""
        if self.get_guild(guild_id) is not None:
            return True
        record = await self.guild_record(guild_id)
        return record is not None and record.left_at is None

    async def guild_record(self, guild_id: int) -> Guild | None:
        """Return a server's stored record, cached until it changes; None when it is unknown."""
        record = self._guilds.get(guild_id)
        if record is None:
            record = await self.store.read(guilds.load, guild_id)
            if record is not None and self.serves(guild_id):
                if len(self._guilds) >= CACHED_GUILDS:
                    self._guilds.pop(next(iter(self._guilds)))
                self._guilds[guild_id] = record
        return record

    def zone_of(self, guild: Guild | None) -> ZoneInfo:
        """Return a server's zone, or the default where it is unknown."""
        return ZoneInfo(guild.zone) if guild is not None else self.settings.zone

    def setup_buttons(self) -> tuple[ui.Item[Any], ...]:
        """Return the buttons by which an admin sets the server up."""
        return tuple(make() for make in self.hooks.setup_buttons)

    def mention(self, name: str) -> Markup:
        """Return a command's clickable mention, `</meeting show:123>`, or its name before it is registered."""
        command_id = self.command_ids.get(name.partition(" ")[0])
        return Markup(f"</{name}:{command_id}>" if command_id else f"`/{name}`")

    def delivered(self, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
        """Tell the listeners how a delivery ended."""
        for listener in self.finished:
            listener(delivery, outcome, at)
