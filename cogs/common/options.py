"""Command options that are more than text: a region, a person, a time; with autocomplete."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.terms import terms_of
from bot.domain.when import suggestions
from bot.errors import UserError
from cogs.common.autocomplete import FreeTextAutocomplete, by_name
from cogs.common.context import languages_of, server_meant


class PersonOption(app_commands.Transformer):
    """A member of this server who is a person: a bot can't do a task, read a message or answer."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The type that Discord offers choices for."""
        return discord.AppCommandOptionType.user

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> discord.Member:
        """Return the member. Raises UserError: it is a bot, or not in this server."""
        return person_of(value)


def person_of(value: Any) -> discord.Member:
    """Return the chosen member. Raises UserError: it is a bot, or not in this server."""
    if not isinstance(value, discord.Member):
        raise UserError("errors.not_a_member")
    if value.bot:
        raise UserError("errors.not_a_person")
    return value


class WhenOption(FreeTextAutocomplete):
    """A time in words; its meaning is echoed while it is typed."""

    with_time = False
    """Whether a day alone will not do."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo the readings of what has been typed so far."""
        guild = await bot.guild_record(interaction.guild_id or 0)
        terms = terms_of(guild.terms) if guild else None
        return suggestions(
            typed,
            now=bot.clock.now(),
            zone=bot.zone_of(guild),
            terms=terms,
            languages=languages_of(interaction),
            with_time=self.with_time,
        )


class RegionOption(FreeTextAutocomplete):
    """The name of a region of this server."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the server's regions."""
        guild = await bot.guild_record(await server_meant(interaction))
        names = [region.name for region in guild.regions] if guild else []
        return by_name(typed, names)


def typed(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options given to a command, from its `locals()`; a person as their id."""
    return {
        name: one.id if isinstance(one, discord.abc.User) else one
        for name, one in options.items()
        if one is not None and not isinstance(one, discord.Interaction)
    }


When = app_commands.Transform[str, WhenOption]
RegionName = app_commands.Transform[str, RegionOption]
PersonName = app_commands.Transform[discord.Member, PersonOption]


Switch = Literal["on", "off"]
