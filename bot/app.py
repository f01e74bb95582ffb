"""The bot: what all its parts share, and the few events that belong to none of them."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import discord
from discord import app_commands

from bot import commands as command_tree
from bot.clock import Clock
from bot.core import Core
from bot.delivery import Sender
from bot.delivery.membership import Membership
from bot.delivery.naming import Naming
from bot.discord_client import Forms, StatefulForm, command_path, submit, unknown_options
from bot.discord_client.retry import NETWORK
from bot.domain.deliveries import NOT_KNOWN_YET
from bot.errors import UserError
from bot.facts import FactBook
from bot.inbox import Inbox
from bot.known import Known
from bot.patience import patiently
from bot.service.backups import Backups
from bot.service.feeds import Feeds
from bot.service.maintenance import Maintenance
from bot.service.monitoring import Monitoring
from bot.service.web import Web
from bot.settings import Settings
from bot.standings import Standings
from bot.texts import Texts
from db import deliveries
from db.engine import Store
from db.errors import StoreClosedError

log = logging.getLogger(__name__)

FIRST = ("cogs.common.cog", "cogs.privacy.presence")
"""What is set up before the features: what they share, and whose events reach the store before listeners query it."""
SYNC_AGAIN, SYNC_SELDOM = timedelta(minutes=1), timedelta(hours=1)
"""How long to wait before registering the commands again: the first time, and at most. Discord allows 200 a day."""


LONGEST_OPTION = 2_000
"""Most characters in one option: more than any option takes, fewer than the 6,000 that Discord allows."""


def features() -> list[Any]:
    """Return the features' modules, loading them the first time: `cog.py` of each folder of `cogs/`, by name."""
    folders = sorted(one.name for one in iter_modules(import_module("cogs").__path__))
    found = [*FIRST, *(f"cogs.{name}.cog" for name in folders)]
    # Not `load_extension`: it runs a module again for each bot, and makes new classes each time.
    return [import_module(name) for name in dict.fromkeys(found)]


