"""`iso-bot commands`: compares the slash commands with those registered with Discord."""

import asyncio

from bot import commands as command_tree
from bot import settings_file
from bot.cli.run import NOT_GIVEN, loop_factory, opened
from bot.clock import Clock
from bot.errors import SetupError


def main(*, register: bool) -> None:
    """Print the differences; register them when asked to.

    Raises:
        SetupError: no token, or Discord refuses it.
    """
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_work(register=register))


async def _work(*, register: bool) -> None:
    settings = settings_file.load()
    token = settings.discord.token.get_secret_value()
    if not token:
        raise SetupError(NOT_GIVEN)
    async with opened(settings, Clock()) as bot, bot:
        await bot.login(token)
        if register:
            changes = await command_tree.sync(bot)
        else:
            theirs = await bot.http.get_global_commands(bot.application_id or 0)
            changes = command_tree.differences(command_tree.payload(bot.tree), list(theirs))  # pyright: ignore[reportArgumentType] - JSON
        for name, change in sorted(changes.items()):
            print(f"/{name}: {change}")  # noqa: T201
        if not changes:
            print("The commands at Discord are those of this version.")  # noqa: T201
