"""Answers and attendance as counts. Part of the `/meeting` group."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.attendance import since
from bot.ui.here import here
from bot.ui.meetings.attendance import attendance_card
from bot.ui.meetings.reading import midnight
from cogs.options import RegionName
from db import attendance

if TYPE_CHECKING:
    from bot.app import Bot


class AttendanceCommands(commands.Cog):
    """What `/meeting` says of attendance."""

    bot: "Bot"

    @app_commands.command()
    async def attendance(
        self, interaction: discord.Interaction[Any], region: RegionName | None = None
    ) -> None:
        """Show how many answered and came, over time and by weekday."""
        at, texts, now = await here(interaction), self.bot.texts, self.bot.clock.now()
        chosen = at.the_region(region) if region or at.region else None
        await interaction.response.defer(ephemeral=True, thinking=True)
        ids = [chosen.id] if chosen else [one.id for one in at.guild.regions]
        begin = midnight(since(now.astimezone(at.zone).date()), at.zone)
        held = await self.bot.store.scan(attendance.held, at.guild.id, ids, since=begin, now=now)
        where = texts("attendance.of", region=chosen.name) if chosen else texts("attendance.everywhere")
        card, files = await attendance_card(where, held, texts, self.bot.charted)
        await interaction.followup.send(view=card, files=files, ephemeral=True)
