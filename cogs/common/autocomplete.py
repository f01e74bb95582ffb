"""What the options of commands share that offer something while they are typed."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import nearest
from bot.errors import UserError

MOST = 25
"""As many offers Discord shows."""
NAME_LENGTH = 100


class Autocomplete(app_commands.Transformer):
    """An option that offers something while it is typed; a subclass says what, and what the words mean."""

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Show the offers, as many as Discord takes."""
        try:
            found = await self.offers(interaction, cast("Bot", interaction.client), value)
        except UserError:
            return []  # it is said when the command is sent
        return [app_commands.Choice(name=name[:NAME_LENGTH], value=value) for name, value in found][:MOST]

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Return the offers: the name in the list, and its value."""
        raise NotImplementedError


class FreeTextAutocomplete(Autocomplete):
    """An option that hands on the words as typed: they are read with the rest, where a question can be put back."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the words."""
        return value


def closest(typed: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the names (with their values) that are most like what is typed; all of them before anything is."""
    shown = nearest(typed, values, most=MOST) if typed.strip() else values
    return [(name, values[name]) for name in shown]


def by_name(typed: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names that are most like what is typed, each standing for itself."""
    return closest(typed, {name: name for name in names})
