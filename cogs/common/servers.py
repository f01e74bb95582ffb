"""Which server somebody means in a DM with the bot: their only one, or the one they recently chose."""

from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import MEMBERS, Card
from cogs.common.buttons import Button, GuildId
from cogs.common.context import Context
from cogs.common.doing import Asked, asked_for, command_of, do
from cogs.common.report import Problem
from db.errors import StoreError
from db.models import Guild

CONVERSATION = timedelta(hours=1)
"""How long a choice is remembered after its last use."""
MOST = 5_000
LABEL = 80
CHANNEL = "https://discord.com/channels/{guild}/{channel}"


class Servers:
    """The servers that members chose in DMs; kept in memory only."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._chosen: dict[int, tuple[int, datetime]] = {}

    async def meant(self, interaction: discord.Interaction[Any]) -> Guild:
        """Return the server that a direct message is about.

        Raises:
            UserError: they share none with the bot, or several, and are asked which.
        """
        user_id, now = interaction.user.id, self._bot.clock.now()
        guild_id = interaction.extras.get("acting_in")
        if guild_id is None:
            shared = await self._shared(user_id)
            chosen, at = self._chosen.get(user_id, (0, now))
            remembered = chosen in shared and now - at < CONVERSATION
            guild_id = chosen if remembered else shared[0] if len(shared) == 1 else None
            if not shared:
                raise UserError("errors.no_server")
            if guild_id is None:
                if interaction.type is not discord.InteractionType.autocomplete:
                    self._bot.part(Asked).keep(user_id, *asked_for(interaction))
                raise Problem("errors.which_server", *[self._button(one) for one in shared])
        self.choose(user_id, guild_id, now=now)
        interaction.extras["acting_in"] = guild_id
        record = await self._bot.guild_record(guild_id)
        if record is None or record.absent_since is not None:
            raise UserError("errors.not_here")
        return record

    def choose(self, user_id: int, guild_id: int, *, now: datetime) -> None:
        """Remember which server somebody means at `now` (aware)."""
        self._chosen.pop(user_id, None)
        if len(self._chosen) >= MOST:
            self._chosen.pop(next(iter(self._chosen)))
        self._chosen[user_id] = (guild_id, now)

    async def ways(self, interaction: discord.Interaction[Any]) -> tuple[ui.Item[Any], ...]:
        """Return the links to the servers that somebody shares with the bot."""
        if interaction.guild_id is not None:
            return ()
        try:
            shared = await self._shared(interaction.user.id)
            records = [record for one in shared if (record := await self._bot.guild_record(one)) is not None]
        except (StoreError, UserError):
            return ()
        return tuple(
            ui.Button[Any](label=self._name(record.id), url=CHANNEL.format(guild=record.id, channel=channel))
            for record in records
            if (channel := channel_in(record)) is not None
        )

    async def _shared(self, user_id: int) -> list[int]:
        try:
            return await self._bot.facts.shared(user_id)
        except TimeoutError:
            raise UserError("errors.not_checked") from None

    def _name(self, guild_id: int) -> Markup:
        server = self._bot.get_guild(guild_id)
        return Markup(server.name[:LABEL]) if server is not None else self._bot.texts("errors.server.button")

    def _button(self, guild_id: int) -> "InServer":
        return InServer(label=self._name(guild_id), guild=guild_id)


class InServer(Button, name="in"):
    """The button with a server's name, in the question which one is meant."""

    audience = MEMBERS

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Remember it, and run what they had asked for."""
        ctx.bot.part(Servers).choose(ctx.user_id, self.guild, now=ctx.now)
        name, given = ctx.bot.part(Asked).take(ctx.user_id)
        command = command_of(ctx.bot, name) if name else None
        if command is None:
            await ctx.reply(Card(ctx.text("doing.server")))
        else:
            await do(ctx.interaction, command, given)


def channel_in(record: Guild) -> int | None:
    """Return a server's channel to send members to: the welcome channel, or the first region's."""
    regions = [region.channel_id for region in record.regions]
    return record.welcome_channel_id or next(iter(regions), None)
