"""The buttons of the welcome and of the series; each carries its server, so that it works in a DM too."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import discord

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Texts
from cogs.common.base import GUILD, MEMBERS, ONESELF, Action
from db.onboarding import Said

Doing = Literal["next", "pause", "resume", "stop"]


@dataclass(frozen=True, slots=True)
class Walk:
    """What the buttons set off; it shows cards, and these hold the buttons."""

    start: Callable[[discord.Interaction[Any], Bot, int], Awaitable[None]]
    decline: Callable[[discord.Interaction[Any], Bot, int], Awaitable[None]]
    answer: Callable[[discord.Interaction[Any], Bot, int, str, Said], Awaitable[None]]
    do: Callable[[discord.Interaction[Any], Bot, int, Doing], Awaitable[None]]


class Go(Action, template=r"welcome:go(?::" + GUILD + r")?"):
    """'Start'; in the welcome channel without the number of the server."""

    audience = MEMBERS

    guild_id: int | None

    def __init__(self, texts: Texts, guild_id: int | None = None) -> None:
        custom_id = "welcome:go" if guild_id is None else f"welcome:go:{guild_id}"
        super().__init__(custom_id, texts("onboarding.hello.start.button"), style=discord.ButtonStyle.success)

    def read(self, match: re.Match[str]) -> None:
        """Take the server out of the custom_id."""
        self.guild_id = int(match["guild"]) if match["guild"] else None

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Start the series, or go on with it."""
        guild_id = self.guild_id or interaction.guild_id
        if guild_id is None:
            raise UserError("onboarding.which_server.body")
        await bot.part(Walk).start(interaction, bot, guild_id)


class Decline(Action, template=r"welcome:no:" + GUILD):
    """'Not for me', under the welcome."""

    audience = ONESELF

    guild_id: int

    def __init__(self, texts: Texts, guild_id: int) -> None:
        super().__init__(f"welcome:no:{guild_id}", texts("onboarding.hello.decline.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the server out of the custom_id."""
        self.guild_id = int(match["guild"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Note it, and leave them in peace."""
        await bot.part(Walk).decline(interaction, bot, self.guild_id)


class Say(Action, template=r"step:" + GUILD + r":(?P<step>[a-z0-9-]{1,40}):(?P<said>done|skip)"):
    """'Done' or 'Not for me', under a step."""

    audience = MEMBERS

    guild_id: int
    step: str
    said: Said

    def __init__(self, texts: Texts, guild_id: int, step: str, said: Said) -> None:
        style = discord.ButtonStyle.success if said == "done" else discord.ButtonStyle.secondary
        super().__init__(
            f"step:{guild_id}:{step}:{said}", texts(f"onboarding.step.{said}.button"), style=style
        )

    def read(self, match: re.Match[str]) -> None:
        """Take server, step and answer out of the custom_id."""
        self.guild_id, self.step, self.said = int(match["guild"]), match["step"], cast("Said", match["said"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the answer and say what is next."""
        await bot.part(Walk).answer(interaction, bot, self.guild_id, self.step, self.said)


class Act(Action, template=r"series:" + GUILD + r":(?P<doing>next|pause|resume|stop)"):
    """'Next step now', 'Pause', 'Carry on' or 'Stop for good'."""

    audience = MEMBERS

    guild_id: int
    doing: Doing

    def __init__(self, texts: Texts, guild_id: int, doing: Doing) -> None:
        style = discord.ButtonStyle.primary if doing in ("next", "resume") else discord.ButtonStyle.secondary
        super().__init__(f"series:{guild_id}:{doing}", texts(f"onboarding.step.{doing}.button"), style=style)

    def read(self, match: re.Match[str]) -> None:
        """Take server and what to do out of the custom_id."""
        self.guild_id, self.doing = int(match["guild"]), cast("Doing", match["doing"])
        if self.doing in ("pause", "stop"):
            self.audience = ONESELF  # whoever left is not kept from stopping it

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it."""
        await bot.part(Walk).do(interaction, bot, self.guild_id, self.doing)


ACTIONS = (Go, Decline, Say, Act)