def _too_long(data: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the names and lengths of options that are too long to read, including those of subcommands."""
    for option in data.get("options") or ():
        value = option.get("value")
        if isinstance(value, str) and len(value) > LONGEST_OPTION:
            yield option["name"], len(value)
        yield from _too_long(option)


class Tree(app_commands.CommandTree["Bot"]):
    """The commands of the bot."""

    async def interaction_check(self, interaction: discord.Interaction["Bot"], /) -> bool:
        """Have texts use the facts of the server where a command is used, and refuse options that are too long."""
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.client.facts.speak_for(interaction.guild_id)
        else:
            await interaction.client.facts.speak_in(interaction)
        data = cast("dict[str, Any]", interaction.data or {})
        name, _ = command_path(data)
        private = interaction.guild_id is None and not command_tree.is_personal(name)
        if private and data.get("type") == discord.AppCommandType.chat_input.value:
            if interaction.type is discord.InteractionType.autocomplete:
                await interaction.response.autocomplete([])
            elif not await interaction.client.answered(interaction):
                await interaction.client.hooks.report(interaction, UserError("errors.only_in_server"))
            return False
        long = next(iter(_too_long(data)), None)
        if long is None:
            self._must_be_of_now(interaction)
            return True
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
        elif not await interaction.client.answered(interaction):
            name, length = long
            error = UserError("errors.option_long", field=name, most=LONGEST_OPTION, length=length)
            await interaction.client.hooks.report(interaction, error)
        return False

    def _must_be_of_now(self, interaction: discord.Interaction["Bot"]) -> None:
        """Refuse options that Discord still shows but that no longer exist; the library would drop them silently.

        Raises:
            CommandSignatureMismatch: some of them were given.
        """
        command = interaction.command
        if (
            interaction.type is discord.InteractionType.application_command
            and isinstance(command, app_commands.Command)
            and unknown_options(interaction, command)
        ):
            raise app_commands.CommandSignatureMismatch(command)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person what went wrong."""
        await interaction.client.hooks.report(interaction, error)


class Bot(Core):
    """The client and its parts; made and closed by `__main__`."""

    def __init__(self, settings: Settings, store: Store, texts: Texts, clock: Clock) -> None:
        super().__init__(settings, store, texts, clock, tree_cls=Tree)
        self.inbox = Inbox()
        self.known = Known(self)
        self.standings = Standings(self)
        self.membership = Membership(self, self.known)
        self.facts = FactBook(self, self.standings)
        self.naming = Naming(self)
        self.sender = Sender(self, self.membership, self.facts, self.naming)
        self.web = Web()
        self.feeds = Feeds(self, self.web, self.standings)
        self.maintenance = Maintenance(store, clock)
        self.backups = Backups(self, self.maintenance)
        self.monitoring = Monitoring(self, self.web, self.sender, self.backups)
        self.forms = Forms()
        self.synced = asyncio.Event()

    async def login(self, token: str) -> None:
        """Start what works without Discord, then log in, however long Discord is down."""
        self.feeds.serve()
        self.monitoring.serve()
        await self.web.start()
        await super().login(token)

    async def close(self) -> None:
        """Close the connection and stop serving."""
        await self.maintenance.stop()
        for task in self._tasks:
            task.cancel()
        await super().close()
        await self.web.stop()

    async def setup_hook(self) -> None:
        """Load the features, before the gateway is connected."""
        for feature in features():
            await feature.setup(self)
        self.sender.register()
        command_tree.describe(self.tree, self.texts)
        self.before_stop(self.sender.stop)
        self.before_stop(self.maintenance.stop)
        self.before_stop(self.inbox.stop)
        self.backups.plan()
        self.maintenance.start()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what a listener raised, unless the store is closed: the process is ending, and the next start checks."""
        if not isinstance(sys.exc_info()[1], StoreClosedError):
            await super().on_error(event_method, *args, **kwargs)

    async def on_first_ready(self) -> None:
        """Start sending, record which servers the bot is in, and register the commands."""
        await self.sender.start(alone=self.store.dialect == "sqlite")
        await self.inbox.drained()  # READY named the servers: store them before anything else begins
        await patiently(self.store, None, deliveries.expedite, reason=NOT_KNOWN_YET, now=self.clock.now())
        self.spawn(self._sync())
        self.started = True
        log.info("ready in %d servers", len(self.guilds))

    async def _sync(self) -> None:
        """Register the commands, retrying until Discord accepts: until then nobody sees new ones."""
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
        """Resume at once what was waiting for Discord to deliver this server."""
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
        """Forget the rights and the name of somebody who left."""
        self.standings.forget(payload.guild_id, payload.user.id)
        self.naming.forget(payload.guild_id, payload.user.id)

    async def on_raw_member_update(self, member: discord.Member) -> None:
        """Forget what somebody may do and is called: roles or name may have changed."""
        self.standings.forget(member.guild.id, member.id)
        self.naming.forget(member.guild.id, member.id)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Forget what somebody may do and is called: roles or name may have changed."""
        self.standings.forget(after.guild.id, after.id)
        self.naming.forget(after.guild.id, after.id)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Forget what members may do: a role has other permissions."""
        self.standings.forget(after.guild.id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Find a submitted form by its custom_id, whichever process opened it."""
        data = cast("dict[str, Any]", interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.component and not self.knows(custom_id):
            # From an older version, or forged; the library would leave it unanswered.
            await self.hooks.report(interaction, UserError("errors.button_gone"))
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        try:
            built = self.rebuilt(custom_id)
        except Exception as error:  # noqa: BLE001 - a forged state is the sender's fault and is said to them
            await self.hooks.report(interaction, error)
            return
        # The library keeps forms in memory and loses them at a restart.
        await submit(built, interaction)

    async def on_app_command_completion(self, interaction: discord.Interaction[Any], _command: Any) -> None:
        """Count a command that succeeded."""
        self.observe(interaction, "done")
        await self.beside(interaction)

    async def on_form_sent(self, interaction: discord.Interaction[Any], _form: StatefulForm) -> None:
        """Count a form that succeeded."""
        self.observe(interaction, "done")
        await self.beside(interaction)

    def observe(self, interaction: discord.Interaction[Any], outcome: str) -> None:
        """Tell the metrics how an interaction ended, and tell those waiting for this member that they were active."""
        if outcome == "done":
            self.dispatch("visited", interaction)
        if self.watchers:
            name = self._name_of(interaction)
            for watcher in self.watchers:
                watcher(name, outcome)

    def _name_of(self, interaction: discord.Interaction[Any]) -> str:
        """Return what was used by this program's own name for it: nothing that a forger could choose."""
        if interaction.type is discord.InteractionType.application_command:
            return f"/{interaction.command.qualified_name}" if interaction.command else "unknown"
        custom_id = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))
        head, _, rest = custom_id.partition(":")
        if interaction.type is discord.InteractionType.modal_submit:
            form = rest.partition(":")[0]
            return f"form {form}" if head == "form" and form in self.forms.names else "unknown"
        return f"button {head}" if self.knows(custom_id) else "unknown"

    def rebuilt(self, custom_id: str) -> StatefulForm:
        """Return the form of a custom_id.

        Raises:
            UserError: it is from an older version, or forged.
        """
        form = self.forms.rebuilt(custom_id, self.texts)
        if form is None:
            raise UserError("errors.button_gone")
        return form

    def forget_guild(self, guild_id: int) -> None:
        """Have the next command reload a server's settings, which have changed."""
        self._guilds.pop(guild_id, None)
        self.facts.forget(guild_id)
        self.dispatch("guild_changed", guild_id)
