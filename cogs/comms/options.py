"""Options of /comms that are more than text: a publication, a deadline in words."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.comms import Deadline, read_deadline
from bot.domain.terms import terms_of
from bot.domain.when import suggestions
from cogs.common.autocomplete import AsTyped, by_name
from cogs.comms.publications import all_publications, deadline_words


class PublicationOption(AsTyped):
    """The name of a publication."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the publications of this server; for setting one up also those that it does not use."""
        guild = await bot.guild_record(interaction.guild_id or 0)
        if guild is None:
            return []
        unused = interaction.command is not None and interaction.command.name == "set"
        names = [one.name for one in await all_publications(bot, guild) if one.used or unused]
        return by_name(typed, names)


class DeadlineOption(AsTyped):
    """A deadline in words; what it means is echoed while it is typed."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo the readings of what is typed so far; before anything is typed, offer the usual deadlines."""
        guild = await bot.guild_record(interaction.guild_id or 0)
        now, zone = bot.clock.now(), bot.zone_of(guild)
        terms = terms_of(guild.terms) if guild else None
        if not typed.strip():
            usual = [str(bot.texts(key)) for key in bot.texts.under("comms.deadline.usual")]
            return [(words, words) for words in usual]
        reading = read_deadline(typed, now=now, zone=zone, terms=terms)
        if isinstance(reading, Deadline):
            words = f"{deadline_words(reading, bot.texts)}"
            return [(words, typed[:100])]
        return suggestions(typed, now=now, zone=zone, terms=terms)


PublicationName = app_commands.Transform[str, PublicationOption]
DeadlineWords = app_commands.Transform[str, DeadlineOption]
