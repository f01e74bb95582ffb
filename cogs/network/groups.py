"""The groups of commands under /network: representatives, districts, twinning."""

from typing import Any, cast

import discord
from discord import app_commands

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card, reply
from cogs.common.context import here
from cogs.common.options import PersonName
from cogs.network import lists, twinning
from cogs.network.options import DistrictNumber, RegionName, RepresentativeNumber
from db.network import twinnings
from db.network.models import Twinning

WORDS = "…"  # every word comes from content before the commands are registered


def bot_of(interaction: discord.Interaction[Any]) -> Bot:
    """Return the bot."""
    return cast("Bot", interaction.client)


class Representatives(app_commands.Group, name="representative", description=WORDS):
    """Representatives in the Organising Forum."""

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        region: RegionName,
        member: PersonName | None = None,
        name: str | None = None,
        begins: str | None = None,
        ends: str | None = None,
        reach: str | None = None,
    ) -> None:
        """List a representative."""
        await lists.add(
            interaction,
            bot_of(interaction),
            "representative",
            region=region,
            member=member,
            name=name,
            begins=begins,
            ends=ends,
            reach=reach,
        )

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], contact: RepresentativeNumber) -> None:
        """Take a representative off the list."""
        await lists.remove(interaction, bot_of(interaction), "representative", contact)


class Districts(app_commands.Group, name="district", description=WORDS):
    """Contacts of districts."""

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        region: RegionName,
        district: str,
        member: PersonName | None = None,
        name: str | None = None,
        duty: str | None = None,
        reach: str | None = None,
    ) -> None:
        """List a contact of a district."""
        await lists.add(
            interaction,
            bot_of(interaction),
            "district",
            region=region,
            district=district,
            member=member,
            name=name,
            duty=duty,
            reach=reach,
        )

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], contact: DistrictNumber) -> None:
        """Take a contact of a district off the list."""
        await lists.remove(interaction, bot_of(interaction), "district", contact)


class Twinnings(app_commands.Group, name="twinning", description=WORDS):
    """Branches that look for a partner union."""

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Look for a partner union for your branch."""
        at, bot = await here(interaction), bot_of(interaction)
        mine = await bot.store.read(twinnings.of_contact, interaction.user.id, guild_id=at.guild.id)
        await interaction.response.send_modal(
            twinning.TwinningForm(bot.texts, "branch", mine[0] if len(mine) == 1 else None)
        )

    @app_commands.command()
    async def union(self, interaction: discord.Interaction[Any]) -> None:
        """Add a union that looks for a branch."""
        (await here(interaction)).must_organise(None)
        await interaction.response.send_modal(twinning.TwinningForm(bot_of(interaction).texts, "union"))

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """Show who looks for a partner."""
        at, bot = await here(interaction), bot_of(interaction)
        found = await bot.store.read(twinnings.of_guild, at.guild.id)
        await reply(interaction, twinning.list_card(found, bot))

    @app_commands.command()
    async def match(
        self,
        interaction: discord.Interaction[Any],
        number: app_commands.Range[int, 1, 2_000_000_000] | None = None,
    ) -> None:
        """Show who fits a branch."""
        at, bot = await here(interaction), bot_of(interaction)
        if number is not None:
            seeking = await bot.store.read(twinnings.find, number, guild_id=at.guild.id)
        else:
            mine = await bot.store.read(twinnings.of_contact, interaction.user.id, guild_id=at.guild.id)
            if not mine:
                raise UserError("network.twinning.none_yours", command=bot.mention("network twinning add"))
            seeking = mine[0]
        found = await bot.store.read(twinnings.matches, seeking)
        await reply(interaction, twinning.match_card(seeking, found, bot))

    @app_commands.command()
    async def remove(
        self, interaction: discord.Interaction[Any], number: app_commands.Range[int, 1, 2_000_000_000]
    ) -> None:
        """Take a branch or union off the list."""
        at, bot, user_id = await here(interaction), bot_of(interaction), interaction.user.id
        seeking: Twinning = await bot.store.read(twinnings.find, number, guild_id=at.guild.id)
        if seeking.contact_id != user_id and not at.organises(None):
            raise UserError("network.twinning.not_yours")
        await bot.store.write(
            twinnings.remove, number, guild_id=at.guild.id, actor_id=user_id, now=bot.clock.now()
        )
        await reply(interaction, Card(Markup(bot.texts("network.twinning.removed", name=seeking.name))))
