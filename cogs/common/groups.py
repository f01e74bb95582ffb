"""Adds commands to the group of another feature, which does not know of them."""

from collections.abc import Callable, Coroutine
from typing import Any

from discord import app_commands

from bot.app import Bot


def add_to(bot: Bot, group: str, *commands: Callable[..., Coroutine[Any, Any, None]]) -> None:
    """Add commands, named like their functions, to a group whose feature comes earlier in EXTENSIONS."""
    found = bot.tree.get_command(group)
    assert isinstance(found, app_commands.Group)  # noqa: S101 - the order of EXTENSIONS
    for each in commands:
        command = app_commands.Command[Any, ..., None](name=each.__name__, description="…", callback=each)
        found.add_command(command, override=True)
