"""The base of command options with autocomplete."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import nearest
from bot.errors import UserError

MOST = 25
"""Most offers that Discord shows."""
NAME_LENGTH = 100


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

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
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
