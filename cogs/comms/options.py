"""Options of /comms that are more than text: a publication, a deadline in words."""

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.domain.comms import Deadline, read_deadline
from bot.domain.names import nearest
from bot.domain.terms import terms_of
from bot.domain.when import suggestions
from bot.ui.comms.publications import all_publications, deadline_words

if TYPE_CHECKING:
    from bot.app import Bot

MOST = 25


class PublicationOption(app_commands.Transformer):
    """The name of a publication."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the name as typed: it is looked up with the rest."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the publications of this server; for setting one up also those that it does not use."""
        bot = cast("Bot", interaction.client)
        guild = await bot.guild_record(interaction.guild_id or 0)
        if guild is None:
            return []
        unused = interaction.command is not None and interaction.command.name == "set"
        names = [one.name for one in await all_publications(bot, guild) if one.used or unused]
        shown = nearest(value, names, most=MOST) if value.strip() else names
        return [app_commands.Choice(name=name, value=name) for name in shown[:MOST]]


class DeadlineOption(app_commands.Transformer):
    """A deadline in words; what it means is echoed while it is typed."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the words: they are read where a question can be put back."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Echo the readings of what is typed so far; before anything is typed, offer the usual deadlines."""
        bot = cast("Bot", interaction.client)
        guild = await bot.guild_record(interaction.guild_id or 0)
        now, zone = bot.clock.now(), bot.zone_of(guild)
        terms = terms_of(guild.terms) if guild else None
        if not value.strip():
            usual = [str(bot.texts(key)) for key in bot.texts.under("comms.deadline.usual")]
            return [app_commands.Choice(name=words, value=words) for words in usual][:MOST]
        reading = read_deadline(value, now=now, zone=zone, terms=terms)
        if isinstance(reading, Deadline):
            words = f"{deadline_words(reading, bot.texts)}"
            return [app_commands.Choice(name=words[:100], value=value[:100])]
        found = suggestions(value, now=now, zone=zone, terms=terms)
        return [app_commands.Choice(name=label, value=phrase) for label, phrase in found][:MOST]


PublicationName = app_commands.Transform[str, PublicationOption]
DeadlineWords = app_commands.Transform[str, DeadlineOption]
