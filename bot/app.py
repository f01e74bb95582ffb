"""The bot: what all its parts share, and the few events that belong to none of them."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui

from bot import commands as command_tree
from bot.backups import Backups
from bot.clock import Clock
from bot.connection import ResilientBot, transient
from bot.connection.attempts import NETWORK
from bot.delivery import Sender
from bot.domain.deliveries import NOT_KNOWN_YET, Ending
from bot.domain.free_text import clean
from bot.errors import Busy, UserError
from bot.facts import FactBook
from bot.feeds import Feeds
from bot.inbox import Inbox
from bot.known import Known
from bot.membership import Membership
from bot.monitoring import Monitoring
from bot.patience import patiently
from bot.settings import Settings
from bot.texts import Markup, Texts
from bot.typed import Typed
from bot.ui.base import Form
from bot.ui.charts import Drawn
from bot.ui.meetings.redrawing import Redrawer
from bot.ui.presence import Standings
from bot.ui.report import report
from bot.ui.sealed import ShowIt
from bot.ui.typed import TypedAgain, sent_in
from bot.upkeep import Caretaker
from bot.web import Web
from db import deliveries, guilds
from db.deliveries import Shards
from db.engine import Store
from db.errors import StoreError
from db.models import Delivery, Guild

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.presence",  # first: what it hears is on its way to the store before others ask there
    "cogs.admin",
    "cogs.campaigns",
    "cogs.care",
    "cogs.affiliations",
    "cogs.comms",
    "cogs.events",
    "cogs.guidance",
    "cogs.help",
    "cogs.counting",
    "cogs.interests",
    "cogs.keydates",
    "cogs.leavers",
    "cogs.meetings",
    "cogs.channels",
    "cogs.mirror",
    "cogs.network",
    "cogs.onboarding",
    "cogs.privacy",
    "cogs.settings",
    "cogs.setup",
    "cogs.upcoming",
    "cogs.venues",
)
SYNC_AGAIN, SYNC_SELDOM = timedelta(minutes=1), timedelta(hours=1)
"""After how long registering the commands is tried again: at first, and at the most. Discord takes 200 a day."""
CACHED_GUILDS = 5_000


class Bot(ResilientBot):
    """The client with its store, texts, clock and sender; made and closed by `__main__`."""

    def __init__(self, settings: Settings, store: Store, texts: Texts, clock: Clock) -> None:
        intents = discord.Intents(guilds=True, members=True, guild_scheduled_events=True, dm_messages=True)
        super().__init__(
            intents=intents,
            api_base=settings.discord.api_base,
            rate_share=settings.discord.rate_share,
            busy=texts("errors.busy"),
            restarting=texts("errors.restarting"),
            burst=settings.discord.burst,
            too_fast=texts("errors.too_fast"),
            clean=clean,
            shard_ids=settings.shards,
            shard_count=settings.discord.shard_count or None,
            tree_cls=command_tree.Tree,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            activity=discord.CustomActivity(texts("help.status.label")),
        )
        self.settings = settings
        self.store = store
        self.texts = texts
        self.clock = clock
        self.inbox = Inbox()
        self.known = Known(self)
        self.membership = Membership(self)
        self.sender = Sender(self, settings.deliveries, clock)
        ids = settings.shards
        self.own_shards = Shards(tuple(ids), settings.discord.shard_count) if ids is not None else None
        """The part of the servers that this process serves; None when it is all of them."""
        self.web = Web()
        self.facts = FactBook(self)
        self.feeds = Feeds(self)
        self.charted = Drawn()
        self.typed = Typed()
        self.monitoring = Monitoring(self)
        self.upkeep = Caretaker(store, clock)
        self.backups = Backups(self)
        self.redrawer = Redrawer(texts)
        self.standings = Standings(self)
        self.command_ids: dict[str, int] = {}
        self.settled: list[Callable[[Delivery, Ending, datetime], None]] = []
        self.watchers: list[Callable[[str, str], None]] = []
        """Told of every interaction by name (never by person) and what came of it."""
        self.started = False
        self.synced = asyncio.Event()
        # Drafts that are being carried out: a button that is pressed twice does its work once.
        self.drafts_under_way: set[int] = set()
        # Those that were: a press that comes just afterwards does not put an error in the place of what was confirmed.
        self.drafts_done: deque[int] = deque(maxlen=1_000)
        self._forms: dict[str, type[Form]] = {}
        self._guilds: dict[int, Guild] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def login(self, token: str) -> None:
        """Begin to serve what needs no Discord, then log in, however long Discord is down."""
        self.feeds.serve()
        self.monitoring.serve()
        await self.web.start()
        await super().login(token)

    async def close(self) -> None:
        """Close the connection, and serve no more."""
        await self.upkeep.stop()
        for task in self._tasks:
            task.cancel()
        await super().close()
        await self.web.stop()

    async def setup_hook(self) -> None:
        """Load the features, before the gateway is connected."""
        for extension in EXTENSIONS:
            # Not `load_extension`: it runs a module anew for each bot, and its classes are others each time.
            await import_module(extension).setup(self)
        command_tree.describe(self.tree, self.texts)
        self.add_dynamic_items(ShowIt, TypedAgain)
        self.before_stop(self.sender.stop)
        self.before_stop(self.upkeep.stop)
        self.before_stop(self.inbox.stop)
        self.backups.plan()
        self.upkeep.start()

    async def on_first_ready(self) -> None:
        """Begin to send, note which servers there are, and register the commands."""
        await self.sender.start(alone=self.store.dialect == "sqlite")
        await self.inbox.drained()  # READY named the servers: they are stored before anything else begins
        await patiently(self.store, None, deliveries.expedite, reason=NOT_KNOWN_YET, now=self.clock.now())
        self.spawn(self._sync())
        self.started = True
        log.info("ready in %d servers", len(self.guilds))

    async def _sync(self) -> None:
        """Register the commands, however long Discord does not let us: without, nobody sees new ones."""
        pause = SYNC_AGAIN
        while not self.synced.is_set():
            try:
                await command_tree.sync(self)
                self.synced.set()
            except (discord.DiscordException, *NETWORK) as error:
                log.warning(
                    "the commands could not be registered, next try in %s (%s)", pause, type(error).__name__
                )
                await self.clock.sleep_until(self.clock.now() + pause)
                pause = min(2 * pause, SYNC_SELDOM)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Take up at once what has waited for a server that Discord had not delivered."""
        if self.started:
            await patiently(
                self.store,
                None,
                deliveries.expedite,
                reason=NOT_KNOWN_YET,
                now=self.clock.now(),
                guild_ids=[guild.id],
            )

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Ask anew what somebody who left may do."""
        self.standings.forget(payload.guild_id, payload.user.id)

    async def on_raw_member_update(self, member: discord.Member) -> None:
        """Ask anew what somebody may do whose roles may have changed."""
        self.standings.forget(member.guild.id, member.id)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Ask anew what somebody may do whose roles may have changed."""
        self.standings.forget(after.guild.id, after.id)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Ask anew what members may do: a role has other powers."""
        self.standings.forget(after.guild.id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Find the form that was sent by its custom_id, whichever process opened it."""
        data = cast("dict[str, Any]", interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.component and not self.knows(custom_id):
            # Of an older version, or forged; the library would leave it without an answer.
            await report(interaction, UserError("errors.button_gone"))
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        try:
            built = self.rebuilt(custom_id)
        except Exception as error:  # noqa: BLE001 - a forged state is the sender's fault and is said to them
            await report(interaction, error)
            return
        # The library keeps forms in memory and loses them at a restart; this is the way it takes with a kept one.
        await built._dispatch_submit(interaction, data["components"], data.get("resolved", {}))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    async def on_app_command_completion(self, interaction: discord.Interaction[Any], _command: Any) -> None:
        """Count a command that went well."""
        self.observe(interaction, "done")
        await self.beside(interaction)

    async def on_form_sent(self, interaction: discord.Interaction[Any], _form: Form) -> None:
        """Count a form that went well."""
        self.observe(interaction, "done")
        await self.beside(interaction)

    async def beside(self, interaction: discord.Interaction[Any]) -> None:
        """Show who to turn to when what somebody typed is a call for help, whatever came of it else."""
        from bot.ui.care import beside  # it stands on the cards, which know the bot

        await beside(interaction, self)

    def observe(self, interaction: discord.Interaction[Any], outcome: str) -> None:
        """Tell whoever counts what came of an interaction, and whoever waits for a visit that there was one."""
        if outcome == "done":
            self.dispatch("visited", interaction)
        if self.watchers:
            name = self._name_of(interaction)
            for watcher in self.watchers:
                watcher(name, outcome)

    def _name_of(self, interaction: discord.Interaction[Any]) -> str:
        """Return what was used, in words of this program: nothing that a forger could choose."""
        if interaction.type is discord.InteractionType.application_command:
            return f"/{interaction.command.qualified_name}" if interaction.command else "unknown"
        custom_id = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))
        head, _, rest = custom_id.partition(":")
        if interaction.type is discord.InteractionType.modal_submit:
            form = rest.partition(":")[0]
            return f"form {form}" if head == "form" and form in self._forms else "unknown"
        return f"button {head}" if self.knows(custom_id) else "unknown"

    def rebuilt(self, custom_id: str) -> Form:
        """Return the form of a custom_id.

        Raises:
            UserError: it is of an older version, or forged.
        """
        mark, _, rest = custom_id.partition(":")
        name, _, state = rest.partition(":")
        form = self._forms.get(name) if mark == "form" else None
        if form is None:
            raise UserError("errors.button_gone")
        return form.rebuilt(self.texts, state)

    @property
    def form_names(self) -> set[str]:
        """The names of its forms."""
        return set(self._forms)

    def add_form(self, form: type[Form]) -> None:
        """Register a form, so that it is found when it is sent."""
        self._forms[form.name] = form

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside the rest; what it raises is logged."""
        task: asyncio.Task[Any] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned)

    def _spawned(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, Busy | StoreError) or transient(error):
                log.warning("a task in the background was not finished (%s)", type(error).__name__)
            else:
                log.error("a task in the background failed", exc_info=error)

    def serves(self, guild_id: int) -> bool:
        """Whether this process hears of a server, and of what changes in it."""
        own = self.own_shards
        return own is None or (guild_id >> 22) % own.count in own.ids

    @property
    def delivered_servers(self) -> list[discord.Guild]:
        """The servers that Discord has delivered to this process and that are not out of reach."""
        return [guild for guild in self.guilds if not guild.unavailable]

    async def is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server, whichever process serves it."""
        if self.get_guild(guild_id) is not None:
            return True
        record = await self.guild_record(guild_id)
        return record is not None and record.left_at is None

    async def guild_record(self, guild_id: int) -> Guild | None:
        """Return what is stored of a server, kept in memory until it changes; None when it is unknown."""
        record = self._guilds.get(guild_id)
        if record is None:
            record = await self.store.read(guilds.load, guild_id)
            if record is not None and self.serves(guild_id):
                if len(self._guilds) >= CACHED_GUILDS:
                    self._guilds.pop(next(iter(self._guilds)))
                self._guilds[guild_id] = record
        return record

    def forget_guild(self, guild_id: int) -> None:
        """Have the next command read a server's settings anew: they were changed."""
        self._guilds.pop(guild_id, None)
        self.facts.forget(guild_id)
        self.dispatch("guild_changed", guild_id)

    def zone_of(self, guild: Guild | None) -> ZoneInfo:
        """Return a server's zone, the default's where it is unknown."""
        return ZoneInfo(guild.zone) if guild is not None else self.settings.zone

    def mention(self, name: str) -> Markup:
        """Return a command that can be pressed."""
        return command_tree.mention(self, name)

    def typed_again(self, interaction: discord.Interaction[Any], form: Form) -> tuple[ui.Item[Any], ...]:
        """Keep what stands in a form that is refused, and return the button that brings it back."""
        word = self.typed.keep(interaction.user.id, *sent_in(interaction, form), now=self.clock.now())
        return (TypedAgain(word, self.texts),)

    def setup_buttons(self) -> tuple[ui.Item[Any], ...]:
        """Return the buttons by which an admin sets the server up."""
        from bot.ui.setup import SetUp  # loaded with its cog

        return (SetUp(self.texts),)

    def delivered(self, delivery: Delivery, ending: Ending, at: datetime) -> None:
        """Tell whoever counts that a delivery has ended."""
        for listener in self.settled:
            listener(delivery, ending, at)
