"""The bot with its features loaded and nothing connected: its commands and their words."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.app import Bot
from bot.clock import Clock
from bot.delivery.outgoing import Kind
from bot.settings import Settings
from db.engine import open_store
from db.jobs import FORMER
from tests.words import words


@dataclass(frozen=True)
class Tree:
    """What the loaded features have registered."""

    bot: Bot

    def commands(self) -> list[app_commands.Command[discord.app_commands.Group, ..., object]]:
        """Return the slash commands that can be used, subcommands included."""
        return [
            command for command in self.bot.tree.walk_commands() if isinstance(command, app_commands.Command)
        ]

    def names(self) -> set[str]:
        """Return their names, such as 'meeting list'."""
        return {command.qualified_name for command in self.commands()}

    def kinds(self) -> dict[str, Kind]:
        """Return the kinds of message that features have registered."""
        return {name: kind for name, kind in self.bot.sender.kinds.items() if not kind.job}

    def jobs(self) -> set[str]:
        """Return the kinds of job that features have registered, without those that only earlier versions stored."""
        return {name for name, kind in self.bot.sender.kinds.items() if kind.job} - set(FORMER)

    def words(self) -> set[str]:
        """Return the keys of all words that the commands need."""
        slash = self.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
        keys = {f"commands.{command.name}.summary" for command in slash}
        groups = (one for one in self.bot.tree.walk_commands() if isinstance(one, app_commands.Group))
        keys |= {f"commands.{group.qualified_name.replace(' ', '.')}.summary" for group in groups}
        for command in self.commands():
            path = "commands." + command.qualified_name.replace(" ", ".")
            keys.add(f"{path}.summary")
            for parameter in command.parameters:
                keys.add(f"{path}.{parameter.display_name}.hint")
                keys |= {f"{path}.{parameter.display_name}.{one.value}.choice" for one in parameter.choices}
        for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
            names = {menu.name for menu in self.bot.tree.get_commands(type=kind)}
            keys |= {key for key, text in self.bot.texts.items() if _is_menu(key) and text.words in names}
        return keys


def _is_menu(key: str) -> bool:
    return key.startswith("commands.menus.") and key.endswith(".label")


@asynccontextmanager
async def loaded(url: str) -> AsyncGenerator[Tree]:
    """Load the features on an empty database."""
    async with open_store(url) as store, Bot(Settings(), store, words(), Clock()) as bot:
        await bot.setup_hook()
        yield Tree(bot)
