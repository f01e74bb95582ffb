"""`/venue`: what is known about access to the places where networks meet."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.names import nearest
from bot.domain.venues import NAME_LENGTH
from bot.errors import UserError
from bot.ui.base import Card, reply
from bot.ui.here import here
from bot.ui.meetings.venues import AskVenue, VenueForm, list_card, open_form, venue_card
from cogs.offering import AsTyped, by_name
from db import venues
from db.meetings.placing import place_named
from db.models import Venue

if TYPE_CHECKING:
    from bot.app import Bot


class VenueOption(AsTyped):
    """A venue in words; the known ones are offered."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: "Bot", typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the venues that are known here."""
        names = [venue.name for venue in await bot.store.read(venues.of_guild, interaction.guild_id or 0)]
        return by_name(typed, names)


VenueName = app_commands.Transform[str, VenueOption]


@app_commands.guild_only()
class Venues(commands.GroupCog, group_name="venue"):
    """Places where networks meet."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the buttons and the form."""
        self.bot.add_dynamic_items(AskVenue)
        self.bot.add_form(VenueForm)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the venues that are known."""
        at = await here(interaction)
        found = await self.bot.store.read(venues.of_guild, at.guild.id)
        await reply(interaction, list_card(list(found), self.bot.texts, at=self.bot.clock.now()))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Show what is known of a venue."""
        at = await here(interaction)
        found = await self._find(at.guild.id, venue)
        card = venue_card(found, self.bot.texts, at=self.bot.clock.now(), organiser=at.organises(None))
        await reply(interaction, card)

    @app_commands.command()
    async def check(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Add a venue, or bring up to date what is known of it."""
        await open_form(interaction, self.bot, venue)

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Forget a venue."""
        at = await here(interaction)
        at.must_organise(None)
        found = await self._find(at.guild.id, venue)
        now, actor = self.bot.clock.now(), interaction.user.id
        await self.bot.store.write(venues.remove, found.id, guild_id=at.guild.id, by=actor, now=now)
        await reply(interaction, Card(self.bot.texts("venues.removed", name=found.name)))

    async def _find(self, guild_id: int, words: str) -> Venue:
        found = await self.bot.store.read(place_named, guild_id, words[: 2 * NAME_LENGTH])
        if found is not None:
            return found
        names = [venue.name for venue in await self.bot.store.read(venues.of_guild, guild_id)]
        near = nearest(words, names, most=1)
        if near:
            raise UserError("venues.none_near", name=words[:60], near=near[0])
        raise UserError("venues.none", name=words[:60])


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Venues(bot))
