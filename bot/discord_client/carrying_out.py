"""Runs a command of the tree for a button, by the same code as when Discord calls it."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

Command = app_commands.Command[Any, ..., Any]
WHOLE = 4
"""The type of an option that is a number."""


def required(command: Command) -> list[app_commands.Parameter]:
    """Return a command's required options."""
    return [parameter for parameter in command.parameters if parameter.required]


def unknown_options(interaction: discord.Interaction[Any], command: Command) -> list[str]:
    """Return the given options that a command does not have (any more)."""
    known = {parameter.display_name for parameter in command.parameters}
    return [name for name, _ in interaction.namespace if name not in known]


async def carry_out(
    command: Command, interaction: discord.Interaction[Any], values: Mapping[str, str]
) -> None:
    """Run a command with options as text, by the names that Discord uses.

    Raises:
        AppCommandError: as when Discord calls the command.
    """
    kinds = {parameter.display_name: parameter.type.value for parameter in command.parameters}
    given: list[Any] = [
        {
            "name": name,
            "type": kinds[name],
            "value": int(value) if kinds[name] == WHOLE and value.isdecimal() else value,
        }
        for name, value in values.items()
    ]
    namespace = app_commands.Namespace(interaction, {}, given)
    await command._invoke_with_namespace(interaction, namespace)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - a command knows no other way


async def offers(
    command: Command, interaction: discord.Interaction[Any], parameter: app_commands.Parameter
) -> Sequence[app_commands.Choice[Any]]:
    """Return what an option offers before anything is typed: its choices, or what it would suggest."""
    if parameter.choices:
        return parameter.choices
    suggest = command._params[parameter.name].autocomplete  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
    if suggest is None:
        return ()
    if getattr(suggest, "pass_command_binding", False):
        return await suggest(command.binding, interaction, "")
    return await suggest(interaction, "")
