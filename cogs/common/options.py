"""Command options that are more than text, with autocomplete; and commands in other features' groups."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Literal, cast

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import nearest
from bot.domain.terms import terms_of
from bot.domain.when import suggestions
from bot.errors import UserError
from cogs.common.context import Used, languages_of, server_meant

MOST = 25
"""Most offers that Discord shows."""
NAME_LENGTH = 100
Offers = Iterable[tuple[str, str]]
"""What is offered while an option is typed: the name in the list, and its value."""


class Autocomplete(app_commands.Transformer):
    """An option with autocomplete; a subclass defines the offers and what the words mean."""

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Show the offers, up to Discord's limit."""
        try:
            found = await self.offers(interaction, cast("Bot", interaction.client), value)
        except UserError:
            return []  # reported when the command is sent
        return [app_commands.Choice(name=name[:NAME_LENGTH], value=value) for name, value in found][:MOST]

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Return the offers: names in the list, and their values."""
        raise NotImplementedError


class FreeTextAutocomplete(Autocomplete):
    """An option that passes words on as typed: they are read with the rest, where questions can be asked."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the words."""
        return value


def closest(typed: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the names (with their values) most like what is typed; all of them when nothing is typed."""
    shown = nearest(typed, values, most=MOST) if typed.strip() else values
    return [(name, values[name]) for name in shown]


def by_name(typed: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names most like what is typed, each as its own value."""
    return closest(typed, {name: name for name in names})


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
    """Whether a day alone is not enough."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
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

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
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


def add_to(bot: Bot, group: str, *commands: Callable[..., Coroutine[Any, Any, None]]) -> None:
    """Add commands, named like their functions, to a group whose feature comes earlier in the alphabet."""
    found = bot.tree.get_command(group)
    assert isinstance(found, app_commands.Group)  # noqa: S101 - features are set up by name
    for each in commands:
        command = app_commands.Command[Any, ..., None](name=each.__name__, description="…", callback=each)
        found.add_command(command, override=True)
